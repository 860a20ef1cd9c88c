"""Proxies: what a test does with an object of the submission is asked there, and nothing is guessed here.

Whatever a proxy cannot pass on ends the test as not supported, so that no comparison here can be wrong by it.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Mapping
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from typing import Any

from grader.own_tests.asker import GONE, Asker, live
from grader.own_tests.trouble import EndTest

_WORDS = frozenset(("__name__", "__doc__", "__qualname__"))  # of a class or function, which are texts
_TWO = {
    **{f"__{name}__": name for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")},
    **{name: name.strip("_") for name in ("__getitem__", "__setitem__", "__delitem__", "__contains__")},
    **{name: name.strip("_") for name in ("__len__", "__iter__", "__next__", "__reversed__", "__str__", "__repr__")},
    **{name: name.strip("_") for name in ("__int__", "__float__", "__index__", "__neg__", "__pos__", "__abs__")},
    **{"__invert__": "invert", "__copy__": "copy", "__enter__": "enter"},
}
_REFLECTED = {f"__r{name}__": name for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")}
_NOT_SUPPORTED = {
    **dict.fromkeys(("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"), "is compared with another value"),
    "__bool__": "is used as true or false",
    **dict.fromkeys(("__torch_function__", "__array__", "__array_ufunc__", "__array_function__"), "is used as numbers"),
    **dict.fromkeys(("__reduce_ex__", "__reduce__", "__getstate__", "__dir__"), "is taken apart"),
}


def _asker(proxy: Any) -> Asker:
    found: Asker = object.__getattribute__(proxy, "_grader_asker")
    return found


def check(proxy: Any) -> Asker:
    """Return the asker of a proxy whose object exists.

    Raises:
        EndTest: the name could not be got, or the process of the object has ended.
    """
    asker = _asker(proxy)
    described: Mapping[str, Any] = object.__getattribute__(proxy, "_grader_described")
    if "operation" in described:  # which did not find the name
        asker.end(described["operation"])
    asker.go_on()
    if object.__getattribute__(proxy, "_grader_session") != asker.restarts:
        asker.end(GONE)
    return asker


def _special(proxy: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    return check(proxy).ask("special", name=name, args=args, kwargs=kwargs)


def name_of(proxy: Any) -> str:
    """Return the name of the class of the object."""
    described: Mapping[str, Any] = object.__getattribute__(proxy, "_grader_described")
    return str(described.get("type"))[:80]


def refuse(proxy: Any, what: str) -> Any:
    """End the test, as `what` is done with a proxy."""
    return _asker(proxy).unsupported(f"an object of the submission, of the class {name_of(proxy)}, {what}")


class Proxy:
    """An object of the submission."""

    __slots__ = ("__weakref__", "_grader_asker", "_grader_described", "_grader_session")
    __hash__ = object.__hash__

    def __init__(self, asker: Asker, described: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_grader_asker", asker)
        object.__setattr__(self, "_grader_described", described)
        object.__setattr__(self, "_grader_session", asker.restarts)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """The library class that it is, which `isinstance` asks for."""
        if _asker(self).collecting:
            return Proxy
        described: Mapping[str, Any] = object.__getattribute__(self, "_grader_described")
        try:
            found = live.READERS["library"](None, described.get("library"), described, 0)
        except live.BadLive:
            found = None
        return found if isinstance(found, type) else refuse(self, "is tested for its class")

    def __getattr__(self, name: str) -> Any:
        asker = _asker(self)
        if asker.collecting and name not in _WORDS and not asker.in_tests(sys._getframe(1)):
            raise AttributeError(name)  # pytest looks for what its decorators leave
        if not name.startswith("__") or name in _WORDS:
            return _special(self, "getattr", self, name)
        return refuse(self, f"is read for its {name}")

    def __setattr__(self, name: str, value: Any) -> None:
        _special(self, "setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        _special(self, "delattr", self, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return check(self).ask("call", target=self, args=args, kwargs=kwargs)

    def __instancecheck__(self, value: Any) -> Any:
        if not is_proxy(value):
            return refuse(self, "is compared with the class of a value")
        return _special(self, "isinstance", value, self)

    def __subclasscheck__(self, value: Any) -> Any:
        return refuse(self, "is compared with another class")

    def __format__(self, form: str) -> str:
        return format(str(self), form)

    def __deepcopy__(self, memo: Any) -> Any:
        return _special(self, "deepcopy", self)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> Any:
        if error is not None:
            return refuse(self, "is left with an exception")
        return _special(self, "leave", self)


def is_proxy(value: Any) -> bool:
    """Return whether a value is a proxy; `isinstance` would ask what it stands for."""
    return type(value) is Proxy


def connect(asker: Asker) -> None:
    """Let an asker make proxies and know them."""
    asker.make_proxy, asker.check_proxy, asker.is_proxy = lambda described: Proxy(asker, described), check, is_proxy
    asker.renew = lambda proxy: object.__setattr__(proxy, "_grader_session", asker.restarts)


def _passing_on(name: str) -> Callable[..., Any]:
    return lambda self, *args: _special(self, name, self, *args)


def _passing_on_reflected(name: str) -> Callable[..., Any]:
    return lambda self, other: _special(self, name, other, self)


def _refusing(what: str) -> Callable[..., Any]:
    return lambda self, *args, **kwargs: refuse(self, what)


for _method, _name in _TWO.items():
    setattr(Proxy, _method, _passing_on(_name))
for _method, _name in _REFLECTED.items():
    setattr(Proxy, _method, _passing_on_reflected(_name))
for _method, _name in _NOT_SUPPORTED.items():
    setattr(Proxy, _method, _refusing(_name))


class SubmissionModule(types.ModuleType):
    """A module of the submission: its names are asked for when they are used."""

    def __init__(self, name: str, asker: Asker) -> None:
        super().__init__(name)
        self.__dict__["__asker"] = asker

    def __getattr__(self, name: str) -> Any:
        asker: Asker = self.__dict__["__asker"]
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return asker.get(name)
        except EndTest:
            if asker.collecting and (number := asker.trouble.ended) is not None:
                asker.begin_test()
                return Proxy(asker, {"type": name, "operation": number})
            raise

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("__") and not isinstance(value, types.ModuleType):
            self.__dict__["__asker"].unsupported(f"{name} of a module of the submission is set")
        super().__setattr__(name, value)


class SubmissionModules(Loader):
    """Finds and loads the modules of the submission, as proxies."""

    def __init__(self, names: tuple[str, ...], asker: Asker) -> None:
        self.names = {".".join(name.split(".")[:count]) for name in names for count in range(1, name.count(".") + 2)}
        self.asker = asker

    def install(self) -> None:
        """Let imports find the modules here first."""
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """See `importlib.abc.MetaPathFinder`."""
        if name not in self.names:
            return None
        return ModuleSpec(name, self, is_package=any(other.startswith(f"{name}.") for other in self.names))

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        """See `importlib.abc.Loader`."""
        return SubmissionModule(spec.name, self.asker)

    def exec_module(self, module: types.ModuleType) -> None:
        """See `importlib.abc.Loader`."""

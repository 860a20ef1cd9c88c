"""Python's own functions that look at an object without asking it: in a test file they refuse proxies."""

from __future__ import annotations

import builtins
import datetime
import sys
import time
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from grader.own_tests.asker import Asker
from grader.own_tests.proxies import is_proxy, refuse

_CLOCKS = (
    *("time", "perf_counter", "monotonic", "process_time", "thread_time", "clock_gettime"),
    *("time_ns", "perf_counter_ns", "monotonic_ns", "process_time_ns", "thread_time_ns", "clock_gettime_ns"),
    *("localtime", "gmtime", "ctime", "strftime"),
)
_FUNCTIONS = ("id", "vars", "dir", "callable", "hash", "issubclass")


def guard(module: ModuleType) -> None:
    """Give a module of tests its own versions of these functions, unless it defines such names itself."""
    names = vars(module)
    for name in _FUNCTIONS:
        names.setdefault(name, _guarded(name, getattr(builtins, name)))
    names.setdefault("type", _Type())


class GuardedHelpers(MetaPathFinder):
    """Guards the modules in a folder of tests before they are run; pytest itself loads tests and `conftest.py`."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """See `importlib.abc.MetaPathFinder`."""
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None or not str(spec.origin).startswith(self._folder):
            return None
        run = spec.loader.exec_module

        def guarded(module: ModuleType) -> None:
            guard(module)
            run(module)

        spec.loader.exec_module = guarded  # type: ignore[method-assign]
        return spec


def guard_loaded(folder: str) -> None:
    """Guard the modules of a folder that are loaded."""
    for module in list(sys.modules.values()):
        if str(getattr(module, "__file__", "")).startswith(folder):
            guard(module)


def watch_clocks(asker: Asker) -> None:
    """Note the line of a test that looks at a clock: on a busy machine, it fails without anybody's doing."""
    for name in _CLOCKS:
        setattr(time, name, _noting(getattr(time, name), asker))


def watch_dates(folder: str, asker: Asker) -> None:
    """Let the loaded modules of a folder use `datetime` with watched clocks.

    It is exchanged in these modules only: others inherit from its classes, in C as well.
    """
    watched = ModuleType("datetime")
    vars(watched).update(vars(datetime))
    classes = {
        datetime.datetime: _watched(datetime.datetime, ("now", "utcnow", "today"), asker),
        datetime.date: _watched(datetime.date, ("today",), asker),
    }
    vars(watched).update({one.__name__: stands for one, stands in classes.items()})
    for module in list(sys.modules.values()):
        if str(getattr(module, "__file__", "")).startswith(folder):
            for name, value in list(vars(module).items()):
                if value is datetime:
                    setattr(module, name, watched)
                elif isinstance(value, type) and value in classes:
                    setattr(module, name, classes[value])


def _watched(real: Any, clocks: Sequence[str], asker: Asker) -> Any:
    """Return a class that makes objects of a real one of `datetime`, and whose clocks are watched."""

    class Standing(type):
        def __instancecheck__(cls, value: Any) -> bool:
            return isinstance(value, real)

        def __subclasscheck__(cls, other: Any) -> bool:
            return issubclass(other, real)

        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            return real(*args, **kwargs)

        def __getattribute__(cls, name: str) -> Any:
            found = getattr(real, name)
            return _noting(found, asker) if name in clocks else found

    return Standing(real.__name__, (), {})


def _noting(clock: Callable[..., Any], asker: Asker) -> Callable[..., Any]:
    def noting(*args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(1)  # another library, such as Hypothesis, may time what it likes
        if asker.in_tests(frame) or frame.f_globals.get("__name__") == "timeit":
            asker.trouble.clock = asker.place()
        return clock(*args, **kwargs)

    return noting


def _guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(*args: Any) -> Any:
        for value in args:
            if is_proxy(value):
                return refuse(value, f"is given to {name}")
        return function(*args)

    return guarded


class _Type:
    """The builtin `type`, but for proxies."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and is_proxy(args[0]):
            return refuse(args[0], "is given to type")
        return type(*args, **kwargs)

    def __instancecheck__(self, value: Any) -> bool:
        return isinstance(value, type)

    def __eq__(self, other: object) -> bool:
        return other is self or other is type

    def __hash__(self) -> int:
        return hash(type)

    def __getattr__(self, name: str) -> Any:
        return getattr(type, name)

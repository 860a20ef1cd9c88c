"""Python's own functions that look at an object without asking it: in a test file they refuse proxies."""

from __future__ import annotations

import builtins
import sys
import time
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from grader.own_tests.asker import Asker
from grader.own_tests.proxies import is_proxy, refuse

_CLOCKS = ("time", "time_ns", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time")
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


def _noting(clock: Callable[[], Any], asker: Asker) -> Callable[[], Any]:
    def noting() -> Any:
        frame = sys._getframe(1)  # another library, such as Hypothesis, may time what it likes
        if asker.in_tests(frame) or frame.f_globals.get("__name__") == "timeit":
            asker.trouble.clock = asker.place()
        return clock()

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

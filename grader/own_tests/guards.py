"""Python's own functions that look at an object without asking it: in a test file they refuse proxies."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from types import ModuleType
from typing import Any

from grader.own_tests.proxies import is_proxy, refuse

_FUNCTIONS = ("id", "vars", "dir", "callable", "hash", "issubclass")


def guard(module: ModuleType) -> None:
    """Give a module of tests its own versions of these functions, unless it defines such names itself."""
    names = vars(module)
    for name in _FUNCTIONS:
        names.setdefault(name, _guarded(name, getattr(builtins, name)))
    names.setdefault("type", _Type())


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

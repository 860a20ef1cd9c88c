"""Exceptions of the submission, raised again in a test as exceptions of the same type."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from typing import Any

import numpy as np

_OTHERS: Mapping[str, type[BaseException]] = {
    "LinAlgError": np.linalg.LinAlgError,
    "AxisError": np.exceptions.AxisError,
}


def exception_of(raised: Mapping[str, Any], number: int) -> BaseException:
    """Return the exception of an operation, with its number.

    Its type is Python's own of that name, or the nearest base class; then it is not exact.
    """
    kinds = [_kind(name) for name in (raised["type"], *raised["bases"])]
    kind = next((one for one in kinds if one is not None and not issubclass(one, _NOT_RAISED)), Exception)
    error = _made(kind, raised["message"])
    error.grader_operation = number  # type: ignore[attr-defined]
    error.grader_exact = kinds[0] is type(error)  # type: ignore[attr-defined]
    return error


_NOT_RAISED = (KeyboardInterrupt, SystemExit, GeneratorExit)


def _kind(name: str) -> type[BaseException] | None:
    found = _OTHERS.get(name) or vars(builtins).get(name)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def _made(kind: type[BaseException], message: str) -> BaseException:
    if kind is KeyError:
        try:
            return KeyError(ast.literal_eval(message))
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return KeyError(message)
    for one in kind.__mro__:
        try:
            made = one(message)
        except TypeError:  # such as UnicodeDecodeError, which wants more than words
            continue
        if isinstance(made, BaseException):
            return made
    return Exception(message)

"""Values of the model as JSON and back, checked against the types of their fields; nothing is unpickled or evaluated.

The other side may be a process that a submission has taken over: whatever it writes is a value of the expected type or
an error.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Literal, TypeVar, cast, get_args, get_origin

MAX_DEPTH = 40  # of values in values
T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Return a value of the model as dictionaries, lists, texts, numbers and None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: to_plain(inner) for name, inner in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [to_plain(inner) for inner in value]
    if value is None or isinstance(value, (str, int)):
        return value
    raise TypeError(f"{type(value).__name__} cannot be sent")


def from_plain(kind: type[T], plain: Any) -> T:
    """Return the value of type `kind` that `to_plain` gave as `plain`.

    Raises:
        ValueError: `plain` is no such value.
    """
    return cast("T", _read(kind, plain, MAX_DEPTH))


def _read(kind: Any, plain: Any, depth: int) -> Any:
    if depth == 0:
        raise ValueError("nested too deeply")
    if is_dataclass(kind):
        return _dataclass(kind, plain, depth - 1)
    origin = get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _union(get_args(kind), plain, depth)
    if origin is tuple and isinstance(plain, list):
        return tuple(_read(get_args(kind)[0], inner, depth - 1) for inner in plain)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(plain, dict):
        inner_kind = get_args(kind)[1]
        return {name: _read(inner_kind, inner, depth - 1) for name, inner in plain.items()}
    if origin is frozenset and isinstance(plain, list):
        return frozenset(_read(get_args(kind)[0], inner, depth - 1) for inner in plain)
    if origin is Literal and isinstance(plain, str) and plain in get_args(kind):
        return plain
    if kind is type(None) and plain is None:
        return None
    return _scalar(kind, plain)


def _scalar(kind: Any, plain: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, StrEnum) and isinstance(plain, str):
        return kind(plain)
    if kind in (str, int, bool) and type(plain) is kind:
        return plain
    raise ValueError(f"not a value of {kind}")


def _union(kinds: tuple[Any, ...], plain: Any, depth: int) -> Any:
    for kind in kinds:
        try:
            return _read(kind, plain, depth - 1)
        except ValueError:
            continue
    raise ValueError("not a value of any of the types")


def _dataclass(kind: Any, plain: Any, depth: int) -> Any:
    expected = _fields(kind)
    if not isinstance(plain, dict) or plain.keys() != expected.keys():
        raise ValueError(f"not the fields of {kind.__name__}")
    return kind(**{name: _read(inner, plain[name], depth) for name, inner in expected.items()})


@cache
def _fields(kind: Any) -> Mapping[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}

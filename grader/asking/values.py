"""Typed values as JSON and arrays, both ways: what goes into a request, and what a reply holds.

Nothing is unpickled or evaluated. The other side of the same notation is `grader/sandbox/child/typed.py`, which runs
beside a student's code; what comes back from there is read here as untrusted data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.model import Array
from grader.text import clean

MAX_DEPTH = 20
MAX_VALUES = 50_000  # of one reply
DTYPES = frozenset(
    (
        *("float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64"),
        *("uint8", "uint16", "uint32", "uint64", "bool", "complex64", "complex128"),
    )
)


class BadValue(Exception):
    """A value of a reply that the worker does not write."""


@dataclass(frozen=True, eq=False)
class Tensor:
    """A torch tensor: its numbers, its dtype (`bfloat16` has no array of its own), and whether it has a gradient."""

    array: Array
    dtype: str
    grad: bool = False


@dataclass(frozen=True)
class Record:
    """A named tuple or a dataclass: the name of its class, and its fields."""

    name: str
    fields: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Opaque:
    """A value that is not sent: the name of its type."""

    name: str


@dataclass(frozen=True)
class Held:
    """A reference to an object that a step of the same request holds, or to a part of it."""

    name: str
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class Named:
    """An object of a course's own file, as `module:name`; the student's process imports it itself.

    With `given`, it is called with these typed values, anew for each use, and its result is meant.
    """

    name: str
    given: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Seeded:
    """A random generator with a seed: torch's, or NumPy's."""

    seed: int
    numpy: bool = False


def write_value(value: Any, arrays: dict[str, Array]) -> Any:
    """Return a value as JSON; arrays are added to `arrays`, where equal objects share one."""
    if value is None or isinstance(value, (bool, int, str)):
        return value if not isinstance(value, int) or abs(value) < 1 << 53 else {"int": hex(value)}
    if isinstance(value, float):
        return value if np.isfinite(value) else {"float": repr(value)}
    if isinstance(value, Tensor):
        return {"tensor": _key(value.array, arrays), "dtype": value.dtype, "grad": value.grad}
    if isinstance(value, np.ndarray):
        return {"array": _key(value, arrays), "dtype": str(value.dtype)}
    if isinstance(value, (list, tuple, set)):
        return {type(value).__name__: [write_value(part, arrays) for part in value]}
    if isinstance(value, Mapping):
        return {"dict": [[write_value(key, arrays), write_value(part, arrays)] for key, part in value.items()]}
    if isinstance(value, Held):
        return {"held": value.name, "path": list(value.path)}
    if isinstance(value, Named):
        if value.given is None:
            return {"named": value.name}
        return {"made": value.name, "given": [[name, write_value(part, arrays)] for name, part in value.given.items()]}
    if isinstance(value, Seeded):
        return {"rng" if value.numpy else "generator": value.seed}
    raise TypeError(f"a {type(value).__name__} cannot be sent")


def _key(array: Array, arrays: dict[str, Array]) -> str:
    for key, known in arrays.items():
        if known is array:
            return key
    key = f"v{len(arrays)}"
    arrays[key] = array
    return key


def read_value(value: Any, arrays: Mapping[str, Array]) -> Any:
    """Return the value of a reply.

    Raises:
        BadValue: it is not written as the worker writes it.
    """
    return _Reader(arrays).read(value, 0)


def numbered(parts: Sequence[Any]) -> tuple[tuple[str, Any], ...]:
    """Return the parts of a set as fields, in an order that does not depend on how they were made."""
    return tuple((str(number), part) for number, part in enumerate(sorted(parts, key=_rank)))


def _rank(part: Any) -> tuple[int, float, str]:
    """Return the place of a part of a set; the numbers of arrays are not looked at, as that takes long."""
    if isinstance(part, (bool, int, float)) and abs(part) < 1 << 53:
        return 0, float(part), ""
    if isinstance(part, Record):
        part = tuple(field for _, field in part.fields)
    if isinstance(part, (tuple, list)):
        ranks = map(_rank, part)
        return 2, len(part), " ".join(f"{kind}:{number}:{text}" for kind, number, text in ranks)
    return 1, 0.0, repr(part) if isinstance(part, (int, float, complex, str, type(None))) else type(part).__name__


class _Reader:
    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.arrays, self.count = dict(arrays), 0

    def read(self, value: Any, depth: int) -> Any:
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_VALUES:
            raise BadValue("it has too many parts")
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if not isinstance(value, dict) or not value:
            raise BadValue("a value of another form")
        kind = next(iter(value))
        content = value[kind]
        if kind in ("list", "tuple", "set") and isinstance(content, list):
            parts = [self.read(part, depth + 1) for part in content]
            return parts if kind == "list" else tuple(parts) if kind == "tuple" else Record("set", numbered(parts))
        if kind == "dict":
            pairs = self._pairs(content, depth)
            if not all(_is_key(key) for key, _ in pairs) or len(made := dict(pairs)) != len(pairs):
                return Opaque("a mapping with keys that look alike or have no equal")
            return made
        if kind == "record" and isinstance(content, str):
            fields = self._pairs(value.get("fields"), depth)
            return Record(clean(content, 200), tuple((clean(str(key), 200), part) for key, part in fields))
        if kind in ("tensor", "array"):
            return self._array(kind, content, value)
        if kind == "object" and isinstance(content, str):
            return Opaque(clean(content, 200))
        return _number(kind, content)

    def _pairs(self, content: Any, depth: int) -> list[tuple[Any, Any]]:
        if not isinstance(content, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in content):
            raise BadValue("a mapping of another form")
        return [(self.read(key, depth + 1), self.read(part, depth + 1)) for key, part in content]

    def _array(self, kind: str, key: Any, described: Mapping[str, Any]) -> Any:
        """Return an array; each is in one place, so that a short reply cannot stand for many numbers."""
        array = self.arrays.pop(key, None) if isinstance(key, str) else None
        dtype = described.get("dtype")
        if array is None or not isinstance(dtype, str) or dtype not in DTYPES:
            raise BadValue("an array that was not sent")
        if array.dtype != ("float32" if dtype == "bfloat16" else dtype):
            raise BadValue("an array of another type than it says")
        return array if kind == "array" else Tensor(array, dtype, bool(described.get("grad")))


def _is_key(key: Any) -> bool:
    """Return whether a value can be a key here, and is equal to the same key of another mapping."""
    if isinstance(key, tuple):
        return all(map(_is_key, key))
    return key is None or (isinstance(key, (bool, int, float, str)) and key == key)


def _number(kind: str, content: Any) -> Any:
    try:
        if kind == "float":
            return float(content)
        if kind == "int" and isinstance(content, str) and len(content) < 1100:
            return int(content, 16)
        if kind == "complex":
            return complex(float(content[0]), float(content[1]))
    except (TypeError, ValueError, IndexError, KeyError):
        pass
    raise BadValue("a number of another form")

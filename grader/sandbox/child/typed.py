"""Typed values as JSON and arrays, both ways. A part of the worker: it runs beside a student's code, and before it.

Its source is executed in the names of the worker (see `boundary/worker_module.py`), so it imports nothing of `grader`.
The other side of the same notation is `grader/asking/values.py`.
"""

from __future__ import annotations

import dataclasses
import importlib
import itertools
import math
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch

MAX_DEPTH = 16
MAX_ITEMS = 4000  # of one list or mapping
MAX_VALUES = 40_000  # of one reply, the parts of its lists and mappings included
MAX_FIELDS = 64
MAX_LETTERS = 20_000
MAX_ARRAYS = 2000
MAX_BYTES = 48 << 20  # of all arrays of one reply
_LAZY = (map, filter, zip, range, types.GeneratorType, enumerate, itertools.chain)  # read as a list, to a bound
_name_of = type.__dict__["__name__"].__get__  # a class may have a `__name__` of its own


def _opaque(what: str) -> dict[str, Any]:
    """Return what stands for a value that is not sent, and so cannot be compared; a part of it could look right."""
    return {"object": what}


class Typed:
    """Writes the values of one reply."""

    def __init__(self, sent: dict[str, Any]) -> None:
        self.sent, self.bytes, self.count = sent, 0, 0

    def write(self, value: Any, depth: int = 0) -> Any:
        """Return a value as JSON; tensors and arrays are added to those that are sent."""
        self.count += 1
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            text = str.__str__(value)  # without the methods of a subclass
            return text if len(text) <= MAX_LETTERS else _opaque(f"a text of more than {MAX_LETTERS} letters")
        if isinstance(value, (int, float, complex, np.number, np.bool_)):
            return self._number(value)
        if isinstance(value, (torch.Tensor, np.ndarray)):
            return self._array(value)
        if depth >= MAX_DEPTH:
            return _opaque("a value that is nested too deeply")
        parts = self._parts(value, depth + 1)
        return _opaque(_name_of(type(value))[:200]) if parts is None else parts

    def _number(self, value: Any) -> Any:
        if isinstance(value, (np.number, np.bool_)):
            value = float(value) if isinstance(value, np.longdouble) else value.item()
        if isinstance(value, bool):
            return value
        if isinstance(value, int):
            whole = int.__index__(value)
            if abs(whole) < 1 << 53:
                return whole
            return {"int": hex(whole)} if whole.bit_length() < 4096 else _opaque("int")
        if isinstance(value, complex):
            return {"complex": [repr(value.real), repr(value.imag)]}
        if not isinstance(value, float):  # such as a time of NumPy
            return _opaque(_name_of(type(value))[:200])
        real = float.__float__(value)
        return real if math.isfinite(real) else {"float": repr(real)}

    def _array(self, value: Any) -> Any:
        """Return an array or a tensor by its key; what stands for more numbers than can be sent is not copied."""
        described: dict[str, Any]
        if isinstance(value, torch.Tensor):
            plain: Any = value.detach().as_subclass(torch.Tensor)
            kind, size = "tensor", plain.numel() * plain.dtype.itemsize
            described = {"dtype": str(plain.dtype).removeprefix("torch."), "grad": bool(value.requires_grad)}
        else:
            plain = np.ndarray.view(value, np.ndarray)
            kind, size, described = "array", plain.nbytes, {"dtype": str(plain.dtype.newbyteorder("="))[:200]}
        what = _opaque(f"an array of {described['dtype']}")
        if self.bytes + size > MAX_BYTES or len(self.sent) >= MAX_ARRAYS:
            return what
        try:
            if kind == "tensor":
                plain = plain.cpu().to_dense().resolve_conj().resolve_neg()
                plain = (plain.float() if plain.dtype == torch.bfloat16 else plain).numpy()
            array = np.array(plain, dtype=plain.dtype.newbyteorder("="), order="C")
        except (RuntimeError, TypeError, ValueError):  # such as a tensor without numbers, or of lists of other lengths
            return what
        if array.dtype.kind not in "fiubc" or array.dtype.type in (np.longdouble, np.clongdouble):
            return what
        self.bytes += array.nbytes
        key = f"v{len(self.sent)}"
        self.sent[key] = array
        return {kind: key, **described}

    def _parts(self, value: Any, depth: int) -> Any:
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return self._record(value, value._fields, depth)
        if isinstance(value, _LAZY):
            return self._several("list", itertools.islice(value, MAX_ITEMS), lambda part: self.write(part, depth))
        if isinstance(value, (list, tuple, set, frozenset)):
            kind = "tuple" if isinstance(value, tuple) else "list" if isinstance(value, list) else "set"
            return self._several(kind, value, lambda part: self.write(part, depth))
        if isinstance(value, Mapping):
            return self._several(
                "dict", value.items(), lambda pair: [self.write(pair[0], depth), self.write(pair[1], depth)]
            )
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._record(value, [field.name for field in dataclasses.fields(value)], depth)
        return None

    def _several(self, kind: str, parts: Iterable[Any], write: Callable[[Any], Any]) -> Any:
        written: list[Any] = []
        for part in parts:
            if len(written) >= MAX_ITEMS or self.count >= MAX_VALUES:
                return _opaque("a value of too many parts")
            written.append(write(part))
        return {kind: written}

    def _record(self, value: Any, fields: Any, depth: int) -> Any:
        names = list(itertools.islice(fields, MAX_FIELDS + 1))
        if len(names) > MAX_FIELDS or not all(type(name) is str for name in names):
            return _opaque(_name_of(type(value))[:200])
        written = self._several("fields", names, lambda name: [name, self.write(getattr(value, name), depth)])
        return {"record": _name_of(type(value))[:200], **written} if "fields" in written else written


def read_typed(value: Any, arrays: Mapping[str, Any], held: dict[str, Any]) -> Any:
    """Return the value that the grader described; tensors and arrays are new ones, which may be changed."""
    if isinstance(value, list):
        return [read_typed(part, arrays, held) for part in value]
    if not isinstance(value, dict):
        return value
    kind = next(iter(value))
    return _READERS[kind](value[kind], value, arrays, held)


def _tensor(key: Any, described: Mapping[str, Any], arrays: Mapping[str, Any], held: dict[str, Any]) -> Any:
    made = torch.tensor(
        arrays[key], dtype=getattr(torch, described["dtype"]), requires_grad=bool(described.get("grad"))
    )
    held.setdefault("leaves", []).append(made)
    return made.clone() if made.requires_grad else made  # a copy may be changed in place, but is no leaf


def _several(kind: Any) -> Any:
    return lambda parts, _, arrays, held: kind(read_typed(part, arrays, held) for part in parts)


def _pairs(parts: Any, arrays: Mapping[str, Any], held: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    for key, part in parts:
        yield read_typed(key, arrays, held), read_typed(part, arrays, held)


def _held(name: Any, described: Mapping[str, Any], arrays: Mapping[str, Any], held: dict[str, Any]) -> Any:
    return along(held[name], described.get("path", ()))


def along(value: Any, path: Any) -> Any:
    """Return the part of a value at a path of keys, numbers and attributes."""
    for part in path:
        by_item = isinstance(value, Mapping) or isinstance(part, int)
        value = value[part] if by_item else getattr(value, part)
    return value


def _named(name: str) -> Any:
    module, _, what = name.partition(":")
    return along(importlib.import_module(module), what.split("."))


def _made(name: str, described: Mapping[str, Any], arrays: Mapping[str, Any], held: dict[str, Any]) -> Any:
    return _named(name)(**{key: read_typed(part, arrays, held) for key, part in described["given"]})


_READERS: dict[str, Any] = {
    "tensor": _tensor,
    "array": lambda key, described, arrays, held: np.array(arrays[key], dtype=described["dtype"]),
    "list": _several(list),
    "tuple": _several(tuple),
    "set": _several(set),
    "dict": lambda parts, _, arrays, held: dict(_pairs(parts, arrays, held)),
    "float": lambda text, *_: float(text),
    "int": lambda text, *_: int(text, 16),
    "complex": lambda parts, *_: complex(float(parts[0]), float(parts[1])),
    "held": _held,
    "generator": lambda seed, *_: torch.Generator().manual_seed(seed),
    "rng": lambda seed, *_: np.random.default_rng(seed),
    "named": lambda name, *_: _named(name),
    "made": _made,
    "dtype": lambda name, *_: getattr(torch, name),
}

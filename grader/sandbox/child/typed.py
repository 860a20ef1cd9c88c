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
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch

MAX_DEPTH = 16
MAX_ITEMS = 4000  # of one list or mapping
MAX_LETTERS = 20_000
MAX_BYTES = 48 << 20  # of all arrays of one reply
_LAZY = (map, filter, zip, range, types.GeneratorType, enumerate, itertools.chain)  # read as a list


class Typed:
    """Writes the values of one reply."""

    def __init__(self, sent: dict[str, Any]) -> None:
        self.sent, self.bytes = sent, 0

    def write(self, value: Any, depth: int = 0) -> Any:
        """Return a value as JSON; tensors and arrays are added to those that are sent."""
        if value is None or isinstance(value, (bool, str)):
            return value[:MAX_LETTERS] if isinstance(value, str) else value
        if isinstance(value, (int, float, complex, np.number, np.bool_)):
            return self._number(value)
        if isinstance(value, (torch.Tensor, np.ndarray)):
            return self._array(value)
        if depth >= MAX_DEPTH:
            return {"object": "a value that is nested too deeply"}
        parts = self._parts(value, depth + 1)
        return {"object": type(value).__name__[:200]} if parts is None else parts

    def _number(self, value: Any) -> Any:
        if isinstance(value, (np.number, np.bool_)):
            value = value.item()
        if isinstance(value, bool):
            return value
        if isinstance(value, int):
            return (
                int(value)
                if abs(value) < 1 << 53
                else {"int": hex(value)}
                if value.bit_length() < 4096
                else {"object": "int"}
            )
        if isinstance(value, complex):
            return {"complex": [repr(value.real), repr(value.imag)]}
        return float(value) if math.isfinite(value) else {"float": repr(float(value))}

    def _array(self, value: Any) -> Any:
        kind = "array"
        described: dict[str, Any] = {"dtype": str(value.dtype).removeprefix("torch.")}
        if isinstance(value, torch.Tensor):
            kind, described["grad"] = "tensor", value.requires_grad
            plain = value.detach().as_subclass(torch.Tensor).cpu().to_dense().resolve_conj().resolve_neg()
            value = (plain.float() if plain.dtype == torch.bfloat16 else plain).numpy()
        value = np.array(value, order="C")
        self.bytes += value.nbytes
        if value.dtype.kind not in "fiubc" or self.bytes > MAX_BYTES:
            return {"object": f"an array of {described['dtype']}"}
        key = f"v{len(self.sent)}"
        self.sent[key] = value
        return {kind: key, **described}

    def _parts(self, value: Any, depth: int) -> Any:
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return self._record(value, value._fields, depth)
        if isinstance(value, (list, tuple, set, frozenset, *_LAZY)):
            kind = "tuple" if isinstance(value, tuple) else "set" if isinstance(value, (set, frozenset)) else "list"
            return {kind: [self.write(part, depth) for part in itertools.islice(value, MAX_ITEMS)]}
        if isinstance(value, Mapping):
            pairs = itertools.islice(value.items(), MAX_ITEMS)
            return {"dict": [[self.write(key, depth), self.write(part, depth)] for key, part in pairs]}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._record(value, [field.name for field in dataclasses.fields(value)], depth)
        return None

    def _record(self, value: Any, names: Any, depth: int) -> Any:
        fields = [[name, self.write(getattr(value, name), depth)] for name in list(names)[:64]]
        return {"record": type(value).__name__[:200], "fields": fields}


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
    "dtype": lambda name, *_: getattr(torch, name),
}

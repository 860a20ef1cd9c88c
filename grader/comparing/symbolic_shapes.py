"""Shapes with names in them, and the lengths of these names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

Dimension = int | str


Shape = list[Dimension]


Input = Shape | list[Shape]


def length(dimension: Dimension, sizes: Mapping[str, int]) -> int:
    """Return the number of a dimension such as `seq + shift` or `4`."""
    if isinstance(dimension, int):
        return dimension
    return sum(int(part) if part.isdigit() else sizes[part] for part in re.split(r"\s*\+\s*", dimension.strip()))


def lengths(shape: Sequence[Dimension], sizes: Mapping[str, int]) -> list[int]:
    """Return a shape in numbers."""
    return [length(dimension, sizes) for dimension in shape]


def names_in(value: Any) -> set[str]:
    """Return the names of sizes that a shape, nested or not, mentions."""
    if isinstance(value, str):
        return {part for part in re.split(r"\s*\+\s*", value.strip()) if not part.isdigit()}
    if isinstance(value, Mapping):
        value = list(value.values())
    return {name for part in value for name in names_in(part)} if isinstance(value, list) else set()


def words(shape: Sequence[Dimension]) -> str:
    """Return a shape in the usual notation: `(batch, seq + shift, hidden)`."""
    return "(" + ", ".join(str(dimension) for dimension in shape) + ("," if len(shape) == 1 else "") + ")"


def symbolic(observed: Sequence[Sequence[int]], sizes: Sequence[Mapping[str, int]]) -> str:
    """Return the shape of one tensor with names, from its shapes at several sizes: `observed[i]` at `sizes[i]`."""
    if len({len(shape) for shape in observed}) != 1:
        return " / ".join(dict.fromkeys(words(list(shape)) for shape in observed))
    named = tuple(tuple(one.items()) for one in sizes)
    return words([_dimension(tuple(shape[axis] for shape in observed), named) for axis in range(len(observed[0]))])


@lru_cache(maxsize=4096)
def _dimension(values: tuple[int, ...], named: tuple[tuple[tuple[str, int], ...], ...]) -> Dimension:
    sizes = [dict(one) for one in named]
    names = list(sizes[0])
    candidates = [(name, [size[name] for size in sizes]) for name in names]
    candidates += [
        (f"{a} + {b}", [size[a] + size[b] for size in sizes]) for i, a in enumerate(names) for b in names[i + 1 :]
    ]
    candidates += [(f"{n}*{name}", [n * size[name] for size in sizes]) for n in (2, 3, 4) for name in names]
    candidates += [(f"{a} - {b}", [size[a] - size[b] for size in sizes]) for a in names for b in names if a != b]
    candidates += [
        (f"{name} {'+' if n > 0 else '-'} {abs(n)}", [size[name] + n for size in sizes])
        for name in names
        for n in (1, -1, 2, -2)
    ]
    if len(set(values)) == 1 and len(sizes) > 1:
        return values[0]
    return next((name for name, expected in candidates if expected == list(values)), _listed(values))


def _listed(values: Sequence[int]) -> Dimension:
    return values[0] if len(set(values)) == 1 else "/".join(map(str, values))

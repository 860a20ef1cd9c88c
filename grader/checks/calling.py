"""What the kinds that call a model share: symbolic sizes, drawn inputs and the requests made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from grader.checks.base import Check, Seen
from grader.model import Array, Outcome, Request

CURVE_STEPS = 80  # of the exercise's curves
Dimension = int | str
Shape = list[Dimension]
Input = Shape | list[Shape]


def length(dimension: Dimension, sizes: Mapping[str, int]) -> int:
    """Return the number that a dimension such as `seq + shift` or `4` stands for."""
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
    """Return a shape as a person writes it: `(batch, seq + shift, hidden)`."""
    return "(" + ", ".join(str(dimension) for dimension in shape) + ("," if len(shape) == 1 else "") + ")"


def symbolic(observed: Sequence[Sequence[int]], sizes: Sequence[Mapping[str, int]]) -> str:
    """Name the dimensions of one tensor that was seen at several sizes, `observed[i]` under `sizes[i]`."""
    if len({len(shape) for shape in observed}) != 1:
        return " or ".join(dict.fromkeys(words(list(shape)) for shape in observed))
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


@dataclass(frozen=True)
class Case:
    """One way to call the target: its sizes, the drawn inputs by name, and their nesting."""

    sizes: Mapping[str, int]
    init: Mapping[str, int]
    inputs: tuple[Any, ...]
    arrays: Mapping[str, Array]
    label: str
    number: int = 0  # its place among all cases of the check


class CallingCheck(Check):
    """Fields of the kinds that build the target at several sizes and call it."""

    calls_target: ClassVar[bool] = True
    target: str = Field(description="the class, as the hand-in names it")
    init: dict[str, Dimension] = Field({}, description="arguments of the constructor, as numbers or names of sizes")
    calls: list[dict[str, Input]] = Field(min_length=1, description="inputs by name, each a shape or a list of shapes")
    sizes: list[dict[str, int]] = Field(min_length=1, description="numbers for the names; each call is made with each")
    replace: dict[str, str] = Field({}, description="parts to exchange for torch's own where the target is not right")
    _cases: dict[int, tuple[Case, ...]] = PrivateAttr(default_factory=dict)

    def wrong(self) -> str:
        """Every name that a shape uses needs a number in every entry of sizes."""
        wanted = names_in(self.calls) | names_in(list(self.init.values())) | names_in(getattr(self, "returns", {}))
        for number, sizes in enumerate(self.sizes):
            if lacking := sorted(wanted - set(sizes)):
                return f"sizes[{number + 1}] gives no number for {', '.join(lacking)}"
        if unknown := sorted(set(self.replace.values()) - {"lstm", "lstm_cell"}):
            return f"replace knows lstm and lstm_cell, found {', '.join(unknown)}"
        return ""

    def cases(self, seed: int) -> tuple[Case, ...]:
        """Return every case for this seed; the same ones for every hand-in, so they are drawn once."""
        if seed not in self._cases:
            every = enumerate(self._each_case(seed))
            self._cases[seed] = tuple(replace(case, number=number) for number, case in every)
        return self._cases[seed]

    def _each_case(self, seed: int) -> Iterator[Case]:
        """Yield every call with every size; the inputs are drawn from the seed (standard normal)."""
        for number, sizes in enumerate(self.sizes):
            for position, call in enumerate(self.calls):
                generator = np.random.Generator(np.random.PCG64([seed, number, position]))
                arrays: dict[str, Array] = {}
                inputs = tuple(self._draw(name, shape, sizes, generator, arrays) for name, shape in call.items())
                init = {name: length(value, sizes) for name, value in self.init.items()}
                label = ", ".join(f"{name} {value}" for name, value in sizes.items())
                given = " with " + " and ".join(list(call)[1:]) if len(call) > 1 else ""
                yield Case(sizes, init, inputs, arrays, label + given)

    def _draw(
        self,
        name: str,
        shape: Input,
        sizes: Mapping[str, int],
        generator: np.random.Generator,
        arrays: dict[str, Array],
    ) -> Any:
        if shape and isinstance(shape[0], list):
            parts = [part for part in shape if isinstance(part, list)]
            return [self._draw(f"{name}.{n}", list(part), sizes, generator, arrays) for n, part in enumerate(parts)]
        numbers = lengths([part for part in shape if not isinstance(part, list)], sizes)
        arrays[name] = generator.standard_normal(numbers).astype(np.float32)
        return name

    def request(
        self,
        case: Case,
        replaced: bool,
        calls: Sequence[Mapping[str, Any]],
        weights: Mapping[str, Array] | None = None,
        extra: Mapping[str, Array] | None = None,
        seed: int = 42,
    ) -> Request:
        """Return the request that builds the target for `case`, loads `weights` and makes `calls`."""
        described: dict[str, Any] = {"init": dict(case.init), "calls": [dict(call) for call in calls]}
        arrays = dict(case.arrays if calls else {}) | dict(extra or {})
        if weights is not None:
            described["weights"] = "weight:"
            arrays |= {f"weight:{name}": value for name, value in weights.items()}
        arguments: dict[str, Any] = {"target": self.target, "cases": [described], "seed": seed}
        if replaced:
            arguments["replace"] = dict(self.replace)
        return Request("call", arguments, arrays)


def as_curves(case: Case, seed: int) -> Case | None:
    """Return `case` with a noisy curve of the usual length for its sequence, (batch, seq, features); None without one.

    A model that knows drawn numbers from curves, or short sequences from real ones, cannot show another face to each.
    """
    generator = np.random.Generator(np.random.PCG64([seed, 17]))
    sequences = [name for name, array in case.arrays.items() if array.ndim == 3]
    arrays = dict(case.arrays)
    for name in sequences:
        batch, steps, features = arrays[name].shape
        length = max(steps, CURVE_STEPS) if len(sequences) == 1 else steps
        arrays[name] = _curves((batch, length, features), generator)
    if all(array is case.arrays[name] for name, array in arrays.items()):
        return None
    return replace(case, arrays=arrays, label=f"{case.label}, curves")


def _curves(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    batch, steps, features = shape
    along = np.linspace(0, 5, steps)[None, :, None]
    height, pace, begin = generator.uniform(0.5, 2, (3, batch, 1, features))
    noise = generator.normal(0, 0.2, shape)
    curves: Array = (height * np.sin(2 * pace * along + 6 * begin) + noise).astype(np.float32)
    return curves


def drawn_weights(parameters: Sequence[tuple[str, Sequence[int]]], seed: int) -> dict[str, Array]:
    """Draw a value for each parameter, uniform in (-0.6, 0.6): away from zero, so that no part hides another."""
    generator = np.random.Generator(np.random.PCG64([seed, 7]))
    return {name: generator.uniform(-0.6, 0.6, tuple(shape)).astype(np.float32) for name, shape in parameters}


def first_case(outcome: Outcome) -> Mapping[str, Any]:
    """Return the first case of a reply to `call`; an empty mapping where the reply is not as it should be."""
    cases = outcome.value.get("cases")
    return cases[0] if isinstance(cases, list) and cases and isinstance(cases[0], dict) else {}


def output_shapes(call: Mapping[str, Any]) -> list[list[int]]:
    """Return the shapes of the returned tensors, in order."""
    return [list(shape) for _, shape in call.get("outputs", [])]


def seen_all(seen: Seen, requests: Sequence[Request]) -> list[Outcome] | None:
    """Return the outcomes of all requests, or None while one is missing."""
    outcomes = [seen.outcome(request) for request in requests]
    return [outcome for outcome in outcomes if outcome is not None] if None not in outcomes else None

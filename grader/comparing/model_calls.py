"""The calls of a model that checks request: sizes, drawn inputs, and the parts of a reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.model import Array, Outcome, Text, say

CURVE_STEPS = 80  # the usual length of the exercise's curves


@dataclass(frozen=True)
class Case:
    """One way to call the target: its sizes, the drawn inputs by name, and their nesting."""

    sizes: Mapping[str, int]
    init: Mapping[str, int]
    inputs: tuple[Any, ...]
    arrays: Mapping[str, Array]
    label: Text  # the sizes and the further inputs, in words
    number: int = 0  # its place among all cases of the check


def as_curves(case: Case, seed: int) -> Case | None:
    """Return `case` with a noisy curve of the usual length as its sequence, (batch, seq, features); None without one.

    So a model cannot pass by recognising random numbers, or sequences that are shorter than real ones.
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
    return replace(case, arrays=arrays, label=say("{sizes}, with curves as input", sizes=case.label))


def _curves(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    batch, steps, features = shape
    along = np.linspace(0, 5, steps)[None, :, None]
    height, pace, begin = generator.uniform(0.5, 2, (3, batch, 1, features))
    noise = generator.normal(0, 0.2, shape)
    curves: Array = (height * np.sin(2 * pace * along + 6 * begin) + noise).astype(np.float32)
    return curves


def drawn_weights(parameters: Sequence[tuple[str, Sequence[int]]], seed: int) -> dict[str, Array]:
    """Return random values for each parameter, uniform in (-0.6, 0.6): large enough that every part has an effect."""
    generator = np.random.Generator(np.random.PCG64([seed, 7]))
    return {name: generator.uniform(-0.6, 0.6, tuple(shape)).astype(np.float32) for name, shape in parameters}


def first_case(outcome: Outcome) -> Mapping[str, Any]:
    """Return the first case of a reply to `call`; an empty mapping if the reply is malformed."""
    cases = outcome.value.get("cases")
    return cases[0] if isinstance(cases, list) and cases and isinstance(cases[0], dict) else {}


def output_shapes(call: Mapping[str, Any]) -> list[list[int]]:
    """Return the shapes of the returned tensors, in order."""
    return [list(shape) for _, shape in call.get("outputs", [])]


def parameters_of(outcome: Outcome) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return the names and shapes of the parameters in a reply, in order."""
    described = first_case(outcome).get("parameters", [])
    return tuple((str(name), tuple(int(n) for n in shape)) for name, shape in described)


def arrays_sent(outcome: Outcome, call: int, kind: str) -> list[Array]:
    """Return the arrays that one call sent, in order."""
    count = len(output_shapes(first_case(outcome)["calls"][call])) if kind == "out" else None
    arrays = []
    for number in range(count if count is not None else 10_000):
        array = outcome.arrays.get(f"case0.call{call}.{kind}{number}")
        if array is None:
            break
        arrays.append(array)
    return arrays


def largest_gap(a: Array, b: Array) -> float:
    """Return the largest absolute difference of two arrays; infinite if they cannot be compared.

    Where both are the same infinity, or both are no number, they do not differ.
    """
    if a.shape != b.shape or a.dtype.kind not in "fiub":
        return float("inf")
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(invalid="ignore"):
        return float(np.where(same, 0.0, np.abs(a.astype(float) - b)).max()) if a.size else 0.0

"""What the kinds that call a model share: symbolic sizes, drawn inputs and the requests made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.model import Array, Outcome

CURVE_STEPS = 80  # of the exercise's curves


@dataclass(frozen=True)
class Case:
    """One way to call the target: its sizes, the drawn inputs by name, and their nesting."""

    sizes: Mapping[str, int]
    init: Mapping[str, int]
    inputs: tuple[Any, ...]
    arrays: Mapping[str, Array]
    label: str
    number: int = 0  # its place among all cases of the check


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

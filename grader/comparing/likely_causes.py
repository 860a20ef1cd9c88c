"""What may be behind other numbers or another shape: a sign, a factor, exchanged axes. It is a hint, never proof."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.model import NOTHING, Array, Message, say


def _equal(found: Array, expected: Array, allowed: float) -> bool:
    with np.errstate(all="ignore"):
        return found.shape == expected.shape and bool(np.abs(found - expected).max() <= allowed)


def likely_numbers(found: Array, expected: Array, allowed: float) -> Message:
    """Return what may be behind other values: a sign, a factor, a number that is added, or exchanged axes."""
    if _equal(-found, expected, allowed):
        return say("Your values have the opposite sign.")
    large = np.abs(expected) > 10 * allowed
    if found.size > 1 and large.any():
        ratios = np.real(found[large] / expected[large])
        factor = float(np.median(ratios))
        if abs(factor) > 1e-6 and _equal(found / factor, expected, allowed):
            return say("Your values are {factor} times the expected ones.", factor=f"{factor:.4g}")
    shift = float(np.real(np.median(found - expected)))
    if found.size > 1 and _equal(found - shift, expected, allowed):
        return say("Your values are the expected ones plus {number}.", number=f"{shift:.4g}")
    for a in range(found.ndim):
        for b in range(a):
            if _equal(np.swapaxes(found, a, b), expected, allowed):
                return say("Two axes are exchanged.")
    return NOTHING


def likely_shape(found: Sequence[int], expected: Sequence[int]) -> Message:
    """Return what may be behind another shape: other places of the axes, or axes of length 1."""
    if sorted(found) == sorted(expected):
        return say("The axes are in another order.")
    if [length for length in found if length != 1] == [length for length in expected if length != 1]:
        return say("The number of axes of length 1 differs.")
    return NOTHING

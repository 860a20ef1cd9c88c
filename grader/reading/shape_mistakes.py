"""The known mistakes in a wrong shape: a dimension too many or too few, a wrong order, a wrong length."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from grader.model.message import NOTHING, Message, say
from grader.reading.shape_stages import StagedShapes
from grader.reading.shapes import Length, Shape

# Primes take the place of the names, so that different sums of names have different values.
_PRIMES = (10007, 20011, 30011, 40009, 50021, 60013)


def known_mistake(shapes: StagedShapes, found: Shape, right: Shape) -> Message:
    """Return the known mistake in the shape that an answer gives instead of the right one, or nothing."""
    if any(shapes.equal(found, other) for other in shapes.expected):
        return say("That is the shape of another stage.")
    if len(found) != len(right):
        missing = len(found) < len(right)
        return say("A dimension is missing.") if missing else say("There is one dimension too many.")
    values = [length.at(_primes(shapes)) for length in found]
    wanted = [length.at(_numbers(shapes, found)) for length in right]
    if sorted(values[1:]) == sorted(wanted[1:]) and values[1:] != wanted[1:]:
        return say("The dimensions are in the wrong order.")
    if "shift" in found[0].names:
        return say("The size of the batch does not change.")
    off = [axis for axis, (a, b) in enumerate(zip(values, wanted, strict=True)) if a != b and (axis or found[0].names)]
    if off == [1] and _is_length(shapes, found[1], values[1]):
        return say("The length is wrong.")
    if off == [2] and (found[2].names or found[2].number is not None):
        return say("The number of features is wrong.")
    return say("The length and the number of features are wrong.") if off == [1, 2] else NOTHING


def _is_length(shapes: StagedShapes, length: Length, value: Fraction) -> bool:
    """Return whether a length is made of the sequence and the shift, or of their numbers."""
    if length.names:
        return set(length.names) <= {"seq", "shift"}
    seq, shift = shapes.sizes.get("seq", 0), shapes.sizes.get("shift", 0)
    return value in {seq + n * shift for n in range(-3, 4)} | {shift, 1}


def _numbers(shapes: StagedShapes, found: Shape) -> Mapping[str, int]:
    """Return sizes for the right shape: primes for names, the answer's numbers if the shape is in numbers."""
    return _primes(shapes) if any(length.names for length in found) or not shapes.sizes else shapes.sizes


def _primes(shapes: StagedShapes) -> dict[str, int]:
    return dict(zip(shapes.dimensions, _PRIMES, strict=False))

"""Properties that hold of one value or do not: its shape, types, range, sums, symmetry and order of its numbers.

Each function returns the first difference from the property, or None. A difference proves something only where the
value was sent completely and breaks the property.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from grader.asking.values import Opaque, Record, Tensor
from grader.comparing.likely_causes import likely_shape
from grader.comparing.symbolic_shapes import words
from grader.comparing.value_comparison import (
    Difference,
    Tolerance,
    array_of_list,
    as_array,
    shown,
    type_of,
)
from grader.model import NOTHING, Array, Message, say, say_number

Kind = Literal["list", "tuple", "dict", "bool", "int", "float", "str", "tensor", "array"]
_CLASSES: Mapping[str, type] = {
    **{"list": list, "tuple": tuple, "dict": Mapping, "bool": bool, "int": int, "float": float, "str": str},
    **{"tensor": Tensor, "array": np.ndarray},
}
# How far a sum may be off, as a share of the sum of absolute values, by the type of the numbers; others may have been
# computed in float32. Measured for softmax and centred numbers, 10 to 10000 in a row: 0.3 * 2**-7, 0.3 * 2**-10 and
# 40 * 2**-23.
_ROUNDING = {"bfloat16": 2.0**-6, "float16": 2.0**-9}
_ROUNDING_OF_OTHERS = 64 * 2.0**-23


def of_type(value: Any, expected: Kind, path: str = "") -> Difference | None:
    """Return whether a value is of another type; a named tuple is a tuple, and `true` is no whole number."""
    if isinstance(value, Opaque) or (isinstance(value, Record) and expected == "tuple"):
        return _unknown(value, path)
    if isinstance(value, _CLASSES[expected]) and isinstance(value, bool) == (expected == "bool"):
        return None
    return Difference(
        path, say("is of the type {found}; expected is {expected}", found=type_of(value), expected=expected)
    )


def of_shape(value: Any, expected: Sequence[int], path: str = "") -> Difference | None:
    """Return whether an array, or a list of numbers, has another shape."""
    array = _array(value, path)
    if isinstance(array, Difference) or list(array.shape) == list(expected):
        return array if isinstance(array, Difference) else None
    what = say("has the shape {found}; expected is {expected}", found=words(array.shape), expected=words(expected))
    return Difference(path, what, likely_shape(array.shape, expected))


def of_dtype(value: Any, expected: str, path: str = "") -> Difference | None:
    """Return whether an array in a value has numbers of another type; of a single number it is not known."""
    for part in _leaves(value, lists=False):
        if isinstance(part, (bool, int, float, complex)):
            return Difference(path, say("is {found}, whose number type is not known", found=shown(part)), proves=False)
        if isinstance(array := _array(part, path), Difference):
            return array
        found = part.dtype if isinstance(part, Tensor) else str(array.dtype)
        if found != expected:
            what = say("has numbers of the type {found}; expected is {expected}", found=found, expected=expected)
            return Difference(path, what)
    return None if _leaves(value, lists=False) else _no_numbers(value, path)


def finite(value: Any, path: str = "") -> Difference | None:
    """Return whether a number is infinite or no number at all."""
    for part in _leaves(value):
        if isinstance(array := _array(part, path), Difference):
            return array
        if wrong := int((~np.isfinite(array)).sum()):
            what = say_number(
                "has {n} number that is not finite, of {all}",
                "has {n} numbers that are not finite, of {all}",
                wrong,
                all=array.size,
            )
            hint = say("Look for a division by 0, the logarithm of 0, or a softmax over a row without any entry.")
            return Difference(path, what, hint)
    return None


def in_range(
    value: Any, low: float | None, high: float | None, tolerance: Tolerance, path: str = ""
) -> Difference | None:
    """Return whether a number is below `low` or above `high`; a bound that is None does not count."""
    for part in _leaves(value):
        if isinstance(array := _array(part, path), Difference):
            return array
        if array.dtype.kind == "c":
            return Difference(path, say("has complex numbers, which have no order"), proves=False)
        if not array.size:
            continue
        least, most = float(array.min()), float(array.max())  # NaN if there is one
        slack = _rounding(part)
        above = low is None or least >= low - tolerance.atol - slack * abs(low)
        if not above or not (high is None or most <= high + tolerance.atol + slack * abs(high)):
            return Difference(path, _out_of_range(least, most, low, high))
    return None


def _out_of_range(least: float, most: float, low: float | None, high: float | None) -> Message:
    if np.isnan(least) or np.isnan(most):
        return say("has numbers that are not finite; expected is {allowed}", allowed=allowed_numbers(low, high))
    allowed, (found, other) = allowed_numbers(low, high), (f"{least:.6g}", f"{most:.6g}")
    if found == other:
        return say("has the number {found}; expected is {allowed}", found=found, allowed=allowed)
    return say("has numbers from {least} to {most}; expected is {allowed}", least=found, most=other, allowed=allowed)


def allowed_numbers(low: float | None, high: float | None) -> Message:
    """Return the range in words."""
    if low is None:
        return say("at most {high}", high=f"{high:.6g}")
    if high is None:
        return say("at least {low}", low=f"{low:.6g}")
    return say("{low} to {high}", low=f"{low:.6g}", high=f"{high:.6g}")


def sums(value: Any, axis: int | None, expected: float, tolerance: Tolerance, path: str = "") -> Difference | None:
    """Return whether a sum along an axis, or with None the sum of all numbers, is another one."""
    array = _with_axes(value, [] if axis is None else [axis], path)
    if isinstance(array, Difference):
        return array
    right = _sums_are(array, axis, expected, tolerance, _rounding(value))
    if right.all():
        return None
    found = np.atleast_1d(array.sum(axis))
    least, most = f"{np.real(found).min():.6g}", f"{np.real(found).max():.6g}"
    if axis is None:
        return Difference(
            path, say("has the sum {found}; expected is {expected}", found=least, expected=f"{expected:.6g}")
        )
    what = say(
        "has sums along axis {axis} between {least} and {most}; expected is {expected}",
        axis=axis, least=least, most=most, expected=f"{expected:.6g}",
    )  # fmt: skip
    others = [one for one in range(array.ndim) if one != axis % array.ndim]
    for other in others:
        if _sums_are(array, other, expected, tolerance, _rounding(value)).all():
            return Difference(path, what, say("The sums along axis {axis} are right.", axis=other))
    return Difference(path, what)


def _sums_are(array: Array, axis: int | None, expected: float, tolerance: Tolerance, rounding: float) -> Array:
    allowed = tolerance.atol + tolerance.rtol * abs(expected) + rounding * np.abs(array).sum(axis)
    with np.errstate(all="ignore"):
        right: Array = np.asarray(np.abs(array.sum(axis) - expected) <= allowed) & np.isfinite(allowed)
    return right


def symmetric(value: Any, axes: Sequence[int], tolerance: Tolerance, path: str = "") -> Difference | None:
    """Return whether exchanging two axes changes the numbers."""
    array = _with_axes(value, axes, path)
    if isinstance(array, Difference):
        return array
    other = np.swapaxes(array, axes[0], axes[1])
    if array.shape != other.shape:
        what = say("has the shape {found}, which cannot be symmetric in the axes {axes}",
                   found=words(array.shape), axes=[str(axis) for axis in axes])  # fmt: skip
        return Difference(path, what)
    with np.errstate(all="ignore"):
        gaps = np.where(array == other, 0.0, np.abs(array - other))
    wrong = ~(gaps <= tolerance.allowed(array))
    if not wrong.any():
        return None
    what = say(
        "is not symmetric in the axes {axes}: {wrong} of {all} numbers differ from the opposite ones by up to {gap}",
        axes=[str(axis) for axis in axes], wrong=int(wrong.sum()), all=array.size, gap=f"{gaps.max():.2g}",
    )  # fmt: skip
    return Difference(path, what)


def monotone(
    value: Any, axis: int, rises: bool, strict: bool, tolerance: Tolerance, path: str = ""
) -> Difference | None:
    """Return whether numbers along an axis do not rise, or fall; with `strict`, equal ones do neither."""
    array = _with_axes(value, [axis], path)
    if isinstance(array, Difference):
        return array
    if array.dtype.kind == "c":
        return Difference(path, say("has complex numbers, which have no order"), proves=False)
    lines = np.moveaxis(array, axis, -1) if rises else -np.moveaxis(array, axis, -1)
    right = _rising(lines, strict, tolerance)
    if right.all():
        return None
    numbers = {"axis": axis, "wrong": int((~right).sum()), "all": right.size}
    what = say("does not rise along axis {axis} at {wrong} of {all} steps", **numbers)
    if not rises:
        what = say("does not fall along axis {axis} at {wrong} of {all} steps", **numbers)
    other = say("The direction is the opposite one.") if _rising(-lines, strict, tolerance).all() else NOTHING
    return Difference(path, what, other)


def _rising(lines: Array, strict: bool, tolerance: Tolerance) -> Array:
    before, after = lines[..., :-1], lines[..., 1:]
    right: Array = after > before if strict else after >= before - tolerance.atol
    return right


def _rounding(value: Any) -> float:
    dtype = value.dtype if isinstance(value, Tensor) else str(getattr(value, "dtype", ""))
    return _ROUNDING.get(dtype, _ROUNDING_OF_OTHERS)


def _leaves(value: Any, lists: bool = True) -> list[Any]:
    """Return the parts of a value that have no parts; with `lists`, a list of numbers has none."""
    if isinstance(value, Record):
        parts = [part for _, part in value.fields]
    elif isinstance(value, Mapping):
        parts = list(value.values())
    elif isinstance(value, (list, tuple)) and not (lists and array_of_list(value) is not None):
        parts = list(value)
    else:
        return [value]
    return [leaf for part in parts for leaf in _leaves(part, lists)]


def _array(value: Any, path: str) -> Array | Difference:
    """Return the numbers of a value, or what is there in their place."""
    array = as_array(value)
    if array is None:
        array = np.zeros(0) if isinstance(value, (list, tuple)) and not value else array_of_list(value)
    if array is not None:
        return array
    unknown: Iterator[Any] = (leaf for leaf in _leaves(value) if isinstance(leaf, Opaque))
    if (opaque := next(unknown, None)) is not None:
        return _unknown(opaque, path)
    return _no_numbers(value, path)


def _with_axes(value: Any, axes: Sequence[int], path: str) -> Array | Difference:
    """Return the numbers in double precision where they have these axes."""
    array = _array(value, path)
    if isinstance(array, Difference):
        return array
    for axis in axes:
        if not -array.ndim <= axis < array.ndim:
            what = say("has the shape {found}, which has no axis {axis}", found=words(array.shape), axis=axis)
            return Difference(path, what)
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _no_numbers(value: Any, path: str) -> Difference:
    return Difference(path, say("is {found}; expected are numbers", found=shown(value)))


def _unknown(value: Any, path: str) -> Difference:
    return Difference(path, say("is of the type {type}, which cannot be compared", type=type_of(value)), proves=False)

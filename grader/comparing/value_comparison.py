"""Compare the typed value that a submission returned with the reference's, and name the first difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.asking.given import BadInput, at_path, path_of
from grader.asking.values import Opaque, Record, Tensor
from grader.comparing.likely_causes import likely_numbers, likely_shape
from grader.comparing.symbolic_shapes import words
from grader.model import NOTHING, Array, Message, Text, say

ABSENT = object()  # in place of a part that a value does not have
MAX_AXES = 30  # of arrays that are taken together


@dataclass(frozen=True)
class Tolerance:
    """How far a number may be from the expected one: `atol`, and `rtol` times the largest expected number."""

    atol: float = 1e-6
    rtol: float = 1e-4
    same_types: bool = False

    def allowed(self, expected: Array) -> float:
        """Return the largest gap that counts as equal."""
        finite = np.abs(expected[np.isfinite(expected)]) if expected.size else expected
        return self.atol + self.rtol * float(finite.max(initial=0.0))


@dataclass(frozen=True)
class Difference:
    """The first difference: where in the result it is, what it is, and what may be behind it.

    Without `proves`, nothing was found that is wrong: the value could not be compared.
    """

    path: str
    what: Message
    hint: Message = NOTHING
    proves: bool = True
    alone: Message = NOTHING  # the whole sentence, where it is not about the result

    def sentence(self) -> Message:
        """Return the difference as a sentence that names the part of the result."""
        if not self.path:
            return say("The result {what}.", what=self.what)
        return say("Part {path} of the result {what}.", path=self.path, what=self.what)


def first_difference(found: Any, expected: Any, tolerance: Tolerance, path: str = "") -> Difference | None:
    """Return the first difference between two values; None if they are equal within the tolerance.

    Lists and tuples are alike, and so are numbers, arrays and tensors; a named tuple and a dataclass are compared by
    their fields. Integers and floats of equal value are equal, but an array of integers or booleans has to be one.
    """
    if isinstance(found, Opaque):
        return Difference(path, say("is of the type {type}, which cannot be compared", type=found.name), proves=False)
    if tolerance.same_types and (difference := _other_type(found, expected, path)) is not None:
        return difference
    if (numbers := as_array(expected)) is not None and not (isinstance(expected, list) and not expected):
        return _numbers(found, expected, numbers, tolerance, path)
    if isinstance(expected, (list, tuple)) or (isinstance(expected, Record) and _ordered(found)):
        return _list(found, expected, tolerance, path)
    if isinstance(expected, (Mapping, Record)):
        return _mapping(found, expected, tolerance, path)
    if type(found) is type(expected) and found == expected:
        return None
    return Difference(path, say("is {found}; expected is {expected}", found=shown(found), expected=shown(expected)))


def _other_type(found: Any, expected: Any, path: str) -> Difference | None:
    names = type_of(found), type_of(expected)
    if names[0] == names[1]:
        return None
    return Difference(path, say("is of the type {found}; expected is {expected}", found=names[0], expected=names[1]))


def type_of(value: Any) -> str:
    """Return the type of a value in words; of a tensor or an array with the type of its numbers."""
    if isinstance(value, Tensor):
        return f"tensor of {value.dtype}"
    if isinstance(value, np.ndarray):
        return f"array of {value.dtype}"
    return value.name if isinstance(value, (Record, Opaque)) else "None" if value is None else type(value).__name__


def as_array(value: Any) -> Array | None:
    """Return a number, an array or a tensor as an array; None for anything else."""
    if isinstance(value, Tensor):
        return value.array
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, (bool, int, float, complex)):
        try:
            array = np.asarray(value)
        except OverflowError:
            return None
        return array if array.dtype.kind in "fiubc" else None
    return None


def largest_number(value: Any) -> float:
    """Return the largest absolute number in a value, nested or not; 0 without numbers."""
    if (array := as_array(value)) is not None:
        return float(np.abs(array).max(initial=0.0))
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    return max(map(largest_number, parts), default=0.0)


def array_of_list(value: Any) -> Array | None:
    """Return a list of numbers as an array, where all parts have the same shape."""
    if not isinstance(value, (list, tuple)) or not value:
        return None
    parts = [array_of_list(part) if isinstance(part, (list, tuple)) else as_array(part) for part in value]
    if any(part is None for part in parts) or len({part.shape for part in parts if part is not None}) != 1:
        return None
    if parts[0] is None or parts[0].ndim > MAX_AXES:
        return None
    return np.array(parts)


def _ordered(found: Any) -> bool:
    return isinstance(found, (list, tuple))


def _numbers(found: Any, expected: Any, numbers: Array, tolerance: Tolerance, path: str) -> Difference | None:
    array = as_array(found)
    if array is None and isinstance(expected, (Tensor, np.ndarray)):
        array = array_of_list(found)
    if array is None:
        return Difference(path, say("is {found}; expected is {expected}", found=shown(found), expected=shown(expected)))
    if array.shape != numbers.shape:
        what = say(
            "has the shape {found}; expected is {expected}", found=words(array.shape), expected=words(numbers.shape)
        )
        return Difference(path, what, likely_shape(array.shape, numbers.shape))
    kinds = array.dtype.kind, numbers.dtype.kind
    if isinstance(expected, (Tensor, np.ndarray)) and kinds[1] in "iub" and kinds[0] not in _LIKE[kinds[1]]:
        what = say(
            "has numbers of the type {found}; expected is {expected}",
            found=str(array.dtype),
            expected=str(numbers.dtype),
        )
        return Difference(path, what)
    return _gap(array, numbers, tolerance, path)


_LIKE = {"b": "b", "i": "iu", "u": "iu"}


def _gap(found: Array, expected: Array, tolerance: Tolerance, path: str) -> Difference | None:
    if not found.size:
        return None
    wide = np.complex128 if "c" in (found.dtype.kind, expected.dtype.kind) else np.float64
    found, expected = found.astype(wide), expected.astype(wide)
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(all="ignore"):
        gaps = np.where(same, 0.0, np.abs(found - expected))
    allowed = tolerance.allowed(expected)
    if np.isnan(gaps).any() or (~np.isfinite(gaps)).any():
        return Difference(path, say("has values that are not finite, or is finite where it should not be"))
    if (gap := float(gaps.max())) <= allowed:
        return None
    if found.ndim == 0:
        what = say("is {found}; expected is {expected}", found=f"{found:.6g}", expected=f"{expected:.6g}")
        return Difference(path, what, likely_numbers(found, expected, allowed))
    wrong = int((gaps > allowed).sum())
    what = say(
        "differs from the expected values by up to {gap}, in {wrong} of {all} numbers",
        gap=f"{gap:.2g}", wrong=wrong, all=found.size,
    )  # fmt: skip
    return Difference(path, what, likely_numbers(found, expected, allowed))


def _list(found: Any, expected: Any, tolerance: Tolerance, path: str) -> Difference | None:
    parts = [part for _, part in expected.fields] if isinstance(expected, Record) else expected
    others = _parts_of(found, parts)
    if others is None:
        return Difference(path, say("is {found}; expected is {expected}", found=shown(found), expected=shown(expected)))
    if len(others) != len(parts):
        what = say("has {found} parts; expected are {expected}", found=len(others), expected=len(parts))
        return Difference(path, what)
    for number, (one, other) in enumerate(zip(others, parts, strict=True)):
        if (difference := first_difference(one, other, tolerance, _joined(path, number))) is not None:
            return difference
    return None


def _parts_of(found: Any, expected: Sequence[Any]) -> Sequence[Any] | None:
    if isinstance(found, (list, tuple)):
        return found
    if isinstance(found, Record):
        return [part for _, part in found.fields]
    array = as_array(found)
    if array is not None and array.ndim == 1 and all(isinstance(part, (bool, int, float)) for part in expected):
        if len(array) != len(expected):
            return range(len(array))  # only the number of parts counts
        return [part if isinstance(part, np.ndarray) else part.item() for part in array]
    return None


def _mapping(found: Any, expected: Any, tolerance: Tolerance, path: str) -> Difference | None:
    parts = dict(expected.fields) if isinstance(expected, Record) else expected
    others = dict(found.fields) if isinstance(found, Record) else found
    if not isinstance(others, Mapping):
        return Difference(path, say("is {found}; expected is {expected}", found=shown(found), expected=shown(expected)))
    missing, more = [key for key in parts if key not in others], [key for key in others if key not in parts]
    if missing:
        return Difference(path, say("has no {missing}", missing=", ".join(map(str, missing))))
    if more:
        return Difference(path, say("has {more}, which is not expected", more=_keys(more)))
    for key, part in parts.items():
        if (difference := first_difference(others[key], part, tolerance, _joined(path, key))) is not None:
            return difference
    return None


def _joined(path: str, part: Any) -> str:
    return f"{path}.{part}" if path else str(part)


def shown(value: Any) -> Text:
    """Return a value in a few words."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return repr(value[:40])
    if isinstance(value, (bool, int, float, complex)):
        return str(value)[:40]
    if isinstance(value, Record):
        return say("a value of the class {name}", name=value.name)
    if isinstance(value, Opaque):
        return say("a value of the type {type}", type=value.name)
    if (array := as_array(value)) is not None:
        return say("an array of the shape {shape}", shape=words(array.shape))
    if isinstance(value, Mapping):
        return say("a dictionary with {keys}", keys=_keys(list(value)))
    if isinstance(value, (list, tuple)):
        return say("a list of {n} parts", n=len(value))
    return say("a value of the type {type}", type=type(value).__name__)


def _keys(keys: Sequence[Any]) -> str:
    """Return the first keys of a mapping, each of a bounded length."""
    return ", ".join(str(key)[:60] for key in keys[:5])


def part_at(value: Any, path: str) -> Any:
    """Return the part of a value at a path, or `ABSENT`; numbers are places in a list or fields in their order.

    A value that was not sent is returned as it is, since nobody knows its parts.
    """
    for part in path_of(path):
        if isinstance(value, Opaque):
            return value
        if isinstance(value, Record):
            fields = dict(value.fields)
            value = [field for _, field in value.fields] if isinstance(part, int) else fields
        try:
            value = at_path(value, [part])
        except BadInput:
            return ABSENT
    return value

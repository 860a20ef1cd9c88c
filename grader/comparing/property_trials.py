"""Further calls that show whether a property holds: with another seed or input, in another order, of its own result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.asking.given import BadInput, Drawing, path_of
from grader.asking.values import Held, Opaque, Seeded, Tensor
from grader.comparing.function_cases import FunctionCase
from grader.comparing.symbolic_shapes import words
from grader.comparing.typed_inputs import written
from grader.comparing.value_comparison import Difference, Tolerance, array_of_list, first_difference, part_at, shown
from grader.model import Array, Request, say

OTHER_SEEDS = 8  # a choice of two values is the same for all of them once in 256 times
BEHIND = "behind"  # the word for new numbers where a mask hides the old ones
EXACT = Tolerance(0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Trial:
    """A request, and the value that the parts of its results at `path` must equal or, with `differs`, must not."""

    case: FunctionCase
    request: Request
    expected: Any
    path: str = ""
    differs: bool = False

    def answer(self, results: Sequence[Any], tolerance: Tolerance) -> Difference | None:
        """Return the first difference between a result and the expected value; None where all are equal.

        One within the tolerance is none; but where the values must differ, it proves nothing.
        """
        found = [part_at(result, self.path) for result in results]
        different = [first_difference(one, self.expected, tolerance) for one in found]
        if known := [one for one in different if one is not None]:
            return next((one for one in known if one.proves), known[0])
        if self.differs and any(first_difference(one, self.expected, EXACT) is not None for one in found):
            return Difference(self.path, say("differs by no more than the rounding of numbers"), proves=False)
        return None


def other_seeds(case: FunctionCase, expected: Any, path: str, differs: bool = True) -> Trial:
    """Return calls with other seeds; a class is built with the same seed.

    If the results must differ, the generators that are inputs get other seeds, too, and otherwise the same.
    """
    steps: list[dict[str, Any]] = []
    arrays: dict[str, Array] = {}
    for number in range(OTHER_SEEDS):
        given = {name: _reseeded(value, (number + 1) * differs) for name, value in case.calls[0][1].items()}
        request = _with_given(case, given).request
        whole = request.arguments["steps"]
        begin = max(place for place, step in enumerate(whole) if step["do"] == "seed")
        steps += whole[:begin] if not steps else []
        seed, *take, call = whole[begin:]
        steps += [{**seed, "value": case.seed + 1 + number}, *take, {**call, "as": f"other{number}"}]
        arrays |= request.arrays  # equal for all seeds
    send = [f"other{number}" for number in range(OTHER_SEEDS)]
    return Trial(case, Request("steps", {"steps": steps, "send": send}, arrays), expected, path, differs=differs)


def _reseeded(value: Any, more: int) -> Any:
    if isinstance(value, Seeded):
        return replace(value, seed=value.seed + more)
    if isinstance(value, Mapping):
        return {key: _reseeded(part, more) for key, part in value.items()}
    return type(value)(_reseeded(part, more) for part in value) if isinstance(value, (list, tuple)) else value


def _with_given(case: FunctionCase, given: Mapping[str, Any]) -> FunctionCase:
    """Return the case with other inputs; by its number it is not the first, so it is called only once."""
    return replace(case, number=case.number + 1, calls=((case.calls[0][0], given),))


def other_inputs(case: FunctionCase, described: Mapping[str, Any], entry: int) -> dict[str, Any]:
    """Return all inputs of a case with those of `described` drawn anew; `entry` makes them others for each property.

    Raises:
        BadInput: an input cannot be drawn, or has no such name.
    """
    given = dict(case.calls[0][1])
    generator = np.random.Generator(np.random.PCG64([case.seed, case.number, 1000 + entry]))
    for name, description in described.items():
        if name not in given:
            raise BadInput(f"{name}: it is not in 'given'")
        drawing = Drawing(case.sizes, generator, case.question.library, place=(name,))
        mask = description.get(BEHIND) if isinstance(description, Mapping) and set(description) == {BEHIND} else None
        given[name] = drawing.draw(description) if mask is None else _behind(case, name, str(mask), generator)
    return given


def _behind(case: FunctionCase, name: str, mask: str, generator: np.random.Generator) -> Any:
    """Return an input with new numbers where a mask hides them; an array of whole numbers is one of lengths."""
    value, by = case.calls[0][1][name], case.calls[0][1].get(mask)
    if not isinstance(value, (Tensor, np.ndarray)) or not isinstance(by, (Tensor, np.ndarray)):
        raise BadInput(f"{name}: '{BEHIND}' names a mask or an array of lengths that is an input, for an array")
    array = value.array if isinstance(value, Tensor) else value
    hides = by.array if isinstance(by, Tensor) else by
    description = case.question.calls[0].given[mask]
    if hides.dtype.kind in "iu" and "mask" not in description and array.ndim > 1 and hides.ndim == 1:
        hidden = np.arange(array.shape[1]) >= hides[:, None]
    else:
        hidden = hides.astype(bool) == (isinstance(description, Mapping) and description.get("true") == "hidden")
    middle = tuple(axis for axis in range(1, hidden.ndim - 1) if hidden.shape[axis] == 1)
    for shape in (hidden.shape, np.squeeze(hidden, middle).shape):  # (n, 1, 1, t) hides times of (n, t, features)
        if shape == array.shape[: len(shape)]:
            hidden = hidden.reshape(*shape, *[1] * (array.ndim - len(shape)))
            new = np.where(hidden, _new_numbers(array, generator), array).astype(array.dtype)
            return replace(value, array=new) if isinstance(value, Tensor) else new
    raise BadInput(f"{name}: its shape {words(array.shape)} does not begin with that of {mask}, {words(hides.shape)}")


def _new_numbers(array: Array, generator: np.random.Generator) -> Array:
    if array.dtype.kind == "b":
        return ~array
    if array.dtype.kind in "iu":
        return generator.permuted(array.reshape(-1)).reshape(array.shape)  # no index that the code does not know
    return 3 * generator.standard_normal(array.shape)


def changed(case: FunctionCase, given: Mapping[str, Any], expected: Any, path: str, differs: bool) -> Trial | None:
    """Return a call with other inputs; None where they are the same as before."""
    before = case.calls[0][1]
    if all(first_difference(value, before[name], EXACT) is None for name, value in given.items()):
        return None
    other = _with_given(case, given)
    return Trial(other, other.request, expected, path, differs)


def permuted(
    case: FunctionCase, names: Sequence[str], axis: int, result_axis: int | None, found: Any, path: str
) -> Trial | Difference | None:
    """Return a call with inputs in another order along an axis, or why the result has no such order.

    None where there is only one entry.

    Raises:
        BadInput: an input has no such axis, or another length than the first.
    """
    given = dict(case.calls[0][1])
    length = _length(given.get(names[0]), axis)
    if length is None or any(_length(given.get(name), axis) != length for name in names):
        raise BadInput(f"{', '.join(names)}: these inputs have no axis {axis} of the same length")
    if length < 2:
        return None
    order = np.random.Generator(np.random.PCG64([case.seed, case.number])).permutation(length)
    order = order if (order != np.arange(length)).any() else np.roll(order, 1)
    given |= {name: _in_order(given[name], axis, order) for name in names}
    other = _with_given(case, given)
    if result_axis is None:
        return Trial(other, other.request, found, path)
    if isinstance(found, Opaque):
        return first_difference(found, found, EXACT, path)
    if _length(found, result_axis) != length:
        what = say("is {found}; expected are {n} entries along axis {axis}",
                   found=shown(found), n=length, axis=result_axis)  # fmt: skip
        return Difference(path, what)
    return Trial(other, other.request, _in_order(found, result_axis, order), path)


def _length(value: Any, axis: int) -> int | None:
    array = value.array if isinstance(value, Tensor) else value
    if isinstance(array, (list, tuple)):
        if axis == 0:
            return len(array)
        array = array_of_list(array)
    if not isinstance(array, np.ndarray) or not -array.ndim <= axis < array.ndim:
        return None
    return int(array.shape[axis])


def _in_order(value: Any, axis: int, order: Array) -> Any:
    if isinstance(value, Tensor):
        return replace(value, array=np.take(value.array, order, axis))
    if isinstance(value, (list, tuple)):
        return (
            type(value)(value[n] for n in order)
            if axis == 0
            else np.take(np.asarray(array_of_list(value)), order, axis)
        )
    return np.take(value, order, axis)


def repeated(case: FunctionCase, expected: Any, path: str) -> Trial:
    """Return a call with the result, or its part, in place of the first input."""
    method, given = case.calls[0]
    again = {**given, next(iter(given)): Held("result0", path_of(path))}
    request = replace(case, number=case.number + 1, calls=((method, given), (method, again))).request
    return Trial(case, Request("steps", {**request.arguments, "send": ["result1"]}, request.arrays), expected, path)


def undone(case: FunctionCase, inverse: str, path: str) -> Trial:
    """Return a call of another function with the result, or its part, which must give back the first input."""
    given = case.calls[0][1]
    first = next(iter(given))
    request = _with_given(case, given).request
    arrays = dict(request.arrays)
    owner, _, method = inverse.rpartition(".")
    find: dict[str, Any] = {"do": "get", "name": inverse, "as": "inverse"}
    if owner and case.init is not None and owner == case.question.target:
        find = {"do": "take", "of": "target", "path": [method], "as": "inverse"}  # of the same object
    named = {**given, first: Held("result0", path_of(path))}
    pairs = written(named, arrays)
    steps = [
        *request.arguments["steps"],
        find,
        {"do": "seed", "value": case.seed},
        {"do": "call", "on": "inverse", "given": pairs, "as": "inverse0"},
    ]
    return Trial(case, Request("steps", {"steps": steps, "send": ["inverse0"]}, arrays), given[first])

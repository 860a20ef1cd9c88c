"""Whether the calls of a submission's helper show a mistake of who calls it: whether all that goes in comes out.

A helper that ignores an input would hide that the target passes a wrong one, so each input that counts for the
reference's helper has to count for the submission's; so do its order and its sign. And a helper whose results are
never negative would hide that the target applies a ReLU to them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from grader.asking.values import Tensor
from grader.comparing.reference_functions import usual_settings
from grader.comparing.value_comparison import Tolerance, first_difference
from grader.model import Array

CHECKED = 6  # calls of a helper whose inputs have to count
DRAWS = 4  # other inputs of a helper, as a unit of a network may be dead for one of them


@dataclass(frozen=True)
class Made:
    """A call of a helper: its inputs, and what the reference's and the submission's return for any inputs, typed."""

    given: Mapping[str, Any]
    twin: Callable[[Mapping[str, Any]], Any]
    reply: Callable[[Mapping[str, Any]], Any]
    is_alike: bool = True  # whether both have the same numbers in their weights


def are_as_the_reference(made: Sequence[Made]) -> bool:
    """Return whether all calls return what the reference's helper does; false where there are none.

    Raises:
        ReferenceFault: the reference's helper raised an exception.
    """
    with usual_settings():
        alike = bool(made) and all(one.is_alike for one in made)
        return alike and not any(_differ(one.twin(one.given), one.reply(one.given)) for one in made)


def replies_needed(made: Sequence[Made], passes: bool) -> Iterator[Callable[[], Any]]:
    """Yield what gives the replies that the calls are judged by in most cases, so that all can be requested at once.

    More are needed where the target `passes`.
    """
    for call in made[:CHECKED]:
        for other in _varied(call.given, 0):
            yield partial(call.reply, other)
    for call in made[:1] if passes else ():
        base = _all_varied(call.given, 0)
        for other in (base, *_changed_before(base)):
            yield partial(call.reply, other)


def ignores_inputs(made: Sequence[Made]) -> bool:
    """Return whether a helper ignores an input that counts for the reference's, by the calls of it.

    Raises:
        ReferenceFault: the reference's helper raised an exception.
    """
    with usual_settings():
        return _returns_the_same(made) or any(_ignores_an_input(one) for one in made[:CHECKED])


def hides_mistakes(made: Sequence[Made]) -> bool:
    """Return whether a mistake of who calls a helper would not show, as it makes no difference for this helper.

    Raises:
        ReferenceFault: the reference's helper raised an exception.
    """
    with usual_settings():
        return _hides_what_comes_after(made) or any(_hides_what_comes_before(one) for one in made[:1])


def _hides_what_comes_after(made: Sequence[Made]) -> bool:
    """Return whether something done to all results changes none of a helper's, and one of the reference's helper."""
    replies = [array for one in made for array in _arrays(one.reply(one.given))]
    twins = [array for one in made for array in _arrays(one.twin(one.given))]
    return any(
        not any(_differ(array, apply(array)) for array in replies)
        and any(_differ(array, apply(array)) for array in twins)
        for apply in AFTERWARDS
    )


def _hides_what_comes_before(call: Made) -> bool:
    """Return whether a helper returns the same where an input is in another order or has another sign or size."""
    base = _all_varied(call.given, 0)
    ours, theirs = call.twin(base), call.reply(base)
    return any(
        _differ(ours, call.twin(other)) and not _differ(theirs, call.reply(other)) for other in _changed_before(base)
    )


def _changed_before(given: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (other for apply in BEFORE for other in _changed(given, apply) if _differ(given, other))


def _arrays(value: Any) -> Iterator[Array]:
    """Yield the arrays of floats in a result."""
    if isinstance(value, Tensor):
        yield from _arrays(value.array)
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
        yield value
    elif isinstance(value, Mapping):
        yield from (array for part in value.values() for array in _arrays(part))
    elif isinstance(value, (list, tuple)):
        yield from (array for part in value for array in _arrays(part))


def _turned(axis: int) -> Callable[[Array], Array]:
    return lambda array: np.flip(array, axis).copy() if array.ndim > axis else array


def _divided(array: Array, by: Callable[[Array], Array]) -> Array:
    divisor = by(array) if array.ndim else np.ones(())
    return array / np.where(divisor == 0, 1, divisor)


AFTERWARDS: tuple[Callable[[Array], Array], ...] = (
    lambda array: np.maximum(array, 0),
    np.rint,
    lambda array: _divided(array, lambda one: np.sqrt((one**2).sum(-1, keepdims=True))),
    lambda array: _divided(array, lambda one: one.sum(-1, keepdims=True)),
    lambda array: _divided(array, lambda one: one.sum(0, keepdims=True)),
)  # what a target may do to the results of a helper, or forget to
BEFORE: tuple[Callable[[Array], Array], ...] = (
    *(_turned(axis) for axis in range(3)),
    lambda array: np.maximum(array, 0),
    np.abs,
    lambda array: 2 * array,
)  # and to the inputs


def _returns_the_same(made: Sequence[Made]) -> bool:
    """Return whether a helper returns the same in two calls in which the reference's would not."""
    return any(
        not _differ(one.reply(one.given), other.reply(other.given))
        and _differ(one.twin(one.given), other.twin(other.given))
        for one, other in itertools.pairwise(made)
    )


def _ignores_an_input(call: Made) -> bool:
    """Return whether a helper returns the same whatever an input is that counts for the reference's."""
    counts: dict[int, bool] = {}  # of the inputs that count for the reference's helper
    base = call.given
    if _gives_an_input(base, call.reply(base)) and not _gives_an_input(base, call.twin(base)):
        return True
    for draw in range(DRAWS):
        ours, theirs = call.twin(base), call.reply(base)
        others = list(_varied(base, draw))
        for place, other in enumerate(others):
            if not counts.get(place) and _differ(ours, call.twin(other)):
                counts[place] = _differ(theirs, call.reply(other))
        if counts and all(counts.values()) and len(counts) == len(others):
            return False
        base = _all_varied(base, draw)
    return not all(counts.values())


def _differ(one: Any, other: Any) -> bool:
    return first_difference(one, other, Tolerance()) is not None


def _gives_an_input(given: Mapping[str, Any], result: Any) -> bool:
    """Return whether the result is one of the inputs as it was, so that nobody can tell whether it was called."""
    arrays = [one for one in given.values() if isinstance(one, (Tensor, np.ndarray))]
    return any(first_difference(one, result, Tolerance()) is None for one in arrays)


def _all_varied(given: Any, draw: int) -> Any:
    """Return `given` with all of its arrays and floats changed."""
    for place in range(sum(1 for _ in _varied(given, draw))):
        given = next(itertools.islice(_varied(given, draw), place, None))
    return given


def _varied(given: Any, draw: int) -> Iterator[Any]:
    """Yield `given` with one of its arrays or numbers changed, each in turn; every draw changes them otherwise."""
    if isinstance(given, Tensor):
        yield from (replace(given, array=array) for array in _varied(given.array, draw))
    elif isinstance(given, np.ndarray):
        if given.dtype.kind == "f":
            noise = np.random.Generator(np.random.PCG64([given.size, draw])).standard_normal(given.shape)
            yield (given + noise).astype(given.dtype)
        elif given.size > 1:
            yield np.roll(given, 1 + draw)
    elif isinstance(given, bool):
        yield not given
    elif isinstance(given, float):
        yield given + 0.5 + draw
    else:
        yield from _in_parts(given, lambda part: _varied(part, draw))


def _changed(given: Any, apply: Callable[[Array], Array]) -> Iterator[Any]:
    """Yield `given` with `apply` done to one of its arrays of floats, each in turn."""
    if isinstance(given, Tensor):
        yield from (replace(given, array=array) for array in _changed(given.array, apply))
    elif isinstance(given, np.ndarray) and given.dtype.kind == "f":
        yield apply(given).astype(given.dtype)
    else:
        yield from _in_parts(given, lambda part: _changed(part, apply))


def _in_parts(given: Any, changed: Callable[[Any], Iterator[Any]]) -> Iterator[Any]:
    """Yield `given` with one of its parts changed, each in turn."""
    if isinstance(given, Mapping):
        for key, part in given.items():
            yield from ({**given, key: other} for other in changed(part))
    elif isinstance(given, (list, tuple)):
        for place, part in enumerate(given):
            yield from (type(given)([*given[:place], other, *given[place + 1 :]]) for other in changed(part))

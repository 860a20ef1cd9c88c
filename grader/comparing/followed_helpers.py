"""What a target has to return if it calls the submission's own helpers, which other checks judge.

The reference runs with the submission's helpers in place of its own: each call of one is a request, and the reference
goes on with the reply. A helper that ignores an input would hide that the target passes a wrong one, so each input that
counts for the reference's helper has to count for the submission's.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from grader.asking.values import Tensor
from grader.comparing.any_weights import weights_of
from grader.comparing.case_steps import Call, Question
from grader.comparing.function_cases import FunctionCase
from grader.comparing.recent_results import RecentResults
from grader.comparing.reference_functions import Reference, typed, usual_settings
from grader.comparing.reference_outputs import ReferenceFault
from grader.comparing.results import results_of
from grader.comparing.stand_in_modules import stand_in
from grader.comparing.value_comparison import ABSENT, Difference, Tolerance, first_difference
from grader.comparing.weighted_objects import Compare, Search, WeightedObject
from grader.model import Array, Outcome, Request

CHECKED = 6  # calls of a helper whose inputs have to count
DRAWS = 4  # other inputs of a helper, as a unit of a network may be dead for one of them
MAX_CALLS = 60  # calls of helpers that are followed in one case
Replies = Callable[[Request], Outcome | None]


@dataclass(frozen=True)
class Followed:
    """The differences with the submission's helpers, by part; or the request to send next, or what it stops at."""

    wrong: Mapping[str, Difference] | None = None
    request: Request | None = None
    stopped_by: str = ""


@dataclass(frozen=True)
class _Made:
    """A call of a helper: its inputs, and what the reference's and the submission's return for any inputs, typed."""

    given: Mapping[str, Any]
    twin: Callable[[Mapping[str, Any]], Any]
    reply: Callable[[Mapping[str, Any]], Any]


class _Unanswered(BaseException):  # no Exception: the reference's own code must not catch it
    def __init__(self, request: Request) -> None:
        self.request = request


class _Stopped(BaseException):
    def __init__(self, helper: str) -> None:
        self.helper = helper


def followed(
    case: FunctionCase, found: Sequence[Any] | None, compare: Compare, helpers: Sequence[str], replies: Replies
) -> Followed:
    """Compare what a function returned, `found`, with what it has to with the submission's `helpers`.

    Where it returned nothing, a helper may still be why.
    """
    assert case.reference is not None

    def differences() -> Mapping[str, Difference] | None:
        expected = case.expected_with({})
        return None if found is None else compare(case, found, expected)

    return _followed(_Calls(case, case.reference, replies), helpers, differences)


def followed_object(
    given: WeightedObject,
    found: Sequence[Any],
    with_equal: Sequence[Sequence[Any]],
    compare: Compare,
    helpers: Sequence[str],
    replies: Replies,
) -> Followed:
    """Compare in the same way what an object with weights returned, with random ones and with equal ones.

    A helper may be a class of the reference, too; an object of the submission's class then stands in it.
    """
    case = replace(given.case, recent=RecentResults(1))  # the reference has other weights with another class in it
    assert case.reference is not None
    calls = _Calls(case, case.reference, replies)

    def differences() -> Mapping[str, Difference]:
        search = Search(replace(given, case=case), found, with_equal, compare, replies, by_gradients=False)
        search.run()
        if (search.reading is None and not search.wrong) or search.left_at_first():
            raise _Stopped(calls.last or helpers[0])
        return search.wrong

    return _followed(calls, helpers, differences)


def _followed(
    calls: _Calls, helpers: Sequence[str], differences: Callable[[], Mapping[str, Difference] | None]
) -> Followed:
    try:
        with calls.in_place_of(helpers):
            wrong = differences()
        for helper, made in calls.made.items():
            calls.check_results(helper, made)
            for one in made[:CHECKED]:
                calls.check_inputs(helper, one)
    except _Unanswered as unanswered:
        return Followed(request=unanswered.request)
    except _Stopped as stopped:
        return Followed(stopped_by=stopped.helper)
    except ReferenceFault:  # it cannot go on with what a helper returned
        return Followed(stopped_by=calls.last)
    return Followed(wrong)


@dataclass
class _Calls:
    """The calls of helpers while the reference runs one case."""

    case: FunctionCase
    reference: Reference
    replies: Replies
    made: dict[str, list[_Made]] = field(default_factory=dict)  # the calls of each helper
    last: str = ""
    count: int = 0

    @contextmanager
    def in_place_of(self, helpers: Sequence[str]) -> Iterator[None]:
        """Let the reference call the submission's helpers."""
        module = vars(self.reference.module)
        kept = {name: module[name] for name in helpers}
        for name in helpers:
            make = self._class if inspect.isclass(kept[name]) else self._function
            module[name] = make(name, kept[name])
        try:
            yield
        finally:
            module.update(kept)

    def _function(self, name: str, ours: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(ours)

        def call(*args: Any, **keywords: Any) -> Any:
            self.begin(name)
            given = {key: typed(value) for key, value in signature.bind(*args, **keywords).arguments.items()}
            reply = self._reply(name, given)
            if reply is ABSENT:  # the target cannot call it either
                return ours(*args, **keywords)
            twin = partial(self.reference.call_function, name)
            self.made.setdefault(name, []).append(_Made(given, twin, partial(self._reply, name)))
            return self.reference.real(reply, {})

        return call

    def begin(self, name: str) -> None:
        """Count a call of a helper."""
        self.last, self.count = name, self.count + 1
        if self.count > MAX_CALLS:
            raise _Stopped(name)

    def _class(self, name: str, ours: type[Any]) -> Callable[..., Any]:
        def build(*args: Any, **keywords: Any) -> Any:
            init = {
                key: typed(value) for key, value in inspect.signature(ours).bind(*args, **keywords).arguments.items()
            }
            listed = self._answer(name, self._object(name, init, {}).listing)
            if listed is ABSENT:
                return ours(*args, **keywords)
            weights = weights_of(listed)
            if weights is None:
                raise _Stopped(name)
            twin = ours(*args, **keywords)
            return stand_in(twin, weights, partial(self._called, name, init, twin))

        return build

    def _called(
        self, name: str, init: Mapping[str, Any], twin: Any, values: Mapping[str, Array], args: Any, keywords: Any
    ) -> Any:
        """Return what an object of the submission's class with these weights returns."""
        self.begin(name)
        given = {
            key: typed(value)
            for key, value in inspect.signature(twin.forward).bind(*args, **keywords).arguments.items()
        }

        def reply(inputs: Mapping[str, Any]) -> Any:
            return self._answer(name, self._object(name, init, inputs).request_with(values))

        own = _Made(given, lambda inputs: typed(self.reference.call(twin, inputs, {})), reply)
        self.made.setdefault(name, []).append(own)
        return self.reference.real(reply(given), {})

    def _object(self, name: str, init: Mapping[str, Any], given: Mapping[str, Any]) -> FunctionCase:
        question = Question(name, {}, (Call("", {}),), self.case.question.library, train=self.case.question.train)
        return FunctionCase(question, None, 1, {}, init, (("", given),), self.case.seed)

    def _reply(self, name: str, given: Mapping[str, Any]) -> Any:
        """Return the typed result of the submission's helper; `ABSENT` if it has none of this name."""
        question = Question(name, None, (Call("", {}),), self.case.question.library)
        return self._answer(name, FunctionCase(question, None, 1, {}, None, (("", given),), self.case.seed).request)

    def _answer(self, name: str, request: Request) -> Any:
        outcome = self.replies(request)
        if outcome is None:
            raise _Unanswered(request)
        if outcome.status == "missing":
            return ABSENT
        found = results_of(outcome, request) if outcome.status == "ok" else None
        if not found:
            raise _Stopped(name)
        return found[0]

    def check_results(self, name: str, made: Sequence[_Made]) -> None:
        """Stop at a helper that returns the same in two calls in which the reference's would not.

        Raises:
            ReferenceFault: the reference's helper raised an exception.
        """
        with usual_settings():
            for one, other in itertools.pairwise(made):
                same = not _differ(one.reply(one.given), other.reply(other.given))
                if same and _differ(one.twin(one.given), other.twin(other.given)):
                    raise _Stopped(name)

    def check_inputs(self, name: str, first: _Made) -> None:
        """Stop at a helper that returns the same whatever an input is that counts for the reference's.

        Raises:
            ReferenceFault: the reference's helper raised an exception.
        """
        with usual_settings():
            counts: dict[int, bool] = {}  # of the inputs that count for the reference's helper
            base = first.given
            if _gives_an_input(first.given, first.reply(base)) and not _gives_an_input(first.given, first.twin(base)):
                raise _Stopped(name)
            for draw in range(DRAWS):
                ours, theirs = first.twin(base), first.reply(base)
                others = list(_varied(base, draw))
                for place, other in enumerate(others):
                    if not counts.get(place) and _differ(ours, first.twin(other)):
                        counts[place] = _differ(theirs, first.reply(other))
                if counts and all(counts.values()) and len(counts) == len(others):
                    return
                base = _all_varied(base, draw)
            if not all(counts.values()):
                raise _Stopped(name)


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
    """Yield `given` with one of its arrays or floats changed, each in turn; every draw changes them otherwise."""
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
    elif isinstance(given, Mapping):
        for key, part in given.items():
            yield from ({**given, key: other} for other in _varied(part, draw))
    elif isinstance(given, (list, tuple)):
        for place, part in enumerate(given):
            yield from (type(given)([*given[:place], other, *given[place + 1 :]]) for other in _varied(part, draw))

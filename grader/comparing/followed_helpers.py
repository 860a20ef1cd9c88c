"""What a target has to return if it calls the submission's own helpers, which other checks judge.

The reference runs with the submission's helpers in place of its own: each call of one is a request, and the reference
goes on with the reply. A helper that returns what the reference's does is not why the results differ, and one that
ignores an input would hide that the target passes a wrong one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from grader.comparing.any_weights import Weight, weights_in, weights_of
from grader.comparing.case_steps import Call, Question
from grader.comparing.counting_inputs import Made, are_as_the_reference, hides_mistakes, ignores_inputs, replies_needed
from grader.comparing.function_cases import FunctionCase
from grader.comparing.recent_results import RecentResults, Replies
from grader.comparing.reference_functions import Reference, typed
from grader.comparing.reference_outputs import ReferenceFault
from grader.comparing.results import results_of
from grader.comparing.stand_in_modules import WithWeights, stand_in
from grader.comparing.value_comparison import ABSENT, Difference
from grader.comparing.weighted_objects import Compare, Search, WeightedObject
from grader.model import Array, Request

MAX_CALLS = 60  # calls of helpers that are followed in one case


@dataclass(frozen=True)
class Followed:
    """The differences with the submission's helpers, by part; or the requests to send next, or what it stops at.

    There is none of them where no helper is why the results differ.
    """

    wrong: Mapping[str, Difference] | None = None
    requests: tuple[Request, ...] = ()
    stopped_by: str = ""


class _Unanswered(BaseException):  # no Exception: the reference's own code must not catch it
    def __init__(self, request: Request) -> None:
        self.request = request


class _AsTheReference(BaseException):
    pass


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
        calls.check_whether_they_differ()
        return None if found is None else compare(case, found, expected)

    calls = _Calls(case, case.reference, replies)
    return _followed(calls, helpers, differences)


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

    def compared(
        case: FunctionCase, found: Sequence[Any], expected: Sequence[Any], times: float = 1.0
    ) -> dict[str, Difference]:
        calls.check_whether_they_differ()
        return compare(case, found, expected, times)

    def differences() -> Mapping[str, Difference]:
        search = Search(replace(given, case=case), found, with_equal, compared, replies, by_gradients=False)
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
        if missing := calls.missing(passes=not wrong):
            return Followed(requests=missing)
        for helper, made in calls.made.items():
            if ignores_inputs(made) or (not wrong and hides_mistakes(made)):
                raise _Stopped(helper)
    except _Unanswered as unanswered:
        return Followed(requests=(unanswered.request,))
    except _AsTheReference:
        return Followed()
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
    made: dict[str, list[Made]] = field(default_factory=dict)  # the calls of each helper
    replaced: Mapping[str, Any] = field(default_factory=dict)  # the reference's own helpers, while others are in place
    last: str = ""
    count: int = 0

    @contextmanager
    def in_place_of(self, helpers: Sequence[str]) -> Iterator[None]:
        """Let the reference call the submission's helpers."""
        kept = {name: vars(self.reference.module)[name] for name in helpers}
        makes = {name: self._class if inspect.isclass(one) else self._function for name, one in kept.items()}
        with self._with({name: make(name, kept[name]) for name, make in makes.items()}):
            yield

    @contextmanager
    def _with(self, names: Mapping[str, Any]) -> Iterator[None]:
        """Let the reference's module have these names."""
        module = vars(self.reference.module)
        before = {name: module[name] for name in names}
        self.replaced, outer = before, self.replaced
        module.update(names)
        try:
            yield
        finally:
            module.update(before)
            self.replaced = outer

    def _function(self, name: str, ours: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(ours)

        def call(*args: Any, **keywords: Any) -> Any:
            self.begin(name)
            given = {key: typed(value) for key, value in signature.bind(*args, **keywords).arguments.items()}
            reply = self._reply(name, given)
            if reply is ABSENT:  # the target cannot call it either
                return ours(*args, **keywords)
            twin = partial(self.reference.call_function, name)
            self.made.setdefault(name, []).append(Made(given, twin, partial(self._reply, name)))
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
            return stand_in(twin, weights, partial(self._called, name, init, twin, weights))

        return build

    def _called(
        self,
        name: str,
        init: Mapping[str, Any],
        twin: Any,
        weights: Sequence[Weight],
        values: Mapping[str, Array],
        args: Any,
        keywords: Any,
    ) -> Any:
        """Return what an object of the submission's class with these weights returns."""
        import torch

        self.begin(name)
        given = {
            key: typed(value)
            for key, value in inspect.signature(twin.forward).bind(*args, **keywords).arguments.items()
        }

        def reply(inputs: Mapping[str, Any]) -> Any:
            return self._answer(name, self._object(name, init, inputs).request_with(values))

        alike = {(one.name, one.shape) for one in weights_in(twin)} == {(one.name, one.shape) for one in weights}
        ours = WithWeights(twin, {key: torch.tensor(value) for key, value in values.items()}) if alike else twin
        own = Made(given, lambda inputs: typed(self.reference.call(ours, inputs, {})), reply, alike)
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

    def missing(self, passes: bool) -> tuple[Request, ...]:
        """Return the requests by whose replies it is known whether mistakes are hidden, and that have none yet."""
        found: dict[str, Request] = {}
        for made in self.made.values():
            for reply in replies_needed(made, passes):
                try:
                    reply()
                except _Unanswered as unanswered:
                    found[unanswered.request.digest] = unanswered.request
        return tuple(found.values())

    def check_whether_they_differ(self) -> None:
        """End the search where the reference has run and each helper returned what the reference's own does.

        Raises:
            ReferenceFault: the reference's helper raised an exception.
        """
        with self._with(self.replaced):
            if are_as_the_reference([one for made in self.made.values() for one in made]):
                raise _AsTheReference

"""What a target has to return if it calls the submission's own helpers, which other checks judge.

The reference runs with the submission's helpers in place of its own: each call of one is a request, and the reference
goes on with the reply. A helper that ignores an input would hide that the target passes a wrong one, so each input that
counts for the reference's helper has to count for the submission's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from grader.asking.values import Tensor
from grader.comparing.case_steps import Call, Question
from grader.comparing.function_cases import FunctionCase
from grader.comparing.reference_functions import Reference, typed, usual_settings
from grader.comparing.reference_outputs import ReferenceFault
from grader.comparing.results import results_of
from grader.comparing.value_comparison import ABSENT, Tolerance, first_difference
from grader.model import Outcome, Request

MAX_CALLS = 60  # calls of helpers that are followed in one case
Replies = Callable[[Request], Outcome | None]


@dataclass(frozen=True)
class Followed:
    """The expected results with the submission's helpers; or the request to send next, or the helper that stops it."""

    expected: Sequence[Any] | None = None
    request: Request | None = None
    stopped_by: str = ""


class _Unanswered(BaseException):  # no Exception: the reference's own code must not catch it
    def __init__(self, request: Request) -> None:
        self.request = request


class _Stopped(BaseException):
    def __init__(self, helper: str) -> None:
        self.helper = helper


def followed(case: FunctionCase, helpers: Sequence[str], replies: Replies) -> Followed:
    """Return what a case of a function has to return with the submission's `helpers`; `replies` are those so far."""
    assert case.reference is not None
    calls = _Calls(case, case.reference, replies)
    try:
        with calls.in_place_of(helpers):
            expected = case.expected_with({})
        for helper, given in calls.first.items():
            calls.check_inputs(helper, given)
    except _Unanswered as unanswered:
        return Followed(request=unanswered.request)
    except _Stopped as stopped:
        return Followed(stopped_by=stopped.helper)
    except ReferenceFault:  # it cannot go on with what a helper returned
        return Followed(stopped_by=calls.last)
    return Followed(expected)


@dataclass
class _Calls:
    """The calls of helpers while the reference runs one case."""

    case: FunctionCase
    reference: Reference
    replies: Replies
    first: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # the inputs of the first call of each
    last: str = ""
    count: int = 0

    @contextmanager
    def in_place_of(self, helpers: Sequence[str]) -> Iterator[None]:
        """Let the reference call the submission's helpers."""
        module = vars(self.reference.module)
        kept = {name: module[name] for name in helpers}
        module.update({name: self._function(name, kept[name]) for name in helpers})
        try:
            yield
        finally:
            module.update(kept)

    def _function(self, name: str, ours: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(ours)

        def call(*args: Any, **keywords: Any) -> Any:
            self.last, self.count = name, self.count + 1
            if self.count > MAX_CALLS:
                raise _Stopped(name)
            given = {key: typed(value) for key, value in signature.bind(*args, **keywords).arguments.items()}
            reply = self._reply(name, given)
            if reply is ABSENT:  # the target cannot call it either
                return ours(*args, **keywords)
            self.first.setdefault(name, given)
            return self.reference.real(reply, {})

        return call

    def _reply(self, name: str, given: Mapping[str, Any]) -> Any:
        """Return the typed result of the submission's helper; `ABSENT` if it has none of this name."""
        question = Question(name, None, (Call("", {}),), self.case.question.library)
        request = FunctionCase(question, None, 1, {}, None, (("", given),), self.case.seed).request
        outcome = self.replies(request)
        if outcome is None:
            raise _Unanswered(request)
        if outcome.status == "missing":
            return ABSENT
        found = results_of(outcome, request) if outcome.status == "ok" else None
        if not found:
            raise _Stopped(name)
        return found[0]

    def check_inputs(self, name: str, given: Mapping[str, Any]) -> None:
        """Stop at a helper that returns the same whatever an input is that counts for the reference's.

        Raises:
            ReferenceFault: the reference's helper raised an exception.
        """
        with usual_settings():
            ours = self.reference.call_function(name, given)
            theirs = self._reply(name, given)
            for other in _varied(given):
                counts = _differ(ours, self.reference.call_function(name, other))
                if counts and not _differ(theirs, self._reply(name, other)):
                    raise _Stopped(name)


def _differ(one: Any, other: Any) -> bool:
    return first_difference(one, other, Tolerance()) is not None


def _varied(given: Any) -> Iterator[Any]:
    """Yield `given` with one of its arrays or floats changed, each in turn."""
    if isinstance(given, Tensor):
        yield from (replace(given, array=array) for array in _varied(given.array))
    elif isinstance(given, np.ndarray):
        if given.dtype.kind == "f":
            noise = np.random.Generator(np.random.PCG64(given.size)).standard_normal(given.shape)
            yield (given + noise).astype(given.dtype)
        elif given.size > 1:
            yield np.roll(given, 1)
    elif isinstance(given, float):
        yield given + 0.5
    elif isinstance(given, Mapping):
        for key, part in given.items():
            yield from ({**given, key: other} for other in _varied(part))
    elif isinstance(given, (list, tuple)):
        for place, part in enumerate(given):
            yield from (type(given)([*given[:place], other, *given[place + 1 :]]) for other in _varied(part))

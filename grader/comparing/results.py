"""All results of one case compared with the expected ones, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.asking.values import Named, Opaque, Seeded, read_value
from grader.comparing.function_cases import FunctionCase
from grader.comparing.value_comparison import (
    ABSENT,
    Difference,
    Tolerance,
    first_difference,
    largest_number,
    part_at,
)
from grader.model import NOTHING, Outcome, Request, Status
from grader.model.message import say, sentences
from grader.model.verdict import Verdict, failed, needs_review

COMPARE = say("A tutor will compare the code with the assignment.")
CUT = say("Look for detach, .data, no_grad, .item() or numpy in it.")
GRADIENT_RTOL = 1e-3  # rounding adds up on the way back


def results_of(outcome: Outcome, request: Request) -> list[Any] | None:
    """Return the values of a reply, one for each that was to be sent; None if it has another number of them."""
    found = [read_value(value, outcome.arrays) for value in outcome.value["results"]]
    return found if len(found) == len(request.arguments["send"]) else None


def gradient_difference(found: Any, expected: Any, tolerance: Tolerance) -> Difference | None:
    """Return the first difference between gradients, which may differ more than results, from the largest number on."""
    rtol = max(tolerance.rtol, GRADIENT_RTOL)
    return first_difference(found, expected, Tolerance(tolerance.atol + rtol * largest_number(expected), rtol))


@dataclass(frozen=True)
class Judged:
    """The differences of one case by part, and the request for its gradients with what is expected of it."""

    wrong: dict[str, Difference]
    gradients: tuple[Request, Any] | None
    with_helpers: bool = False  # right only with the submission's helpers

    @property
    def fails(self) -> bool:
        """Return whether anything differs."""
        return bool(self.wrong)


def gradient_verdict(outcome: Outcome | None, found: Any, expected: Any, tolerance: Tolerance) -> Verdict | None:
    """Return the verdict on gradients of right results; None where they are right.

    `found` are the values of the reply, or the verdict on one without values.
    """
    if isinstance(found, Verdict):
        if found.status is not Status.failed or outcome is None or outcome.status != "raised":
            return found
        what = say("The results are right, but no gradient can be computed: {error}", error=str(outcome.exception))
        return failed(what, CUT)
    if found[0] is None:
        return failed(say("The results are right, but no gradient leads from them to the inputs."), CUT)
    difference = gradient_difference(found[0], expected, tolerance)
    if difference is None:
        return None
    what = sentences(
        say("The results are right, but the gradients differ from the reference's."), difference.sentence()
    )
    if not difference.proves:
        return needs_review(what, COMPARE)
    return failed(what, say("Look for detach, .data, no_grad, or new tensors created from values."))


@dataclass(frozen=True)
class Results:
    """The parts of a result that are compared, by name and path, and how far numbers may differ."""

    target: str
    returns: Mapping[str, str]
    tolerance: Tolerance

    def differences(
        self, case: FunctionCase, found: Sequence[Any], expected: Sequence[Any], times: float = 1.0
    ) -> dict[str, Difference]:
        """Return the first difference of each part, by name; inputs that were changed belong to no part."""
        first: dict[str, Difference] = {}
        tolerance = replace(self.tolerance, atol=self.tolerance.atol * times, rtol=self.tolerance.rtol * times)
        for part, difference in replace(self, tolerance=tolerance)._every(case, found, expected):
            first.setdefault(part, difference)
        return first

    def _every(
        self, case: FunctionCase, found: Sequence[Any], expected: Sequence[Any]
    ) -> Iterator[tuple[str, Difference]]:
        for name, one, other in zip(case.results, found, expected, strict=True):
            if name in case.given:
                yield from self._changed(one, case.given[name])
                continue
            theirs = dict(self.parts(other))
            for part, ours in self.parts(one):
                if (difference := self._difference(part, ours, theirs[part])) is not None:
                    yield part, _named(name, difference)

    def parts(self, value: Any) -> Iterator[tuple[str, Any]]:
        """Yield the parts of a result that are compared, by name; without `returns`, it is one part without a name."""
        if not self.returns:
            yield "", value
        for name, path in self.returns.items():
            yield name, part_at(value, path)

    def lacking(self, value: Any) -> str:
        """Return what cannot be compared in a result of the reference, in words; empty if all can be."""
        for name, part in self.parts(value):
            if part is ABSENT:
                return f"nothing at {self.returns[name]}"
            if isinstance(part, Opaque):
                return f"a {part.name}, which cannot be compared"
        return ""

    def _difference(self, part: str, found: Any, expected: Any) -> Difference | None:
        if found is ABSENT:
            return Difference(part, say("is missing"))
        return first_difference(found, expected, self.tolerance, part)  # named as in "These parts match"

    def _changed(self, after: Any, before: Mapping[str, Any]) -> Iterator[tuple[str, Difference]]:
        for name, value in before.items():
            if isinstance(value, (Named, Seeded)):
                continue
            now = after.get(name) if isinstance(after, Mapping) else None
            if (difference := first_difference(now, value, self.tolerance)) is not None:
                what = say("{target} changes its input {name}.", target=self.target, name=name)
                yield "", Difference("", NOTHING, alone=what) if difference.proves else difference


def _named(name: str, difference: Difference) -> Difference:
    """Return a difference with the call that it is in: another result at a second call has a reason of its own."""
    if name.startswith("again") and difference.proves:
        hint = say("It returns another result when it is called again with the same inputs: something is kept.")
        return Difference(difference.path, difference.what, hint)
    return difference

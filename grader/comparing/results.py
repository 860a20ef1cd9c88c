"""All results of one case compared with the expected ones, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.asking.given import BadInput, at_path, path_of
from grader.asking.values import Named, Opaque, Record, Seeded, read_value
from grader.comparing.function_cases import FunctionCase
from grader.comparing.value_comparison import Difference, Tolerance, first_difference
from grader.model import NOTHING, Outcome, Request
from grader.model.message import say

ABSENT = object()  # in place of a part that a result does not have


def results_of(outcome: Outcome, request: Request) -> list[Any] | None:
    """Return the values of a reply, one for each that was to be sent; None if it has another number of them."""
    found = [read_value(value, outcome.arrays) for value in outcome.value["results"]]
    return found if len(found) == len(request.arguments["send"]) else None


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
            yield name, _at(value, path)

    def lacking(self, value: Any) -> str:
        """Return what cannot be compared in a result of the reference, in words; empty if all can be."""
        for name, part in self.parts(value):
            if part is ABSENT:
                return f"nothing at {self.returns[name]}"
            if isinstance(part, Opaque):
                return f"a {part.name}, which cannot be compared"
        return ""

    def _difference(self, part: str, found: Any, expected: Any) -> Difference | None:
        path = self.returns.get(part, "")
        if found is ABSENT:
            return Difference(path, say("is missing"))
        return first_difference(found, expected, self.tolerance, path)

    def _changed(self, after: Any, before: Mapping[str, Any]) -> Iterator[tuple[str, Difference]]:
        for name, value in before.items():
            if isinstance(value, (Named, Seeded)):
                continue
            now = after.get(name) if isinstance(after, Mapping) else None
            if (difference := first_difference(now, value, self.tolerance)) is not None:
                what = say("{target} changes its input {name}.", target=self.target, name=name)
                yield "", Difference("", NOTHING, proves=difference.proves, alone=what)


def _named(name: str, difference: Difference) -> Difference:
    """Return a difference with the call that it is in: another result at a second call has a reason of its own."""
    if name.startswith("again") and difference.proves:
        hint = say("It returns another result when it is called again with the same inputs: something is kept.")
        return Difference(difference.path, difference.what, hint)
    return difference


def _at(value: Any, path: str) -> Any:
    """Return the part of a result at a path; numbers are places in a list or fields in their order."""
    for part in path_of(path):
        if isinstance(value, Record):
            fields = dict(value.fields)
            value = [field for _, field in value.fields] if isinstance(part, int) else fields
        try:
            value = at_path(value, [part])
        except BadInput:
            return ABSENT
    return value

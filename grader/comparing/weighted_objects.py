"""An object with weights, compared with the reference under every way to read its weights."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from grader.comparing.any_readings import Carries, Reading, readings
from grader.comparing.any_weights import (
    EQUAL,
    Weight,
    biases_differ,
    constant,
    draw,
    equally_filled,
    weights_of,
)
from grader.comparing.function_cases import FunctionCase
from grader.comparing.matched_weights import Replies, began, matched
from grader.comparing.results import COMPARE, results_of
from grader.comparing.value_comparison import Difference
from grader.model import Array, Request
from grader.model.message import say
from grader.model.verdict import Verdict, needs_review

FIRST = 3  # readings that are tried before equal weights are compared

NEAR = 100.0  # times the usual tolerance, for equal weights: a normalisation of equal numbers makes rounding larger
NEARLY_ONE = 1 + 3e-6  # a factor of the equal weights that must not count, or they prove nothing


class Compare(Protocol):
    """Compares the results of a case with the expected ones, with some times the usual tolerance."""

    def __call__(
        self, case: FunctionCase, found: Sequence[Any], expected: Sequence[Any], times: float = 1.0
    ) -> dict[str, Difference]: ...


@dataclass(frozen=True, eq=False)
class WeightedObject:
    """A case with the weights that a submission's object has, the numbers that are set, and the requests with them."""

    case: FunctionCase
    weights: tuple[Weight, ...]
    values: Mapping[str, Array]
    equal: tuple[Mapping[str, Array], ...]  # equal numbers, where they are the same in both models whatever the layout

    @cached_property
    def request(self) -> Request:
        """Return the request with random weights."""
        return self.case.request_with(self.values)

    @property
    def parameters(self) -> list[str]:
        """Return the names of the parameters, by which gradients are wanted."""
        return [weight.name for weight in self.weights if weight.kind == "parameter" and weight.name in self.values]

    @cached_property
    def equal_requests(self) -> list[Request]:
        """Return the requests with equal weights; none where these prove nothing."""
        return [self.case.request_with(values) for values in self.equal]

    @cached_property
    def gradient_request(self) -> Request | None:
        """Return the request for the gradients."""
        wanted = self.case.question.gradients and not self.case.number
        return self.case.gradient_request_with(self.values) if wanted else None

    @property
    def requests(self) -> list[Request]:
        """Return all requests."""
        every = (self.request, *self.equal_requests, self.gradient_request)
        return [request for request in every if request is not None]


def weighted(case: FunctionCase, listed: Any) -> WeightedObject | None:
    """Return the object whose weights a reply lists; None where it is no module or they cannot be set."""
    found = weights_of(listed)
    if found is None:
        return None
    more_biases = biases_differ(case.weights, found)
    equal = tuple(constant(found, number) for number in EQUAL if equally_filled(case.weights, found))
    return WeightedObject(case, found, draw(found, case.seed, more_biases), equal)


def unmapped(target: str, given: WeightedObject) -> Verdict:
    """Return the review of an object whose weights could not be read as the reference's."""
    what = say(
        "The parameters of {target} could not be mapped to the reference: {parameters}.",
        target=target,
        parameters=[f"{weight.name} {list(weight.shape)}" for weight in given.weights if weight.kind == "parameter"],
    )
    return needs_review(what, COMPARE)


@dataclass
class Search:
    """The search for a reading under which all results of one object are the reference's."""

    given: WeightedObject
    found: Sequence[Any]  # the results with random weights
    with_equal: Sequence[Sequence[Any]]  # and with equal ones
    compare: Compare
    replies: Replies
    by_gradients: bool = True  # whether to look for single numbers where no other way is found
    reading: Carries | None = None
    request: Request | None = None  # what has to be answered before the search can go on
    wrong: dict[str, Difference] = field(default_factory=dict)  # differences that are proven

    def run(self) -> None:
        """Set `reading` if there is one, `wrong` if the results are wrong whatever it is, or `request`."""
        if self.by_gradients and began(self.given.case, self.given.weights, self.replies):
            self._match_numbers()
            return
        every = readings(self.given.case.weights, self.given.weights)
        if self._tried(itertools.islice(every, FIRST)):
            return
        for number, found in zip(EQUAL, self.with_equal, strict=False):
            expected = self._expected_with_equal(number)
            if not self.compare(self.given.case, self._expected_with_equal(number * NEARLY_ONE), expected):
                self.wrong = self.wrong or self.compare(self.given.case, found, expected, NEAR)
        if not self.wrong and not self._tried(every) and self.by_gradients:
            self._match_numbers()

    def _match_numbers(self) -> None:
        """Look for a reading of single numbers, and confirm it with random weights in all of them."""
        case, weights = self.given.case, self.given.weights
        found = matched(case, weights, self.replies)
        self.request = found.request
        if found.reading is None:
            return
        confirmed = replace(self.given, values=draw(weights, case.seed + 7), equal=())
        outcome = self.replies(confirmed.request)
        if outcome is None:
            self.request = confirmed.request
            return
        results = results_of(outcome, confirmed.request) if outcome.status == "ok" else None
        if results is not None and not self.compare(case, results, self._expected(found.reading, confirmed.values)):
            self.given, self.reading = confirmed, found.reading

    def _tried(self, some: Iterator[Reading]) -> bool:
        for reading in some:
            expected = self._expected(reading, self.given.values)
            differences = self.compare(self.given.case, self.found, expected)
            if not differences:
                self.reading = reading
                return True
        return False

    def _expected(self, reading: Carries, values: Mapping[str, Array]) -> list[Any]:
        import torch

        return self.given.case.expected_with(
            reading.carry({name: torch.tensor(value) for name, value in values.items()})
        )

    def _expected_with_equal(self, number: float) -> list[Any]:
        import torch

        equal = constant(self.given.case.weights, number)
        return self.given.case.expected_with({name: torch.tensor(value) for name, value in equal.items()})

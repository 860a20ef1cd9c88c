"""An object with weights, compared with the reference under every way to read its weights."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Protocol

from grader.comparing.any_readings import Reading, readings
from grader.comparing.any_weights import (
    EQUAL,
    ORDERS,
    Carries,
    Order,
    Weight,
    as_it_is,
    biases_differ,
    constant,
    counted,
    draw,
    equally_filled,
    weights_of,
    with_padding,
)
from grader.comparing.first_values import rests_on_first_values
from grader.comparing.function_cases import FunctionCase
from grader.comparing.matched_weights import INPUTS, matched
from grader.comparing.recent_results import Replies
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
    every = weights_of(listed)
    if every is None:
        return None
    found = with_padding(case.weights, counted(case.weights, every))
    more_biases = biases_differ(case.weights, found)
    proves = equally_filled(case.weights, found) and not any(_is_never_set(one) for one in (*case.weights, *found))
    equal = tuple(constant(found, number) for number in EQUAL if proves)
    return WeightedObject(case, found, draw(found, case.seed, more_biases), equal)


def _is_never_set(weight: Weight) -> bool:
    return weight.kind == "parameter" and weight.role == "count"


def unmapped(target: str, given: WeightedObject) -> Verdict:
    """Return the review of an object whose weights could not be read as the reference's."""
    what = say(
        "The parameters of {target} could not be mapped to the reference: {parameters}.",
        target=target,
        parameters=[f"{weight.name} {list(weight.shape)}" for weight in given.weights if weight.kind == "parameter"],
    )
    return needs_review(what, COMPARE)


def kept_elsewhere(target: str, buffers: Sequence[str]) -> Verdict:
    """Return the review of an object whose results rest on the first values of buffers that it does not have."""
    what = say(
        "{target} has no buffers like {buffers}, so that they could not be set. "
        "Its results are right for their first values, but would be so without them, too.",
        target=target,
        buffers=list(buffers),
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
    requests: Sequence[Request] = ()  # what has to be answered before the search can go on
    wrong: dict[str, Difference] = field(default_factory=dict)  # differences that are proven

    def run(self) -> None:
        """Set `reading` if there is one, `wrong` if the results are wrong whatever it is, or `requests`."""
        outcome = self.replies(self.given.request)
        key = ("readings", self.given.weights, outcome.digest if outcome is not None else b"")
        self.reading, self.wrong = self.given.case.recent.get(key, self._by_readings)
        if self.by_gradients and self.reading is None and not self.wrong:
            self._match_numbers()

    def left_at_first(self) -> list[str]:
        """Return the buffers of the reference on whose first values alone right results rest."""
        case = self.given.case
        carried = self.reading.carry(_tensors(self.given.values)) if self.reading is not None else None
        return rests_on_first_values(case, carried, partial(self.compare, case)) if carried is not None else []

    def _by_readings(self) -> tuple[Carries | None, dict[str, Difference]]:
        """Return a reading of whole weights, or how the results are wrong whatever it is."""
        every = readings(self.given.case.weights, self.given.weights)
        if self._tried(itertools.islice(every, FIRST)):
            return self.reading, {}
        for number, found in zip(EQUAL, self.with_equal, strict=False):
            expected = self._expected_with_equal(number)
            if not self.compare(self.given.case, self._expected_with_equal(number * NEARLY_ONE), expected):
                self.wrong = self.wrong or self._wrong_in_every_order(number, found)
        if not self.wrong:
            self._tried(every)
        return self.reading, self.wrong

    def _wrong_in_every_order(self, number: float, found: Sequence[Any]) -> dict[str, Difference]:
        """Return how results with equal weights differ; nothing if they are right with scales in another order."""
        orders = ORDERS if any(weight.role == "scale" for weight in self.given.weights) else ORDERS[:1]
        every = [
            self.compare(self.given.case, found, self._expected_with_equal(number, order), NEAR) for order in orders
        ]
        return every[0] if all(every) else {}

    def _match_numbers(self) -> None:
        """Look for a reading of single numbers, and confirm it with random weights in all of them."""
        case, weights = self.given.case, self.given.weights
        if {(w.name, w.shape) for w in case.weights} == {(w.name, w.shape) for w in weights}:
            return  # the same layers with numbers in other places: a person has to see why
        found = matched(case, weights, self.replies)
        self.requests = found.requests
        if found.reading is None:
            return
        confirmations = [self._confirmation(number) for number in range(INPUTS)]
        self.requests = [one.request for one in confirmations if self.replies(one.request) is None]
        if not self.requests and all(self._is_confirmed(one, found.reading) for one in confirmations):
            self.given = replace(self.given, values=draw(weights, case.seed + 7), equal=())
            self.reading = found.reading

    def _confirmation(self, number: int) -> WeightedObject:
        """Return the object with other random weights and inputs."""
        case = self.given.case
        again = case.recent.get(("inputs", number), partial(case.redrawn, number)) if number else case
        return replace(self.given, case=again, values=draw(self.given.weights, case.seed + 7 + number), equal=())

    def _is_confirmed(self, given: WeightedObject, reading: Carries) -> bool:
        outcome = self.replies(given.request)
        results = results_of(outcome, given.request) if outcome is not None and outcome.status == "ok" else None
        wanted = given.case.expected_with(reading.carry(_tensors(given.values)))
        return results is not None and not self.compare(given.case, results, wanted)

    def _tried(self, some: Iterator[Reading]) -> bool:
        for reading in some:
            expected = self._expected(reading, self.given.values)
            differences = self.compare(self.given.case, self.found, expected)
            if not differences:
                self.reading = reading
                return True
        return False

    def _expected(self, reading: Carries, values: Mapping[str, Array]) -> list[Any]:
        return self.given.case.expected_with(reading.carry(_tensors(values)))

    def _expected_with_equal(self, number: float, order: Order = as_it_is) -> list[Any]:
        return self.given.case.expected_with(_tensors(constant(self.given.case.weights, number, order)))


def _tensors(values: Mapping[str, Array]) -> dict[str, Any]:
    import torch

    return {name: torch.tensor(value) for name, value in values.items()}

"""Which number of a submission's weights is which of the reference's, found by gradients, whatever the layout is.

Numbers that play the same part have the same gradients when all weights are alike. So both models get weights that are
equal within each class of numbers; numbers with different gradients are then put into different classes, until nothing
changes, as colours are refined in tests of graph isomorphism. Where only symmetry is left (the units of a hidden layer
may be in any order), a number is chosen and the classes are refined again. What is found proves nothing by itself: the
results under random weights must be equal as well (see `weighted_objects.Search`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grader.comparing.any_weights import Shape, Weight, counted, draw
from grader.comparing.classes_of_numbers import (
    DROPPED,
    apart,
    chosen,
    equal_rows,
    firsts,
    number_of_classes,
    refined,
    same_counts,
    settled,
)
from grader.comparing.function_cases import FunctionCase
from grader.comparing.recent_results import ByReplies, Replies
from grader.comparing.results import results_of
from grader.comparing.weight_gradients import gradient_rows, reference_gradient_rows, with_weights
from grader.model import Array, Request

if TYPE_CHECKING:
    from torch import Tensor

INPUTS = 3  # draws of the inputs, in turn: in one of them, a row of an embedding may not be used
MAX_ROUNDS = 60  # requests for gradients in one case
MAX_NUMBERS = 5_000  # in the weights of one model
POINTS = 6  # random weights at which numbers are dropped that count nowhere; a ReLU may be dead at some of them
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class NumberReading:
    """Where each number of the reference is: `sources[i]` of the submission's numbers is added to `targets[i]`."""

    ours: tuple[Weight, ...]
    theirs: tuple[Weight, ...]
    targets: NDArray[np.int64]
    sources: NDArray[np.int64]
    idle: Array  # of the reference: what stands where no number of the submission counts
    buffers: tuple[tuple[str, str, Shape], ...]  # the reference's name, the submission's, and the reference's shape

    def carry(self, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the reference's weights, made from the submission's so that gradients pass."""
        import torch

        flat = torch.cat([values[weight.name].reshape(-1) for weight in self.theirs])
        whole = torch.tensor(self.idle)
        whole = whole.index_add(0, torch.from_numpy(self.targets), flat[torch.from_numpy(self.sources)])
        parts = torch.split(whole, [prod(weight.shape) for weight in self.ours])
        found = {weight.name: part.reshape(weight.shape) for weight, part in zip(self.ours, parts, strict=True)}
        return {**found, **{ours: values[theirs].reshape(shape) for ours, theirs, shape in self.buffers}}


@dataclass(frozen=True)
class Matched:
    """What was found: a reading; or the requests to send next; or neither, and the search has ended without one."""

    reading: NumberReading | None = None
    requests: tuple[Request, ...] = ()


class _Unanswered(Exception):
    def __init__(self, requests: Iterable[Request]) -> None:
        super().__init__()
        self.requests = tuple(requests)


class _GivenUp(Exception):
    pass


def matched(case: FunctionCase, weights: Sequence[Weight], replies: Replies) -> Matched:
    """Return how the numbers of a submission's `weights` match the reference's; `replies` are those so far.

    Raises:
        ReferenceFault: the reference raised an exception.
    """
    try:
        return Matched(reading=_Matching(case, counted(case.weights, weights), replies).reading())
    except _Unanswered as unanswered:
        return Matched(requests=unanswered.requests)
    except _GivenUp:
        return Matched()


def _parameters(weights: Sequence[Weight]) -> tuple[Weight, ...]:
    return tuple(weight for weight in weights if weight.kind == "parameter" and weight.role != "count")


@dataclass
class _Matching:
    """The search for one case."""

    case: FunctionCase
    weights: tuple[Weight, ...]
    replies: Replies
    rounds: int = 0

    @cached_property
    def _both(self) -> tuple[tuple[Weight, ...], tuple[Weight, ...]]:
        return _parameters(self.case.weights), _parameters(self.weights)

    def reading(self) -> NumberReading:
        """Return the reading.

        Raises:
            _Unanswered: a reply is missing.
            _GivenUp: there is none, or it takes too long to find.
        """
        ours, theirs = self._both
        buffers = self._buffers()
        sizes = [sum(prod(weight.shape) for weight in some) for some in self._both]
        if not min(sizes) or max(sizes) > MAX_NUMBERS:
            raise _GivenUp
        known: ByReplies[tuple[Labels, Labels]] = self.case.recent.get(("groups", self.weights), lambda: ByReplies(4))
        groups = known.get(self.replies, self._groups)
        self.rounds = POINTS
        labels = self._settled(self._first_labels(groups))
        place_of = {int(label): place for place, label in enumerate(labels[0]) if label != DROPPED}
        pairs = [
            (place_of[int(label)], member)
            for place, label in enumerate(labels[1])
            if label != DROPPED
            for member in np.flatnonzero(groups[1] == groups[1][place])
        ]
        targets, sources = np.array(pairs, np.int64).reshape(-1, 2).T
        idle = np.where(
            groups[0] == DROPPED, np.random.Generator(np.random.PCG64(self.case.seed)).standard_normal(sizes[0]), 0
        ).astype(np.float32)
        return NumberReading(ours, theirs, targets.copy(), sources.copy(), idle, buffers)

    def _buffers(self) -> tuple[tuple[str, str, Shape], ...]:
        """Return which buffer of the submission is which of the reference's: those of a kind and size in their order.

        Raises:
            _GivenUp: there are other ones.
        """
        found: list[tuple[str, str, Shape]] = []
        both = [
            [w for w in some if w.kind == "buffer" and w.role != "count"] for some in (self.case.weights, self.weights)
        ]
        keys = dict.fromkeys((weight.role, prod(weight.shape)) for weight in both[0])
        for key in keys:
            ours, theirs = ([w for w in some if (w.role, prod(w.shape)) == key] for some in both)
            if len(ours) != len(theirs):
                raise _GivenUp
            found += [(one.name, other.name, one.shape) for one, other in zip(ours, theirs, strict=True)]
        return tuple(found)

    def _groups(self, replies: Replies) -> tuple[Labels, Labels]:
        """Return for each number of both models the group in which only the sum counts; `DROPPED` counts nowhere."""
        rows: tuple[list[Array], list[Array]] = ([], [])
        probes = [self._probe((point,), partial(self._random, point)) for point in range(POINTS)]
        if unanswered := [probe.request for probe in probes if replies(probe.request) is None]:
            raise _Unanswered(unanswered)
        for probe in probes:
            for some, found in zip(rows, self._answered(probe, replies), strict=True):
                some.append(found)
        ours, theirs = (equal_rows(np.concatenate(some, axis=1)) for some in rows)
        return ours, theirs

    def _random(self, point: int) -> Iterator[dict[str, Array]]:
        """Yield random weights of both models."""
        for some in (self.case.weights, self.weights):
            yield draw(some, self.case.seed + 101 * (point + 1), without_bias=bool(point % 2))

    def _first_labels(self, groups: tuple[Labels, Labels]) -> tuple[Labels, Labels]:
        """Return the first classes: by role, with scales by feature, or one class where these do not agree."""
        kept = [firsts(some) for some in groups]
        by_role = [np.where(one, _roles(some), DROPPED) for one, some in zip(kept, self._both, strict=True)]
        together = [np.where(one, 0, DROPPED) for one in kept]
        for labels in (by_role, together):
            if same_counts(labels[0], labels[1]):
                return labels[0], labels[1]
        raise _GivenUp

    def _settled(self, labels: tuple[Labels, Labels]) -> tuple[Labels, Labels]:
        """Refine classes, and choose where only symmetry is left, until each number is a class of its own."""
        stable = self._refined(labels)
        while stable is not None and not settled(stable):
            stable = self._refined(apart(stable)) or self._refined(chosen(stable))
        if stable is None:
            raise _GivenUp
        return stable

    def _refined(self, labels: tuple[Labels, Labels]) -> tuple[Labels, Labels] | None:
        """Refine classes until nothing changes; None if the two models then differ."""
        while True:
            key = (self.rounds, labels[0].tobytes(), labels[1].tobytes())
            finer = refined(labels, self._gradients(key, partial(self._equal_within, labels, self.rounds)))
            if finer is None or settled(finer) or number_of_classes(finer) == number_of_classes(labels):
                return finer
            labels = finer

    def _equal_within(self, labels: tuple[Labels, Labels], draws: int) -> Iterator[dict[str, Array]]:
        """Yield weights of both models that are equal in each class, as large as random ones are; others are zero."""
        usual = np.concatenate([value.reshape(-1) for value in draw(self._both[0], self.case.seed).values()])
        generator = np.random.Generator(np.random.PCG64([self.case.seed, 31, draws]))
        values = np.zeros(int(labels[0].max(initial=0)) + 2)  # the last one is that of `DROPPED`
        for label in np.unique(labels[0][labels[0] != DROPPED]):
            numbers = usual[labels[0] == label]
            spread = numbers.std() + 0.2 * np.abs(numbers).mean()
            values[label] = numbers.mean() + generator.standard_normal() * spread
        ours, theirs = (
            _unflattened(some, values[own].astype(np.float32)) for some, own in zip(self._both, labels, strict=True)
        )
        fixed = draw([weight for weight in self.weights if weight.kind == "buffer"], self.case.seed)
        yield ours | {name: fixed[other].reshape(shape) for name, other, shape in self._buffers()}
        yield theirs | fixed

    def _gradients(
        self, key: tuple[Hashable, ...], weights: Callable[[], Iterable[Mapping[str, Array]]]
    ) -> tuple[Array, Array]:
        """Return the gradients of both models by each of their numbers, with the `weights` that `key` stands for.

        Raises:
            _Unanswered: the submission has not answered yet.
            _GivenUp: it answers something else than gradients, or too many requests were sent.
        """
        return self._answered(self._probe(key, weights), self.replies)

    def _probe(self, key: tuple[Hashable, ...], weights: Callable[[], Iterable[Mapping[str, Array]]]) -> _Probe:
        """Return the next probe, with the inputs whose turn it is.

        Raises:
            _GivenUp: there were too many.
        """
        self.rounds += 1
        if self.rounds > MAX_ROUNDS:
            raise _GivenUp
        inputs = self.rounds % INPUTS
        case = self.case if not inputs else self.case.recent.get(("inputs", inputs), partial(self.case.redrawn, inputs))
        probe: _Probe = self.case.recent.get((self.weights, inputs, *key), lambda: _Probe(case, *weights()))
        return probe

    def _answered(self, probe: _Probe, replies: Replies) -> tuple[Array, Array]:
        outcome = replies(probe.request)
        if outcome is None:
            raise _Unanswered([probe.request])
        found = results_of(outcome, probe.request) if outcome.status == "ok" else None
        rows = gradient_rows(found, self._both[1]) if found is not None else None
        if rows is None:
            raise _GivenUp
        return probe.expected, rows


@dataclass(frozen=True, eq=False)
class _Probe:
    """Weights of both models, the request for the gradients of the submission's, and those of the reference's."""

    case: FunctionCase
    ours: Mapping[str, Array]
    theirs: Mapping[str, Array]

    @cached_property
    def request(self) -> Request:
        return with_weights(self.case, self.theirs)

    @cached_property
    def expected(self) -> Array:
        return reference_gradient_rows(self.case, self.ours, _parameters(self.case.weights))


def _roles(weights: Sequence[Weight]) -> Labels:
    """Return a label for each number: one for matrices, one for biases, and one for each feature of a scale."""
    parts = []
    for weight in weights:
        label = np.full(weight.shape, 0 if weight.is_matrix else 1)
        if weight.role == "scale":
            label = np.broadcast_to(2 + np.arange(weight.shape[-1] if weight.shape else 1), weight.shape or (1,))
        parts.append(label.reshape(-1))
    return np.concatenate(parts).astype(np.int64)


def _unflattened(weights: Sequence[Weight], flat: NDArray[np.float32]) -> dict[str, Array]:
    found, start = {}, 0
    for weight in weights:
        length = prod(weight.shape)
        found[weight.name] = flat[start : start + length].reshape(weight.shape)
        start += length
    return found

"""Other conventions for shapes: without the batch, or with the time before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from grader.model.message import say, sentences
from grader.model.verdict import Verdict, failed
from grader.reading.shape_notation import is_time_first
from grader.reading.shape_stages import WantedShapes
from grader.reading.shapes import Length, Written

_SAID = {
    "no_batch": say("No shape in the answer has the batch."),
    "time_first": say("Every shape in the answer has time first and the batch second."),
}
_HINT = {
    "no_batch": say("Give every shape with the size of the batch."),
    "time_first": say("Give every shape in the order of the question."),
}


@dataclass(frozen=True)
class Convention:
    """A convention that all shapes of an answer follow, and the share that it leaves of the points."""

    name: Literal["no_batch", "time_first"]
    share: Decimal

    def usual(self, written: Sequence[Written]) -> list[Written]:
        """Return the shapes as they are with the batch first."""
        batch = Length.of([("batch", Fraction(1))])
        if self.name == "no_batch":
            return [replace(one, shape=(batch, *one.shape)) for one in written]
        return [replace(one, shape=(one.shape[1], one.shape[0], *one.shape[2:])) for one in written]

    def judged(self, verdict: Verdict) -> Verdict:
        """Return the verdict on the usual shapes with the share that this convention earns."""
        if verdict.status not in ("passed", "failed"):
            return verdict
        message = sentences(_SAID[self.name], verdict.message)
        if self.share == 1:
            return replace(verdict, message=message)
        credit = self.share * (1 if verdict.status == "passed" else verdict.credit)
        return failed(message, _HINT[self.name], *verdict.details, credit=credit)


def convention_of(wanted: WantedShapes, written: Sequence[Written], answer: str) -> Convention | None:
    """Return another convention that all shapes of an answer follow, if the rubric or the answer itself names it."""
    ranks = {len(one.shape) for one in written}
    if ranks == {2} and len(written) > 1:
        share = wanted.shares.no_batch
        return None if share is None else Convention("no_batch", share)
    expected = [stage.shape for stage in wanted.stages]
    turned = [(shape[1], shape[0], *shape[2:]) for shape in expected]
    if len(written) > 1 and all(one.shape in turned and one.shape not in expected for one in written):
        share = Decimal(1) if is_time_first(answer) else wanted.shares.time_first
        return None if share is None else Convention("time_first", share)
    return None

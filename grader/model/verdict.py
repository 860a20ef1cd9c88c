"""The result of one judgement, before it is known to which check and question it belongs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from grader.model.details import Detail
from grader.model.finding import Loss, Status


@dataclass(frozen=True)
class Verdict:
    """What a judgement says; the framework adds whose check it is."""

    status: Status
    message: str
    hint: str = ""
    credit: Decimal = Decimal(0)
    details: tuple[Detail, ...] = ()
    because: str = ""
    reading: str = ""
    group: str = ""
    loss: Loss | None = None

    def with_loss(self, loss: Loss | None) -> Verdict:
        """Return it with what it takes from the total."""
        return replace(self, loss=loss)


def passed(message: str, *details: Detail, reading: str = "") -> Verdict:
    """Full credit."""
    return Verdict(Status.passed, message, "", Decimal(1), details, reading=reading)


def failed(message: str, hint: str = "", *details: Detail, credit: Decimal = Decimal(0), reading: str = "") -> Verdict:
    """A named mistake of the student's; `credit` of the points is earned all the same."""
    return Verdict(Status.failed, message, hint, credit, details, reading=reading)


def needs_review(message: str, hint: str = "", *details: Detail, reading: str = "", group: str = "") -> Verdict:
    """A person decides; the message says what is in doubt.

    `group` is the same for answers that were read to the end and mean the same; without one, the same words do.
    """
    return Verdict(Status.needs_review, message, hint, Decimal(0), details, reading=reading, group=group)


def grader_error(
    message: str, hint: str = "The grader's side has to be looked at; the submission is not at fault."
) -> Verdict:
    """Our fault: it never gives or costs points."""
    return Verdict(Status.error, message, hint)

"""The result of one judgement, before it is known to which check and question it belongs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.model.details import Detail
from grader.model.finding import Loss, Place, Status
from grader.model.message import NOTHING, Message, Text, say


@dataclass(frozen=True)
class Verdict:
    """What a judgement says; the framework adds whose check it is."""

    status: Status
    message: Text
    hint: Text = NOTHING
    credit: Decimal = Decimal(0)
    details: tuple[Detail, ...] = ()
    because: str = ""
    reading: str = ""
    group: str = ""
    loss: Loss | None = None
    place: Place | None = None
    exchanged: tuple[str, ...] = ()
    guide: str = ""

    def with_loss(self, loss: Loss | None) -> Verdict:
        """Return it with what it takes from the total."""
        return replace(self, loss=loss)

    def with_exchanged(self, parts: Iterable[str]) -> Verdict:
        """Return it with the classes that were exchanged for torch's own to reach it."""
        return replace(self, exchanged=tuple(parts))

    def at(self, place: Place | None) -> Verdict:
        """Return it with the place that it is about."""
        return replace(self, place=place)


def passed(message: Message, *details: Detail, reading: str = "") -> Verdict:
    """Full credit."""
    return Verdict(Status.passed, message, NOTHING, Decimal(1), details, reading=reading)


def failed(
    message: Message, hint: Message = NOTHING, *details: Detail, credit: Decimal = Decimal(0), reading: str = ""
) -> Verdict:
    """A named mistake of the student's; `credit` of the points is earned all the same."""
    return Verdict(Status.failed, message, hint, credit, details, reading=reading)


def needs_review(
    message: Message, hint: Message = NOTHING, *details: Detail, reading: str = "", group: str = ""
) -> Verdict:
    """A person decides; the message says what is in doubt.

    `group` is the same for answers that were read to the end and mean the same; without one, the same words do.
    """
    return Verdict(Status.needs_review, message, hint, Decimal(0), details, reading=reading, group=group)


INTERNAL = say("This is an internal error and not a mistake in the submission.")


def grader_error(message: Message, hint: Message = INTERNAL) -> Verdict:
    """An error of the grader itself: it never gives or costs points."""
    return Verdict(Status.error, message, hint)

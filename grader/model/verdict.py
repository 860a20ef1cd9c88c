"""The result of one judgement, before it is known to which check and question it belongs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.model.cause import PROVEN, Cause
from grader.model.details import Detail
from grader.model.finding import Loss, Place, Status
from grader.model.message import NOTHING, Message, Text, say


@dataclass(frozen=True)
class Verdict:
    """The result of a judgement; the framework adds check and question."""

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
    note: Text = NOTHING  # what a tutor can do about it
    cause: Cause | None = None  # of a verdict that is not `passed`, as far as it is known
    reason: str = ""  # with a cause: the same for the same reason in all submissions, which one decision settles
    why: Text = NOTHING  # the reason as a sentence that names no submission

    def __post_init__(self) -> None:
        """Refuse a failure without proof."""
        if self.status is Status.failed and self.cause not in PROVEN:
            raise ValueError(f"no check may fail a submission for {self.cause}")

    @property
    def fails(self) -> bool:
        """Return whether it is a failure."""
        return self.status is Status.failed

    def with_loss(self, loss: Loss | None) -> Verdict:
        """Return the verdict with a loss of points."""
        return replace(self, loss=loss)

    def with_exchanged(self, parts: Iterable[str]) -> Verdict:
        """Return the verdict with the classes that were replaced by torch's own to reach it."""
        return replace(self, exchanged=tuple(parts))

    def with_note(self, note: Text) -> Verdict:
        """Return the verdict with what a tutor can do about it, which students do not get."""
        return replace(self, note=note)

    def at(self, place: Place | None) -> Verdict:
        """Return the verdict with its place in the submission."""
        return replace(self, place=place)


def passed(message: Message, *details: Detail, reading: str = "") -> Verdict:
    """Return a verdict with full credit."""
    return Verdict(Status.passed, message, NOTHING, Decimal(1), details, reading=reading)


def failed(
    message: Message,
    hint: Message = NOTHING,
    *details: Detail,
    credit: Decimal = Decimal(0),
    reading: str = "",
    cause: Cause = Cause.wrong_value,
) -> Verdict:
    """Return a verdict with a named mistake of the student; `credit` is the share of the points that is earned."""
    return Verdict(Status.failed, message, hint, credit, details, reading=reading, cause=cause)


def needs_review(
    message: Message,
    hint: Message = NOTHING,
    *details: Detail,
    reading: str = "",
    group: str = "",
    cause: Cause | None = None,
    reason: str = "",
    why: Text = NOTHING,
) -> Verdict:
    """Return a verdict that leaves the check to a tutor; the message names the doubt.

    `group` is the same for answers that were read completely and have the same meaning; without one, the words count.
    `reason` is the same for the same circumstance in all submissions, and `why` is its sentence.
    """
    review = Verdict(Status.needs_review, message, hint, Decimal(0), details, reading=reading, group=group)
    return replace(review, cause=cause, reason=reason, why=why)


RUBRIC = say("This is a mistake in the rubric and not in the submission.")


def rubric_fault(message: Message, hint: Message = RUBRIC) -> Verdict:
    """Return a verdict for a rubric or a reference that cannot work, which never gives or costs points."""
    return needs_review(message, hint, cause=Cause.rubric_fault, reason="rubric", why=message)


def reference_stopped(reference: str, error: Exception, target: str = "") -> Verdict:
    """Return the verdict on a reference that raised an exception; `target` is what could not be compared with it."""
    if not target:
        what = say("The reference {reference} stopped with an error: {error}", reference=reference, error=str(error))
        return rubric_fault(what)
    what = say(
        "The reference {reference} stopped with an error, so {target} was not compared: {error}",
        reference=reference,
        target=target,
        error=str(error),
    )
    return rubric_fault(what)


INTERNAL = say("This is an internal error and not a mistake in the submission.")


def grader_error(message: Message, hint: Message = INTERNAL) -> Verdict:
    """Return a verdict for an error of the grader itself, which never gives or costs points."""
    return Verdict(Status.error, message, hint, cause=Cause.grader_fault)

"""The kind `received_by`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from grader.checks.base import Check, CheckContext, Points
from grader.lists.timezones import both_moments, local_time
from grader.model import OPEN, Extension, Finding, Loss
from grader.model.message import NOTHING, Message, Text, say, say_number, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.text import points


class LateStep(BaseModel):
    """The loss of a submission that is received up to `hours` after the due date."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    hours: Decimal = Field(gt=0, description="up to this many hours late")
    percent: Points | None = Field(None, le=100)
    points: Points | None = None


class ReceivedBy(Check):
    """The submission was received by the due date. The time is the platform's, never one from inside the archive."""

    holds_answer: ClassVar[bool] = False
    about_lateness: ClassVar[bool] = True
    about_delivery: ClassVar[bool] = True
    label: ClassVar[Text] = say("Received in time")
    example: ClassVar[str] = (
        "kind: received_by\ndue: 2025-01-29T23:59:59\nzone: Europe/Berlin\ngrace_minutes: 10\n"
        "late: [{hours: 24, percent: 10}, {hours: 48, percent: 20}]"
    )
    kind: Literal["received_by"] = "received_by"
    due: datetime = Field(description="the due date and time, with its offset, or as local time with `zone`")
    zone: str = Field("", description="the time zone of `due`, such as Europe/Berlin, daylight saving time included")
    grace_minutes: int = Field(0, ge=0, description="minutes after `due` that are not yet late")
    late: tuple[LateStep, ...] = Field(
        (), description="the loss of each step up to its `hours`, as `percent` or `points`; instead of `deducts`"
    )
    of: Literal["earned", "maximum"] = Field(
        "earned", description="whether `percent` is taken of the points earned or of all points"
    )
    beyond: Literal["all", "last"] = Field(
        "all", description="the loss after the last step: all points, or that of the last step"
    )

    @model_validator(mode="after")
    def _moment(self) -> ReceivedBy:
        """Add the offset of its zone to a local time.

        Raises:
            ValueError: the zone is unknown, or the time does not exist or occurs twice there.
        """
        if self.due.tzinfo is not None:
            if self.zone:
                raise ValueError("`due` has an offset, and `zone` is given too; keep one of them")
            return self
        if not self.zone:
            raise ValueError("`due` has no offset: append one such as +01:00, or give the time zone with `zone`")
        object.__setattr__(self, "due", local_time(self.due, self.zone))
        object.__setattr__(self, "zone", "")  # `due` has the offset now, also when the check is written as YAML again
        return self

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`."""
        hours = [step.hours for step in self.late]
        if any((step.percent is None) == (step.points is None) for step in self.late):
            return "each step of 'late' has either 'percent' or 'points'"
        if hours != sorted(set(hours)):
            return "the steps of 'late' must be in order, each with more hours than the one before"
        if self.late and self.deducts is not None:
            return "'late' and 'deducts' exclude each other; put the loss into 'late'"
        return ""

    @property
    def takes_share_of_whole(self) -> bool:
        """See `Check.takes_share_of_whole`."""
        return bool(self.late)

    def max_effect(self, whole: Decimal, finding: Finding) -> Decimal:
        """See `Check.max_effect`; all points may be lost while the submission time is unknown."""
        return -whole if self.late and finding.status in OPEN else super().max_effect(whole, finding)

    def judge(self, context: CheckContext) -> Verdict:
        """Compare the submission time with the due date, or with the team's extension."""
        received = context.submission.received
        if received is None:
            note = say("Tutor: provide a list of submission times with --submission-times.")
            return needs_review(say("The submission time is unknown.")).with_note(note)
        extension = context.submission.extension
        if extension is not None and extension.until is None and extension.hours is None:
            what = say("The members of the team have different extensions.")
            return needs_review(what).with_note(say("Tutor: grant an extension to the team as a whole."))
        verdicts = [self._verdict(moment, extension) for moment in both_moments(received)]
        if len({verdict.status for verdict in verdicts}) > 1 or len({verdict.loss for verdict in verdicts}) > 1:
            what = say(
                "Clocks showed the submission time {time} twice: one of the two is late.", time=_moment(received)
            )
            return needs_review(what).with_note(say("Tutor: look up the time in the platform's log."))
        return verdicts[-1]

    def _verdict(self, received: datetime, extension: Extension | None) -> Verdict:
        due, why = self._due(extension)
        here = _moment(received.astimezone(due.tzinfo))
        message = sentences(say("Received {received}; due {due}.", received=here, due=_moment(due)), why)
        after = _elapsed(due, received)
        if after <= timedelta(minutes=self.grace_minutes):
            return passed(message)
        hint = say("Submit earlier, or request an extension.")
        loss, lost = self._loss(after)
        late = say("That is {span} late.", span=_span(after))
        return failed(sentences(message, late, lost), hint).with_loss(loss)

    def _due(self, extension: Extension | None) -> tuple[datetime, Message]:
        if extension is None:
            return self.due, NOTHING
        due = self.due.astimezone(UTC)  # an hour stays an hour when the clocks change
        until = extension.until or due + timedelta(hours=float(extension.hours or 0))
        if until <= due:
            return self.due, say("The extension ends before the due date and has no effect.")
        return until.astimezone(self.due.tzinfo), say("Extended by {name}.", name=extension.by)

    def _loss(self, after: timedelta) -> tuple[Loss | None, Message]:
        if not self.late:
            return None, NOTHING
        step = next((step for step in self.late if after <= timedelta(hours=float(step.hours))), None)
        if step is None and self.beyond == "all":
            what = say("That is later than the late policy allows: all points are lost.")
            return Loss(Decimal(0), Decimal(100), "earned"), what
        step = step or self.late[-1]
        if step.points is not None:
            what = say("Points lost: {points}.", points=points(step.points))
            return Loss(step.points, Decimal(0), self.of), what
        percent = step.percent or Decimal(0)
        if self.of == "earned":
            what = say("{percent} % of the points earned are lost.", percent=points(percent))
        else:
            what = say("{percent} % of all points are lost.", percent=points(percent))
        return Loss(Decimal(0), percent, self.of), what


def _elapsed(due: datetime, received: datetime) -> timedelta:
    """Return the elapsed time; the difference of two local times would be wrong when the clocks change."""
    return received.astimezone(UTC) - due.astimezone(UTC)


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M:%S %z")


def _span(gap: timedelta) -> Message:
    minutes = max(1, int(gap.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    return sentences(
        say_number("{n} day", "{n} days", days) if days else NOTHING,
        say_number("{n} hour", "{n} hours", hours) if hours else NOTHING,
        say_number("{n} minute", "{n} minutes", rest) if rest else NOTHING,
    )

"""The kind `received_by`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from grader.checks.base import Check, CheckContext, Points
from grader.lists.timezones import local_time
from grader.model import OPEN, Extension, Finding, Loss
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, needs_review, passed


class LateStep(BaseModel):
    """What a submission loses that comes up to `hours` after the last moment."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    hours: Decimal = Field(gt=0, description="up to this many hours late")
    percent: Points | None = Field(None, le=100)
    points: Points | None = None


class ReceivedBy(Check):
    """The submission was received in time; the time is the platform's, never one from inside the archive."""

    holds_answer: ClassVar[bool] = False
    about_lateness: ClassVar[bool] = True
    label: ClassVar[Text] = say("Received in time")
    example: ClassVar[str] = (
        "kind: received_by\ndue: 2025-01-29T23:59:59\nzone: Europe/Berlin\ngrace_minutes: 10\n"
        "late: [{hours: 24, percent: 10}, {hours: 48, percent: 20}]"
    )
    kind: Literal["received_by"] = "received_by"
    due: datetime = Field(description="the last moment, with its offset, or as local time with `zone`")
    zone: str = Field("", description="whose clock `due` is, such as Europe/Berlin; it knows summer time")
    grace_minutes: int = Field(0, ge=0, description="minutes after `due` that are not yet late")
    late: tuple[LateStep, ...] = Field(
        (), description="what is lost, each step up to its `hours`: `percent` or `points`; instead of `deducts`"
    )
    of: Literal["earned", "maximum"] = Field("earned", description="what the per cent of `late` are taken of")
    beyond: Literal["all", "last"] = Field("all", description="after the last step all is lost, or what that step says")

    @model_validator(mode="after")
    def _moment(self) -> ReceivedBy:
        """Give a local time the offset that its zone has then.

        Raises:
            ValueError: the zone is unknown, or its clocks show the time never or twice.
        """
        if self.due.tzinfo is not None:
            if self.zone:
                raise ValueError("`due` has an offset and `zone` another one; keep one of them")
            return self
        if not self.zone:
            raise ValueError("`due` has no offset: write +01:00 behind it, or say whose clock with `zone`")
        object.__setattr__(self, "due", local_time(self.due, self.zone))
        object.__setattr__(self, "zone", "")  # `due` has it now, also where the check is written down again
        return self

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`."""
        hours = [step.hours for step in self.late]
        if any((step.percent is None) == (step.points is None) for step in self.late):
            return "each step of 'late' has either 'percent' or 'points'"
        if hours != sorted(set(hours)):
            return "the steps of 'late' come in order, each with more hours than the one before"
        if self.late and self.deducts is not None:
            return "'late' and 'deducts' exclude each other; put what is lost into 'late'"
        return ""

    @property
    def takes_share_of_whole(self) -> bool:
        """See `Check.takes_share_of_whole`."""
        return bool(self.late)

    def max_effect(self, whole: Decimal, finding: Finding) -> Decimal:
        """See `Check.max_effect`; while it is unknown how late it came, all points may be lost."""
        return -whole if self.late and finding.status in OPEN else super().max_effect(whole, finding)

    def judge(self, context: CheckContext) -> Verdict:
        """Compare the received time with the due time, or with what this team was allowed."""
        received = context.submission.received
        if received is None:
            return needs_review(
                "It is not known when the submission was received.", "Give an intake list with --intake."
            )
        extension = context.submission.extension
        if extension is not None and extension.until is None and extension.hours is None:
            return needs_review("Members of the team have different extensions.", "Give the team one of its own.")
        due, why = self._due(extension)
        message = f"Received {_moment(received.astimezone(due.tzinfo))}; due {_moment(due)}.{why}"
        after = _elapsed(due, received)
        if after <= timedelta(minutes=self.grace_minutes):
            return passed(message)
        hint = "Hand in earlier, or ask for an extension."
        loss, said = self._loss(after)
        return failed(f"{message} That is {_span(after)} late.{said}", hint).with_loss(loss)

    def _due(self, extension: Extension | None) -> tuple[datetime, str]:
        if extension is None:
            return self.due, ""
        due = self.due.astimezone(UTC)  # an hour is an hour, whatever clocks do
        until = extension.until or due + timedelta(hours=float(extension.hours or 0))
        if until <= due:
            return self.due, " The extension ends before that and changes nothing."
        return until.astimezone(self.due.tzinfo), f" Extended by {extension.by}."

    def _loss(self, after: timedelta) -> tuple[Loss | None, str]:
        if not self.late:
            return None, ""
        step = next((step for step in self.late if after <= timedelta(hours=float(step.hours))), None)
        if step is None and self.beyond == "all":
            return Loss(Decimal(0), Decimal(100), "earned"), " That is later than any step allows: all points are lost."
        step = step or self.late[-1]
        if step.points is not None:
            return Loss(step.points, Decimal(0), self.of), f" {step.points} points are lost."
        percent = step.percent or Decimal(0)
        words = "the points that are earned" if self.of == "earned" else "all points"
        return Loss(Decimal(0), percent, self.of), f" {percent} % of {words} are lost."


def _elapsed(due: datetime, received: datetime) -> timedelta:
    """The time that really passed; the difference of two local times would leave a change of clocks out."""
    return received.astimezone(UTC) - due.astimezone(UTC)


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M:%S %z")


def _span(gap: timedelta) -> str:
    minutes = max(1, int(gap.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts: tuple[tuple[int, Any], ...] = ((days, "day"), (hours, "hour"), (rest, "minute"))
    return " ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in parts if n)

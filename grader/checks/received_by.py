"""The kind `received_by`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from grader.checks.base import Check, Seen, Verdict, failed, passed, waiting


class ReceivedBy(Check):
    """The hand-in was received in time; the time is the platform's, never one from inside the archive."""

    label: ClassVar[str] = "Received in time"
    example: ClassVar[str] = "{kind: received_by, due: 2025-01-29T23:59:59+01:00, grace_minutes: 10}"
    kind: Literal["received_by"] = "received_by"
    due: AwareDatetime = Field(description="the last moment, with its zone")
    grace_minutes: int = Field(0, ge=0, description="minutes after `due` that are not yet late")

    def judge(self, seen: Seen) -> Verdict:
        """Compare the received time with the due time."""
        received = seen.submission.received
        if received is None:
            return waiting("It is not known when the hand-in was received.", "Give an intake list with --intake.")
        local = received.astimezone(self.due.tzinfo)
        allowed = self.due + timedelta(minutes=self.grace_minutes)
        message = f"Received {_moment(local)}; due {_moment(self.due)}."
        if received <= allowed:
            return passed(message)
        return failed(
            f"{message} That is {_span(received - self.due)} late.", "Hand in earlier, or ask for an extension."
        )


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M:%S %z")


def _span(gap: timedelta) -> str:
    minutes = max(1, int(gap.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = ((days, "day"), (hours, "hour"), (rest, "minute"))
    return " ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in parts if n)

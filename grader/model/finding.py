"""Statuses, and the finding of one check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Literal

from grader.model.cause import Cause
from grader.model.details import Detail
from grader.model.message import NOTHING, Message, Text, say


class Status(StrEnum):
    """A verdict; it decides who acts next."""

    passed = "passed"  # nobody
    failed = "failed"  # the student
    skipped = "skipped"  # the student: a check before it failed
    needs_review = "needs_review"  # a tutor
    error = "error"  # the authors of the grader


OPEN = frozenset({Status.needs_review, Status.error})


@dataclass(frozen=True)
class Loss:
    """The loss by a finding: points, and per cent of the earned points or of all points."""

    points: Decimal
    percent: Decimal
    of: Literal["earned", "maximum"]

    def most(self, maximum: Decimal) -> Decimal:
        """Return the largest possible loss, if `maximum` points can be earned."""
        return min(maximum, self.points + maximum * self.percent / 100)

    def taken(self, earned: Decimal, maximum: Decimal) -> Decimal:
        """Return the loss of `earned` points, never more than these, to hundredths."""
        share = (earned if self.of == "earned" else maximum) * self.percent / 100
        return min(max(Decimal(0), earned), self.points + share).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Place:
    """A place in the submission: a file, a line of it and a cell of a notebook, both counted from 1."""

    file: str = ""
    line: int | None = None
    cell: int | None = None

    def in_words(self) -> Text:
        """Return the place in words, such as `model.ipynb, cell 3, line 2`; empty if no part is known."""
        cell = say("cell {number}", number=self.cell) if self.cell is not None else NOTHING
        line = say("line {number}", number=self.line) if self.line is not None else NOTHING
        parts = tuple(part for part in (self.file, cell, line) if part)
        return parts[0] if len(parts) == 1 else Message("{parts}", {"parts": parts}) if parts else NOTHING

    def at_line(self, line: int) -> Place:
        """Return the place of a line in this file or cell."""
        return replace(self, line=line)


UNKNOWN_PLACE = Place()


@dataclass(frozen=True)
class Finding:
    """The verdict of one check: a sentence with the value found and the allowed one, and a hint on what to try."""

    check: str
    kind: str
    question: str
    title: Text
    status: Status
    message: Text
    hint: Text = NOTHING
    credit: Decimal = Decimal(0)
    details: tuple[Detail, ...] = ()
    because: str = ""  # for a skipped check: the one that failed before it
    reading: str = ""  # how an answer was read, for a tutor
    group: str = ""  # if it needs review: the same for answers with the same meaning, which one decision settles
    target: str = ""  # the class or function that the check is about
    place: Place | None = None  # the place of the message
    exchanged: tuple[str, ...] = ()  # classes of the team's that were exchanged for torch's own to judge this
    own_work_of: str = ""  # the class that the check tests for being the team's own work
    guide: str = ""  # the guide of the rubric, if a tutor grades
    note: Text = NOTHING  # what a tutor can do about it; students do not get it
    note_only: bool = False  # a note for the tutor that never carries points
    late: bool = False  # it is about the time of submission, and may cost a share of the whole
    loss: Loss | None = None  # of a failed check of the submission that takes from the whole
    cause: Cause | None = None  # of a finding that is not `passed`, as far as it is known
    why: Text = NOTHING  # of a finding that is in a group by its cause: the reason, without the submission
    visibility: Literal["public", "hidden"] = "hidden"  # whether students may run the check themselves

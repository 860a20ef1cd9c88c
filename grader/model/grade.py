"""Points: what a person decides, and the grade of one submission."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grader.model.finding import Finding
from grader.model.message import Text


@dataclass(frozen=True)
class Override:
    """A person's decision on one check; it closes what is open and overrides what is not.

    Without a team it follows from a decision on equal answers. `asked` is what the check asked when it was given, and
    `digest` the submission that was looked at: on another one it does not count. A withdrawn one counts no longer.
    """

    team: str
    check: str
    points: Decimal
    by: str
    reason: str
    asked: str = ""
    withdrawn: bool = False
    digest: str = ""


@dataclass(frozen=True)
class GroupDecision:
    """One person's decision on all answers that mean the same: `answers` is the group of their findings."""

    check: str
    answers: str
    points: Decimal
    by: str
    reason: str
    example: str = ""
    time: str = ""
    max_effect: str = ""  # what the check was worth then


@dataclass(frozen=True)
class ScoredCheck:
    """A finding with its points: `earned` is None while a person has to decide."""

    finding: Finding
    max_effect: Decimal
    earned: Decimal | None
    override: Override | None = None


@dataclass(frozen=True)
class ScoredQuestion:
    """The points of one question; `earned` is None while one of its checks is open."""

    id: str
    title: Text
    points: Decimal
    bonus: bool
    earned: Decimal | None
    certain: Decimal
    checks: tuple[ScoredCheck, ...]


@dataclass(frozen=True)
class Grade:
    """All questions; `total` is None while one is open, `certain` is the sum of what is certain so far."""

    points: Decimal
    total: Decimal | None
    certain: Decimal
    questions: tuple[ScoredQuestion, ...]
    unresolved: tuple[str, ...]


SUBMISSION_PART = "submission"  # the part of a grade with the checks of the submission as a whole: it only takes points

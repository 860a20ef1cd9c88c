"""Points: the overrides of tutors, and the grade of one submission."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grader.model.finding import Finding
from grader.model.message import Text


@dataclass(frozen=True)
class Override:
    """A tutor's points for one check, in place of those of the grader.

    Without a team it follows from a decision on equal answers. `question_key` identifies the check then, and
    `digest` the submission that it is for: it does not count for another one. A withdrawn one counts no longer.
    """

    team: str
    check: str
    points: Decimal
    by: str
    reason: str
    question_key: str = ""
    withdrawn: bool = False
    digest: str = ""


@dataclass(frozen=True)
class GroupDecision:
    """A tutor's decision on all answers with the same meaning: `answers` is the group of their findings."""

    check: str
    answers: str
    points: Decimal
    by: str
    reason: str
    example: str = ""
    time: str = ""
    max_effect: str = ""  # the points of the check at that time


@dataclass(frozen=True)
class ScoredCheck:
    """A finding with its points: `earned` is None while it is unresolved."""

    finding: Finding
    max_effect: Decimal
    earned: Decimal | None
    override: Override | None = None


@dataclass(frozen=True)
class ScoredQuestion:
    """The points of one question; `earned` is None while one of its checks is unresolved."""

    id: str
    title: Text
    points: Decimal
    bonus: bool
    earned: Decimal | None
    certain: Decimal
    checks: tuple[ScoredCheck, ...]


@dataclass(frozen=True)
class Grade:
    """All questions; `total` is None while one is unresolved, `certain` is the sum of the certain points so far."""

    points: Decimal
    total: Decimal | None
    certain: Decimal
    questions: tuple[ScoredQuestion, ...]
    unresolved: tuple[str, ...]


SUBMISSION_PART = "submission"  # the part of a grade with the checks of the submission as a whole: it only takes points

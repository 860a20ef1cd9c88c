"""The graded answer that is most like another one, to be shown beside it; its points are for a person to weigh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.desk.manual_grading import GradingDesk
from grader.model import ScoredCheck
from grader.model.message import Text
from grader.model.summary import CheckSummary, SubmissionSummary
from grader.similarity.likeness import NEAR

MIN_LIKENESS = 0.4  # below, what two answers share is the question's own words


@dataclass(frozen=True)
class ClosestAnswer:
    """A graded answer: its team, how alike it is if not the same, the words that differ, and what a tutor gave.

    `is_near` says that only a few words differ.
    """

    name: str
    team: str
    per_cent: int
    more: str
    less: str
    given: tuple[ScoredCheck, ...]
    is_near: bool = False

    @property
    def same(self) -> bool:
        """Return whether the answer is the same, word for word."""
        return not self.more and not self.less


def closest_answer(desk: GradingDesk, question: str, name: str) -> ClosestAnswer | None:
    """Return the most similar answer that a tutor graded, or None if none is alike.

    `more` are the words of the graded answer that this one lacks, `less` those that only this one has.

    Raises:
        GraderError: a report cannot be read.
    """
    graded = desk.graded_by_people(question) - {name}
    if not graded:
        return None
    compared = desk.like.of(question, desk.everyone(question))
    found = compared.closest(name, sorted(graded), MIN_LIKENESS)
    if found is None:
        return None
    other, similarity = found
    more, less = compared.difference(other, name)
    item = desk.item(question, other)
    given = tuple(scored for scored in item.question.checks if scored.override is not None)
    return ClosestAnswer(other, item.report.team, min(99, int(100 * similarity)), more, less, given, similarity >= NEAR)


@dataclass(frozen=True)
class DifferentPoints:
    """Two near-duplicates with different points at one rubric item, of which a tutor gave at least one."""

    question: str
    title: Text
    check: Text
    names: tuple[str, str]
    teams: tuple[str, str]
    points: tuple[Decimal, Decimal]


def different_points(desk: GradingDesk, of_batch: Sequence[SubmissionSummary]) -> list[DifferentPoints]:
    """Return all pairs of near-duplicates whose points differ, to be looked at before anything is published."""
    found: list[DifferentPoints] = []
    for question in desk.questions():
        if question.by_hand:
            pairs = desk.like.of(question.id, desk.everyone(question.id)).pairs
            found += _Question(question.id, question.title, of_batch).differing(pairs)
    return found


class _Question:
    """The checks of one question by submission, for a comparison of pairs."""

    def __init__(self, question: str, title: Text, rows: Sequence[SubmissionSummary]) -> None:
        self.id, self.title = question, title
        self.teams = {row.name: row.team for row in rows}
        self.checks = {row.name: {one.check: one for one in row.checks if one.question == question} for row in rows}

    def differing(self, pairs: Sequence[tuple[str, str]]) -> Iterator[DifferentPoints]:
        """Yield where two submissions have different points at an item that a tutor graded for one of them."""
        for names in pairs:
            first, second = (self.checks[name] for name in names)
            for check, one in first.items():
                other = second.get(check)
                if other is None or one.earned is None or other.earned is None or one.earned == other.earned:
                    continue
                if _by_a_tutor(one, other):
                    teams = (self.teams[names[0]], self.teams[names[1]])
                    points = (one.earned, other.earned)
                    yield DifferentPoints(self.id, self.title, one.title, names, teams, points)


def _by_a_tutor(one: CheckSummary, other: CheckSummary) -> bool:
    return one.override is not None or other.override is not None

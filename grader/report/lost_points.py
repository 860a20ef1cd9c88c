"""The first screen of a report: what cost points and what to do about it, and what is not graded yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.model import Grade, ScoredCheck, ScoredQuestion
from grader.model.message import Text

ZERO = Decimal(0)


@dataclass(frozen=True)
class LostPoints:
    """A check that cost points: how many, with those of checks that were skipped because of it, and its findings."""

    question: ScoredQuestion
    scored: ScoredCheck
    points: Decimal
    skipped: tuple[Text, ...] = ()  # titles of the checks that need it


@dataclass(frozen=True)
class FirstScreen:
    """The points of a report without bonus questions, by how they stand, and where they went."""

    earned: Decimal
    lost: Decimal
    open: Decimal
    what_cost: tuple[LostPoints, ...]  # the most points first
    not_graded: tuple[tuple[ScoredQuestion, Decimal], ...]  # with the points that are open


def first_screen(grade: Grade) -> FirstScreen:
    """Return what the first screen says about a grade."""
    what_cost = tuple(sorted(_merged(grade), key=lambda one: -one.points))
    waiting = tuple((question, _open(question)) for question in grade.questions if question.earned is None)
    counted = [question for question in grade.questions if not question.bonus]
    unresolved = sum((_open(question) for question in counted), ZERO)
    earned = min(grade.certain, grade.points)
    return FirstScreen(earned, max(ZERO, grade.points - earned - unresolved), unresolved, what_cost, waiting)


def _open(question: ScoredQuestion) -> Decimal:
    return sum((max(ZERO, scored.max_effect) for scored in question.checks if scored.earned is None), ZERO)


def _merged(grade: Grade) -> Iterator[LostPoints]:
    """Yield the losses, those of skipped checks with the check that failed before them."""
    every = {one.scored.finding.check: one for one in _losses(grade)}
    found = dict(every)
    skipped = [one for one in found.values() if one.scored.finding.because and one.scored.override is None]
    for one in skipped:
        cause = _first_cause(every, one)
        if cause is None:
            continue
        del found[one.scored.finding.check]
        before = found[cause]
        titles = (*before.skipped, one.scored.finding.title)
        found[cause] = replace(before, points=before.points + one.points, skipped=titles)
    yield from (one for one in found.values() if one.points)


def _first_cause(every: dict[str, LostPoints], one: LostPoints) -> str | None:
    """Return the failed check at the begin of a chain of skipped ones; None if it is not in the report."""
    for _ in range(len(every)):
        before = every.get(one.scored.finding.because)
        if before is None:
            return None
        if not before.scored.finding.because:
            return before.scored.finding.check
        one = before
    return None


def _losses(grade: Grade) -> Iterator[LostPoints]:
    for question in grade.questions:
        for scored in question.checks:
            if scored.earned is None or question.bonus:
                continue
            lost = max(scored.max_effect, ZERO) - scored.earned
            if lost > 0 or scored.finding.status == "failed":
                yield LostPoints(question, scored, max(lost, ZERO))

"""Compute a grade from findings and overrides, in `Decimal`; unresolved checks stay so until a tutor decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from grader.checks.base import Check
from grader.model import OPEN, Finding, Grade, Override, ScoredCheck, ScoredQuestion, Status
from grader.model.grade import SUBMISSION_PART
from grader.model.message import NOTHING, Text, say
from grader.rubric.schema import Rubric

HUNDREDTH = Decimal("0.01")


def score(rubric: Rubric, findings: Iterable[Finding]) -> Grade:
    """Return the grade of the findings; `apply_overrides` adds the overrides of tutors."""
    by_check = {finding.check: finding for finding in findings}

    def scored(checks: Sequence[Check], title: Text = NOTHING) -> tuple[ScoredCheck, ...]:
        pairs = [(by_check[check.id], check.max_effect(rubric.points, by_check[check.id])) for check in checks]
        by_people = [check for check in checks if check.graded_by_people]
        untitled = {check.id for check in by_people if by_check[check.id].title == check.label}
        titled = title if len(untitled) == 1 else NOTHING  # two lines with one title would look the same
        return tuple(
            ScoredCheck(
                _titled(finding, titled if finding.check in untitled else NOTHING), effect, _earned(finding, effect)
            )
            for finding, effect in pairs
        )

    whole = ScoredQuestion(
        SUBMISSION_PART, say("The submission"), Decimal(0), False, None, Decimal(0), scored(rubric.submission)
    )
    parts = [
        ScoredQuestion(one.id, one.title, one.points, one.bonus, None, Decimal(0), scored(one.checks, one.title))
        for one in rubric.questions
    ]
    return _summed(rubric.points, [whole, *parts])


def _titled(finding: Finding, title: Text) -> Finding:
    """Return a finding with the title of its question, where the rubric gives a line for tutors none."""
    return replace(finding, title=title) if title else finding


def apply_overrides(grade: Grade, overrides: Iterable[Override]) -> Grade:
    """Return the grade with exactly these overrides; every other check is scored by its finding.

    An override outside the check's bounds does not count: the check stays unresolved, so that a tutor reviews it again.
    """
    given = {override.check: override for override in overrides}
    questions = [
        replace(question, checks=tuple(_overridden(scored, given, grade.points) for scored in question.checks))
        for question in grade.questions
    ]
    return _summed(grade.points, questions)


def _overridden(scored: ScoredCheck, given: Mapping[str, Override], whole: Decimal) -> ScoredCheck:
    override = given.get(scored.finding.check)
    if override is None:
        return replace(scored, earned=_earned(scored.finding, scored.max_effect), override=None)
    low, high = bounds(scored, whole)
    return replace(scored, earned=override.points if low <= override.points <= high else None, override=override)


def bounds(scored: ScoredCheck, whole: Decimal) -> tuple[Decimal, Decimal]:
    """Return the least and the most points that a tutor may give; lateness may cost all `whole` points."""
    low = -whole if scored.finding.late else scored.max_effect
    return min(Decimal(0), low), max(Decimal(0), scored.max_effect)


def _earned(finding: Finding, max_effect: Decimal) -> Decimal | None:
    """Return the points of a finding: the share earned, or the cost of a failure; None while unresolved."""
    if finding.status in OPEN:
        return None
    if max_effect > 0:
        credit = finding.credit
        return max_effect if credit == 1 else (max_effect * credit).quantize(HUNDREDTH, ROUND_HALF_UP)
    return max_effect if finding.status is Status.failed else Decimal(0)


def _summed(points: Decimal, questions: Iterable[ScoredQuestion]) -> Grade:
    """Add up the points; checks that take a share of the whole come last, as they depend on all others."""
    questions = [_with_sums(question) for question in questions]
    taken = sum((s.earned or Decimal(0) for q in questions for s in q.checks if s.finding.loss), Decimal(0))
    rest = max(Decimal(0), sum((question.certain for question in questions), Decimal(0)) - taken)
    questions = [_with_losses(question, rest, points) for question in questions]
    certain = max(Decimal(0), sum((question.certain for question in questions), Decimal(0)))
    unresolved = tuple(
        scored.finding.check for question in questions for scored in question.checks if scored.earned is None
    )
    return Grade(points, None if unresolved else certain, certain, tuple(questions), unresolved)


def _with_losses(question: ScoredQuestion, rest: Decimal, points: Decimal) -> ScoredQuestion:
    """Apply the loss of a late submission to `rest`, the points that all other checks leave; overrides stay."""
    if not any(scored.finding.loss for scored in question.checks):
        return question
    return _with_sums(replace(question, checks=tuple(_with_loss(scored, rest, points) for scored in question.checks)))


def _with_loss(scored: ScoredCheck, rest: Decimal, points: Decimal) -> ScoredCheck:
    loss = scored.finding.loss
    if loss is None:
        return scored
    earned = scored.earned if scored.override is not None else -loss.taken(rest, points)
    return replace(scored, max_effect=-loss.most(points), earned=earned)


def _with_sums(question: ScoredQuestion) -> ScoredQuestion:
    certain = sum((s.earned for s in question.checks if s.earned is not None), Decimal(0))
    if question.id != SUBMISSION_PART:
        certain = max(Decimal(0), certain)
    unresolved = any(s.earned is None for s in question.checks)
    return replace(question, certain=certain, earned=None if unresolved else certain)

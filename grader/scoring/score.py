"""Findings and marks to a grade, in `Decimal`; what is open stays open until a person closes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from grader.checks.base import Check
from grader.model import OPEN, Finding, Grade, Override, ScoredCheck, ScoredQuestion, Status
from grader.model.grade import SUBMISSION_PART
from grader.rubric.schema import Rubric


def score(rubric: Rubric, findings: Iterable[Finding], overrides: Sequence[Override] = ()) -> Grade:
    """Return the grade of one team; `marks` are that team's and override what the machine found."""
    by_check = {finding.check: finding for finding in findings}
    given = {override.check: override for override in overrides}
    questions = [
        _question(
            SUBMISSION_PART, "The submission", Decimal(0), False, rubric.submission, by_check, given, rubric.points
        )
    ]
    for question in rubric.questions:
        questions.append(
            _question(
                question.id,
                question.title,
                question.points,
                question.bonus,
                question.checks,
                by_check,
                given,
                rubric.points,
            )
        )
    return _summed(rubric.points, questions)


def with_marks(grade: Grade, overrides: Sequence[Override]) -> Grade:
    """Return a grade in which `marks` close or override checks; everything else stays as it is."""
    given = {override.check: override for override in overrides}
    questions = []
    for question in grade.questions:
        checks = tuple(
            replace(scored, earned=given[scored.finding.check].points, override=given[scored.finding.check])
            if scored.finding.check in given
            else scored
            for scored in question.checks
        )
        questions.append(_with_sums(question.id, question.title, question.points, question.bonus, checks))
    return _summed(grade.points, questions)


def remarked(grade: Grade, overrides: Sequence[Override]) -> Grade:
    """Return a grade with exactly these marks: what others gave before is as the machine found it."""
    given = {override.check: override for override in overrides}
    questions = []
    for question in grade.questions:
        checks = tuple(_remarked(scored, given.get(scored.finding.check)) for scored in question.checks)
        questions.append(_with_sums(question.id, question.title, question.points, question.bonus, checks))
    return _summed(grade.points, questions)


def _remarked(scored: ScoredCheck, override: Override | None) -> ScoredCheck:
    finding, max_effect = scored.finding, scored.max_effect
    if override is not None:
        return ScoredCheck(
            finding, max_effect, override.points if max_effect <= 0 or override.points <= max_effect else None, override
        )
    if finding.status in OPEN:
        return ScoredCheck(finding, max_effect, None)
    if max_effect > 0:
        return ScoredCheck(finding, max_effect, _earned(max_effect, finding.credit))
    return ScoredCheck(finding, max_effect, max_effect if finding.status is Status.failed else Decimal(0))


def _summed(points: Decimal, questions: Sequence[ScoredQuestion]) -> Grade:
    """Add up; what takes a share of the whole comes last, and is known when everything else is."""
    taken = sum((s.earned or Decimal(0) for q in questions for s in q.checks if s.finding.loss), Decimal(0))
    rest = max(Decimal(0), sum((question.certain for question in questions), Decimal(0)) - taken)
    questions = [_with_losses(question, rest, points) for question in questions]
    decided = sum((question.certain for question in questions), Decimal(0))
    still_open = tuple(
        scored.finding.check for question in questions for scored in question.checks if scored.earned is None
    )
    total = None if still_open else max(Decimal(0), decided)
    return Grade(points, total, max(Decimal(0), decided), tuple(questions), still_open)


def _with_losses(question: ScoredQuestion, rest: Decimal, points: Decimal) -> ScoredQuestion:
    """Work out what the submission's failed checks take of `rest`, what all others leave; a person's mark stays."""
    if not any(scored.finding.loss for scored in question.checks):
        return question
    checks = []
    for scored in question.checks:
        if (loss := scored.finding.loss) is not None:
            earned = scored.earned if scored.override is not None else -loss.taken(rest, points)
            scored = replace(scored, max_effect=-loss.most(points), earned=earned)
        checks.append(scored)
    return _with_sums(question.id, question.title, question.points, question.bonus, tuple(checks))


def _question(
    name: str,
    title: str,
    points: Decimal,
    bonus: bool,
    checks: Sequence[Check],
    findings: Mapping[str, Finding],
    overrides: Mapping[str, Override],
    whole: Decimal,
) -> ScoredQuestion:
    scored = tuple(_check(check, findings[check.id], overrides.get(check.id), whole) for check in checks)
    return _with_sums(name, title, points, bonus, scored)


def _with_sums(name: str, title: str, points: Decimal, bonus: bool, scored: tuple[ScoredCheck, ...]) -> ScoredQuestion:
    decided = sum((s.earned for s in scored if s.earned is not None), Decimal(0))
    if name != SUBMISSION_PART:
        decided = max(Decimal(0), decided)
    is_open = any(s.earned is None for s in scored)
    return ScoredQuestion(name, title, points, bonus, None if is_open else decided, decided, scored)


def _check(check: Check, finding: Finding, override: Override | None, whole: Decimal) -> ScoredCheck:
    """Points are earned times the credit; deductions are lost by failing; a note is worth nothing either way.

    Where it is not known how late a submission came, all `whole` points may be lost.
    """
    max_effect = -whole if getattr(check, "late", ()) and finding.status in OPEN else check.max_effect
    if override is not None:  # one above what the check is worth by now does not count, and a person gives another
        fits = check.points is None or override.points <= check.points
        return ScoredCheck(finding, max_effect, override.points if fits else None, override)
    if finding.status in OPEN:
        return ScoredCheck(finding, max_effect, None)
    if check.points is not None:
        return ScoredCheck(finding, max_effect, _earned(check.points, finding.credit))
    lost = finding.status is Status.failed and check.deducts is not None
    return ScoredCheck(finding, max_effect, max_effect if lost else Decimal(0))


def _earned(points: Decimal, credit: Decimal) -> Decimal:
    """The points to the last digit for full credit; a part of them rounded to hundredths."""
    return points if credit == 1 else (points * credit).quantize(Decimal("0.01"), ROUND_HALF_UP)

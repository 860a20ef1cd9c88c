"""Findings and marks to a grade, in `Decimal`; what is open stays open until a person closes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from grader.checks.base import Check
from grader.model import OPEN, Finding, Grade, Mark, ScoredCheck, ScoredQuestion, Status
from grader.model.grade import HAND_IN
from grader.rubric.schema import Rubric


def score(rubric: Rubric, findings: Iterable[Finding], marks: Sequence[Mark] = ()) -> Grade:
    """Return the grade of one team; `marks` are that team's and override what the machine found."""
    by_check = {finding.check: finding for finding in findings}
    given = {mark.check: mark for mark in marks}
    questions = [_question(HAND_IN, "The hand-in", Decimal(0), False, rubric.hand_in, by_check, given, rubric.points)]
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


def with_marks(grade: Grade, marks: Sequence[Mark]) -> Grade:
    """Return a grade in which `marks` close or override checks; everything else stays as it is."""
    given = {mark.check: mark for mark in marks}
    questions = []
    for question in grade.questions:
        checks = tuple(
            replace(scored, earned=given[scored.finding.check].points, mark=given[scored.finding.check])
            if scored.finding.check in given
            else scored
            for scored in question.checks
        )
        questions.append(_with_sums(question.id, question.title, question.points, question.bonus, checks))
    return _summed(grade.points, questions)


def remarked(grade: Grade, marks: Sequence[Mark]) -> Grade:
    """Return a grade with exactly these marks: what others gave before is as the machine found it."""
    given = {mark.check: mark for mark in marks}
    questions = []
    for question in grade.questions:
        checks = tuple(_remarked(scored, given.get(scored.finding.check)) for scored in question.checks)
        questions.append(_with_sums(question.id, question.title, question.points, question.bonus, checks))
    return _summed(grade.points, questions)


def _remarked(scored: ScoredCheck, mark: Mark | None) -> ScoredCheck:
    finding, worth = scored.finding, scored.worth
    if mark is not None:
        return ScoredCheck(finding, worth, mark.points if worth <= 0 or mark.points <= worth else None, mark)
    if finding.status in OPEN:
        return ScoredCheck(finding, worth, None)
    if worth > 0:
        return ScoredCheck(finding, worth, _earned(worth, finding.credit))
    return ScoredCheck(finding, worth, worth if finding.status is Status.failed else Decimal(0))


def _summed(points: Decimal, questions: Sequence[ScoredQuestion]) -> Grade:
    """Add up; what takes a share of the whole comes last, and is known when everything else is."""
    taken = sum((s.earned or Decimal(0) for q in questions for s in q.checks if s.finding.loss), Decimal(0))
    rest = max(Decimal(0), sum((question.decided for question in questions), Decimal(0)) - taken)
    questions = [_with_losses(question, rest, points) for question in questions]
    decided = sum((question.decided for question in questions), Decimal(0))
    still_open = tuple(
        scored.finding.check for question in questions for scored in question.checks if scored.earned is None
    )
    total = None if still_open else max(Decimal(0), decided)
    return Grade(points, total, max(Decimal(0), decided), tuple(questions), still_open)


def _with_losses(question: ScoredQuestion, rest: Decimal, points: Decimal) -> ScoredQuestion:
    """Work out what the hand-in's failed checks take of `rest`, what all others leave; a person's mark stays."""
    if not any(scored.finding.loss for scored in question.checks):
        return question
    checks = []
    for scored in question.checks:
        if (loss := scored.finding.loss) is not None:
            earned = scored.earned if scored.mark is not None else -loss.taken(rest, points)
            scored = replace(scored, worth=-loss.most(points), earned=earned)
        checks.append(scored)
    return _with_sums(question.id, question.title, question.points, question.bonus, tuple(checks))


def _question(
    name: str,
    title: str,
    points: Decimal,
    bonus: bool,
    checks: Sequence[Check],
    findings: Mapping[str, Finding],
    marks: Mapping[str, Mark],
    whole: Decimal,
) -> ScoredQuestion:
    scored = tuple(_check(check, findings[check.id], marks.get(check.id), whole) for check in checks)
    return _with_sums(name, title, points, bonus, scored)


def _with_sums(name: str, title: str, points: Decimal, bonus: bool, scored: tuple[ScoredCheck, ...]) -> ScoredQuestion:
    decided = sum((s.earned for s in scored if s.earned is not None), Decimal(0))
    if name != HAND_IN:
        decided = max(Decimal(0), decided)
    is_open = any(s.earned is None for s in scored)
    return ScoredQuestion(name, title, points, bonus, None if is_open else decided, decided, scored)


def _check(check: Check, finding: Finding, mark: Mark | None, whole: Decimal) -> ScoredCheck:
    """Points are earned times the credit; deductions are lost by failing; a note is worth nothing either way.

    Where it is not known how late a hand-in came, all `whole` points may be lost.
    """
    worth = -whole if getattr(check, "late", ()) and finding.status in OPEN else check.worth
    if mark is not None:  # one above what the check is worth by now does not count, and a person gives another
        fits = check.points is None or mark.points <= check.points
        return ScoredCheck(finding, worth, mark.points if fits else None, mark)
    if finding.status in OPEN:
        return ScoredCheck(finding, worth, None)
    if check.points is not None:
        return ScoredCheck(finding, worth, _earned(check.points, finding.credit))
    lost = finding.status is Status.failed and check.deducts is not None
    return ScoredCheck(finding, worth, worth if lost else Decimal(0))


def _earned(points: Decimal, credit: Decimal) -> Decimal:
    """The points to the last digit for full credit; a part of them rounded to hundredths."""
    return points if credit == 1 else (points * credit).quantize(Decimal("0.01"), ROUND_HALF_UP)

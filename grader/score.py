"""Findings and marks to a grade, in `Decimal`; what is open stays open until a person closes it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

from grader.checks.base import Check
from grader.errors import GraderError
from grader.model import OPEN, Decision, Finding, Grade, Mark, ScoredCheck, ScoredQuestion, Status
from grader.rubric import Rubric

WITHDRAW = "withdraw"
HAND_IN = "hand-in"  # the part of a grade with the checks of the hand-in as a whole: it only takes points


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


def decided(
    findings: Iterable[Finding],
    decisions: Mapping[tuple[str, str], Decision],
    worths: Mapping[str, Decimal],
    marks: Sequence[Mark] = (),
) -> list[Mark]:
    """Return the marks that follow from decisions on equal answers; a mark for the team itself goes before them.

    One that was made when the check was worth something else does not count: its answers wait again.
    """
    own = {mark.check for mark in marks}
    found = []
    for finding in findings:
        decision = decisions.get((finding.check, finding.group))
        fits = decision is not None and decision.worth in ("", str(worths.get(finding.check)))
        if finding.status in OPEN and finding.group and decision is not None and fits and finding.check not in own:
            reason = f"{decision.reason} (decided for all answers that mean the same)"
            found.append(Mark("", finding.check, decision.points, decision.by, reason))
    return found


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


def read_marks(path: Path) -> list[Mark]:
    """Read `team,check,points,by,reason`; points `withdraw` takes back what was given before.

    Raises:
        GraderError: a column or a value is missing, or points are no number.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the path") from None
    except UnicodeDecodeError:
        raise GraderError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    marks = []
    for number, row in enumerate(rows, 2):
        lacking = [name for name in ("team", "check", "points", "by", "reason") if not (row.get(name) or "").strip()]
        if lacking:
            raise GraderError(f"{path}:{number}: no {', '.join(lacking)}; a mark needs team,check,points,by,reason")
        withdrawn = row["points"].strip() == WITHDRAW
        try:
            points = Decimal(0) if withdrawn else Decimal(row["points"])
        except InvalidOperation:
            raise GraderError(f"{path}:{number}: not a number: {row['points']!r}") from None
        if not points.is_finite():
            raise GraderError(f"{path}:{number}: not a number of points: {row['points']!r}")
        given = (row["team"].strip(), row["check"].strip(), points, row["by"], row["reason"])
        marks.append(Mark(*given, withdrawn=withdrawn))
    return marks


def _counts(marks: Sequence[Mark]) -> Mapping[tuple[str, str], int]:
    return Counter((mark.team, mark.check) for mark in marks)


def _limits(check: Check, points: Decimal) -> tuple[Decimal, Decimal]:
    """The least and the most that a person may give for a check."""
    if check.points is not None:
        return Decimal(0), check.points
    return -points if getattr(check, "late", ()) else check.worth, Decimal(0)


def check_marks(marks: Sequence[Mark], rubric: Rubric, teams: Sequence[str]) -> None:
    """Make sure that every mark is for one team and one check of this batch, within the check's points.

    Raises:
        GraderError: with every mark that is not, a line each.
    """
    checks = {check.id: check for _, check in rubric.checks()}
    wrong = [
        f"{team}: several lines for {check}; keep one" for (team, check), count in _counts(marks).items() if count > 1
    ]
    for mark in marks:
        limits = _limits(checks[mark.check], rubric.points) if mark.check in checks else None
        if teams.count(mark.team) != 1:
            wrong.append(f"{mark.team}: {teams.count(mark.team)} hand-ins have this team name; one is expected")
        elif mark.check not in checks:
            wrong.append(f"{mark.team}: the rubric has no check {mark.check}; known: {', '.join(checks)}")
        elif limits is not None and not limits[0] <= mark.points <= limits[1]:
            least, most = limits
            wrong.append(f"{mark.team}: {mark.points} points for {mark.check}, which is worth {least} to {most}")
    if wrong:
        raise GraderError("marks that cannot be used:\n" + "\n".join(wrong))

"""Read and validate a tutor's overrides from CSV."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from grader.checks.base import Check
from grader.errors import GraderError
from grader.model import Mark
from grader.rubric.schema import Rubric

WITHDRAW = "withdraw"


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

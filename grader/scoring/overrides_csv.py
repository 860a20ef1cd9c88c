"""Read and validate a tutor's overrides from CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from grader.checks.base import Check
from grader.errors import GraderError
from grader.lists.table import number, read_table
from grader.model import Override
from grader.rubric.schema import Rubric

WITHDRAWN = "withdraw"
COLUMNS = ("team", "check", "points", "by", "reason")


def read_overrides(path: Path) -> list[Override]:
    """Read overrides from `team,check,points,by,reason`; the points `withdraw` take back an earlier override.

    Raises:
        GraderError: a column or a value is missing, or points are no number.
    """
    overrides = []
    for row in read_table(path, COLUMNS):
        if lacking := [name for name in COLUMNS if not row[name]]:
            raise GraderError(f"{row.place}: no {', '.join(lacking)}; an override needs {','.join(COLUMNS)}")
        withdrawn = row["points"] == WITHDRAWN
        points = Decimal(0) if withdrawn else number(row["points"])
        if points is None:
            raise GraderError(f"{row.place}: not a number of points: {row['points']!r}")
        given = (row["team"], row["check"], points, row["by"], row["reason"])
        overrides.append(Override(*given, withdrawn=withdrawn))
    return overrides


def _counts(overrides: Sequence[Override]) -> Mapping[tuple[str, str], int]:
    return Counter((override.team, override.check) for override in overrides)


def _limits(check: Check, points: Decimal) -> tuple[Decimal, Decimal]:
    """Return the least and the most points that a tutor may give for a check."""
    if check.points is not None:
        return Decimal(0), check.points
    return -points if check.takes_share_of_whole else -(check.deducts or Decimal(0)), Decimal(0)


def validate_overrides(overrides: Sequence[Override], rubric: Rubric, teams: Sequence[str]) -> None:
    """Make sure that every override is for one team and one check of this batch, within the check's points.

    Raises:
        GraderError: with a line for each override that cannot be used.
    """
    checks = {check.id: check for _, check in rubric.checks()}
    wrong = [
        f"{team}: several lines for {check}; keep one"
        for (team, check), count in _counts(overrides).items()
        if count > 1
    ]
    for override in overrides:
        limits = _limits(checks[override.check], rubric.points) if override.check in checks else None
        if teams.count(override.team) != 1:
            wrong.append(
                f"{override.team}: {teams.count(override.team)} submissions have this team name; one is expected"
            )
        elif override.check not in checks:
            wrong.append(f"{override.team}: the rubric has no check {override.check}; known: {', '.join(checks)}")
        elif limits is not None and not limits[0] <= override.points <= limits[1]:
            least, most = limits
            wrong.append(
                f"{override.team}: {override.points} points for {override.check}, which allows {least} to {most}"
            )
    if wrong:
        raise GraderError("overrides that cannot be used:\n" + "\n".join(wrong))

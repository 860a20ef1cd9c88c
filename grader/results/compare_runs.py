"""Compare two runs over the same submissions: the changed points of each team, check by check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.model import Report, ScoredCheck
from grader.model.message import Text


@dataclass(frozen=True)
class Change:
    """One check of one team: points before and after, None while it is unresolved or if the run does not have it."""

    team: str
    check: str
    title: Text
    before: Decimal | None
    after: Decimal | None
    why: Text


def changes(old: Sequence[Report], new: Sequence[Report]) -> list[Change]:
    """Return the changes, team by team; submissions are matched by content, or by team if their content differs."""
    known = {report.digest: report for report in old} | {report.team: report for report in old}
    found = []
    for report in sorted(new, key=lambda one: (one.team, one.digest)):
        before = known.get(report.digest) or known.get(report.team)
        was, now = _checks(before) if before is not None else {}, _checks(report)
        for name in dict.fromkeys((*was, *now)):
            one, other = was.get(name), now.get(name)
            if (one.earned if one else None) != (other.earned if other else None):
                shown = other or one
                assert shown is not None
                why = shown.finding.message if other else "the rubric no longer has this check"
                earned = (one.earned if one else None, other.earned if other else None)
                found.append(Change(report.team, name, shown.finding.title, *earned, why))
    return found


def _checks(report: Report) -> Mapping[str, ScoredCheck]:
    return {scored.finding.check: scored for question in report.grade.questions for scored in question.checks}


def missing(old: Sequence[Report], new: Sequence[Report]) -> list[str]:
    """Return the teams of the first run that the second does not have."""
    here = {report.digest for report in new} | {report.team for report in new}
    return sorted(report.team for report in old if report.digest not in here and report.team not in here)

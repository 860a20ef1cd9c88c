"""How a class did: medians of the totals and of each question, for reports of courses that want them."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from grader.model.summary import SubmissionSummary

MIN_TEAMS = 10  # of fewer, a median says too much about single teams


@dataclass(frozen=True)
class Medians:
    """The medians over the teams that are fully graded."""

    teams: int
    total: Decimal
    questions: Mapping[str, Decimal]


def medians_of(rows: Iterable[SubmissionSummary]) -> Medians | None:
    """Return the medians of a class, or None while fewer than `MIN_TEAMS` teams are fully graded."""
    totals: list[Decimal] = []
    earned: dict[str, list[Decimal]] = defaultdict(list)
    for row in rows:
        if row.total is None:
            continue
        totals.append(row.total)
        for question in row.questions:
            if question.earned is not None:
                earned[question.id].append(question.earned)
    if len(totals) < MIN_TEAMS:
        return None
    return Medians(
        len(totals), statistics.median(totals), {name: statistics.median(found) for name, found in earned.items()}
    )

"""An overview of the course: progress, totals, difficult questions, and the checks that fail most."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.desk.manual_grading import GradingDesk
from grader.model.message import Text
from grader.results.questions import FailedCheck, QuestionPoints

MIN = 10  # submissions below which a correlation has no meaning
MAX_CHECKS = 10
MAX_NOTICES = 200
STEPS = 10


@dataclass(frozen=True)
class Difficulty:
    """A question: the number of submissions graded in it, their mean share of its points, and its discrimination.

    `discrimination` is the correlation of its points with those of all other questions; None if too few are graded or
    if all have the same.
    """

    id: str
    title: Text
    certain: int
    mean: float | None
    discrimination: float | None


@dataclass(frozen=True)
class Failing:
    """A failing check with its count and its most common message."""

    question: str
    title: Text
    count: int
    message: Text
    with_it: int
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ClassOverview:
    """All figures of the page."""

    count: int
    complete: int
    bars: tuple[tuple[str, int], ...]
    questions: tuple[Difficulty, ...]
    failing: tuple[Failing, ...]
    notices: tuple[tuple[str, str, Text], ...]
    similar: bool


def class_overview(desk: GradingDesk) -> ClassOverview:
    """Return the present figures of the batch."""
    with desk.records.reading() as tables:
        rows = tables.submissions.without_checks(desk.batch)
        questions, failed = tables.questions.points(desk.batch), tables.questions.failed(desk.batch)
    totals = [(row.total, row.points) for row in rows if row.total is not None]
    notices = [(row.name, row.team, notice) for row in rows for notice in row.notices][:MAX_NOTICES]
    return ClassOverview(
        len(rows), len(totals), _bars(totals), _difficulties(questions), _failing(failed), tuple(notices),
        (desk.folder / "similarity.html").exists(),
    )  # fmt: skip


def _bars(totals: Sequence[tuple[Decimal, Decimal]]) -> tuple[tuple[str, int], ...]:
    """Return the number of totals in each tenth of the points."""
    counts = [0] * STEPS
    for total, points in totals:
        share = total / points if points else Decimal(0)
        counts[min(STEPS - 1, max(0, int(share * STEPS)))] += 1
    return tuple((f"{10 * n}–{10 * n + 10}", count) for n, count in enumerate(counts))


def _difficulties(rows: Sequence[QuestionPoints]) -> tuple[Difficulty, ...]:
    titles: dict[str, Text] = {}
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    earned: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        if not row.points:  # the part of the submission as a whole
            continue
        titles[row.question] = row.title
        if row.earned is not None:
            earned[row.submission][row.question] = float(row.earned)
            shares[row.question][row.submission] = float(row.earned / row.points)
    found = []
    for question, title in titles.items():
        known = shares[question]
        mean = statistics.fmean(known.values()) if known else None
        whole = [name for name in known if len(earned[name]) == len(titles)]
        own = [known[name] for name in whole]
        rest = [sum(earned[name].values()) - earned[name][question] for name in whole]
        found.append(Difficulty(question, title, len(known), mean, correlation(own, rest)))
    return tuple(found)


def correlation(own: Sequence[float], rest: Sequence[float]) -> float | None:
    """Return Pearson's correlation, or None if there are too few values or all are the same."""
    if len(own) < MIN or len(set(own)) == 1 or len(set(rest)) == 1:
        return None
    return statistics.correlation(own, rest)


def _failing(rows: Sequence[FailedCheck]) -> tuple[Failing, ...]:
    found: dict[tuple[str, str, Text], list[FailedCheck]] = defaultdict(list)
    for row in rows:
        found[(row.question, row.check, row.title)].append(row)
    most = sorted(found.items(), key=lambda one: (-len(one[1]), *map(str, one[0])))[:MAX_CHECKS]
    result = []
    for (question, _, title), failed in most:
        message, with_it = Counter(one.message for one in failed).most_common(1)[0]
        names = tuple((one.submission, one.team) for one in failed[:50])
        result.append(Failing(question, title, len(failed), message, with_it, names))
    return tuple(result)

"""What the index says about a batch: each submission by question, each question over the class, and what to do next."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.model import Override, Status
from grader.model.message import Message, Text, say, say_number
from grader.model.summary import QuestionSummary, SubmissionSummary, shared_causes

Flagged = Sequence[tuple[Override, Text]]  # overrides to review again, with the reason
MAX_CHECKS = 15
SHADES = 4


@dataclass(frozen=True)
class QuestionCell:
    """The points of a submission in a question; `shade` is their share in steps from 0 to 4, None while it is open."""

    earned: Decimal | None
    certain: Decimal
    shade: int | None


@dataclass(frozen=True)
class IndexRow:
    """One submission: a cell for each question, the states it can be filtered by, and the checks that it failed."""

    row: SubmissionSummary
    cells: tuple[QuestionCell | None, ...]
    states: tuple[str, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True)
class QuestionFigures:
    """A question over the class: how many are graded in it, and mean and median of these; None without any."""

    id: str
    title: Text
    points: Decimal
    bonus: bool
    graded: int
    open: int
    mean: float | None
    median: Decimal | None


@dataclass(frozen=True)
class FailedByTeams:
    """A check that teams failed, with the most common message and the teams as report name and team."""

    check: str
    title: Text
    message: Text
    teams: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ClassIndex:
    """All that the index shows of a batch."""

    rows: tuple[IndexRow, ...]
    questions: tuple[QuestionFigures, ...]
    failures: tuple[FailedByTeams, ...]
    distribution: tuple[tuple[str, int], ...]  # of final totals, by tenths of the points
    final: int  # submissions that are fully graded
    next_steps: tuple[Message, ...]


def class_index(rows: Sequence[SubmissionSummary], flagged: Flagged = ()) -> ClassIndex:
    """Return the index of a batch."""
    firsts = {q.id: q for row in rows for q in row.questions if q.points}
    questions = tuple(_figures(first, rows) for first in firsts.values())
    doubtful = {override.team for override, _ in flagged}
    totals = [row for row in rows if row.total is not None]
    return ClassIndex(
        tuple(_row(row, firsts, doubtful) for row in rows), questions, tuple(_failures(rows)),
        _distribution(totals), len(totals), tuple(_next_steps(rows, questions, flagged)),
    )  # fmt: skip


def _row(row: SubmissionSummary, firsts: Mapping[str, QuestionSummary], doubtful: set[str]) -> IndexRow:
    own = {question.id: question for question in row.questions}
    states = {
        "open": row.total is None,
        "failed": row.failed > 0,
        "late": any(check.late and check.status is Status.failed for check in row.checks),
        "flagged": row.team in doubtful,
        "notes": bool(row.notices),
    }
    failed = tuple(check.check for check in row.checks if check.status is Status.failed)
    cells = tuple(_cell(own[name]) if name in own else None for name in firsts)
    return IndexRow(row, cells, tuple(name for name, holds in states.items() if holds), failed)


def _cell(question: QuestionSummary) -> QuestionCell:
    if question.earned is None:
        return QuestionCell(None, question.certain, None)
    share = min(Decimal(1), max(Decimal(0), question.earned / question.points))
    return QuestionCell(question.earned, question.certain, int(share * SHADES))


def _figures(first: QuestionSummary, rows: Sequence[SubmissionSummary]) -> QuestionFigures:
    own = [question for row in rows for question in row.questions if question.id == first.id]
    earned = [question.earned for question in own if question.earned is not None]
    mean = float(statistics.mean(earned)) if earned else None
    median = statistics.median(earned) if earned else None
    return QuestionFigures(
        first.id, first.title, first.points, first.bonus, len(earned), len(own) - len(earned), mean, median
    )


def _failures(rows: Sequence[SubmissionSummary]) -> Iterator[FailedByTeams]:
    """Yield the checks that failed most often."""
    found: dict[tuple[str, Text], list[tuple[SubmissionSummary, Text]]] = defaultdict(list)
    for row in rows:
        for check in row.checks:
            if check.status is Status.failed:
                found[(check.check, check.title)].append((row, check.message))
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0][0], str(item[0][1])))
    for (name, title), failed in ranked[:MAX_CHECKS]:
        message = Counter(message for _, message in failed).most_common(1)[0][0]
        yield FailedByTeams(name, title, message, tuple((row.name, row.team) for row, _ in failed))


def _distribution(rows: Sequence[SubmissionSummary]) -> tuple[tuple[str, int], ...]:
    counts = [0] * 10
    for row in rows:
        if row.points and row.total is not None:
            counts[int(min(Decimal("0.999"), max(Decimal(0), row.total / row.points)) * 10)] += 1
    return tuple((f"{10 * n}–{10 * n + 10}", count) for n, count in enumerate(counts)) if rows else ()


def _next_steps(
    rows: Sequence[SubmissionSummary], questions: Sequence[QuestionFigures], flagged: Flagged
) -> Iterator[Message]:
    """Yield what is left to do for a tutor, the most urgent first."""
    errors = sum(any(check.status is Status.error and check.waits for check in row.checks) for row in rows)
    if errors:
        yield say_number(
            "The grader failed on {n} submission; open it at the desk and run it again.",
            "The grader failed on {n} submissions; open them at the desk and run them again.",
            errors,
        )
    if flagged:
        yield say_number(
            "{n} manual grade is for an earlier version of its submission or check; look at it below.",
            "{n} manual grades are for earlier versions of their submissions or checks; look at them below.",
            len(flagged),
        )
    shared = [cause for cause in shared_causes(rows) if len(cause.names) > 1]
    if shared:
        yield say_number(
            "{n} cause keeps several submissions open; one decision settles it, at the desk under Causes.",
            "{n} causes keep several submissions open; one decision settles each, at the desk under Causes.",
            len(shared),
        )
    left = sorted((one for one in questions if one.open), key=lambda one: -one.open)
    if left:
        yield say_number(
            "{n} question has submissions to grade: {count} in '{title}'.",
            "{n} questions have submissions to grade; '{title}' has the most, {count}.",
            len(left), count=left[0].open, title=left[0].title,
        )  # fmt: skip
    if rows and all(row.total is not None for row in rows):
        yield say("Everything is graded; publish the reports at the desk.")

"""Rows for the tests of single tables: a database in memory, and submissions with one question and its checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal

from grader.model import Override, Status, Text
from grader.model.summary import CheckSummary, QuestionSummary, SubmissionSummary
from grader.results.connection import Connection
from grader.results.migrate import migrate
from grader.results.tables import Tables

TIME = "2026-01-01T00:00:00+00:00"
LATER = "2999-01-01T00:00:00+00:00"


@contextmanager
def empty_connection() -> Iterator[Connection]:
    """Give a database in memory with the present tables."""
    with closing(Connection(None)) as connection:
        migrate(connection, None)
        yield connection


@contextmanager
def empty_tables() -> Iterator[Tables]:
    """Give the present tables, all empty."""
    with empty_connection() as connection:
        yield Tables(connection)


def check(
    name: str,
    question: str = "q",
    status: Status = Status.passed,
    earned: str | None = "1",
    effect: str = "1",
    message: Text = "m",
    override: Override | None = None,
) -> CheckSummary:
    """Return one check of a submission."""
    points = None if earned is None else Decimal(earned)
    return CheckSummary(name, question, "manual", name.title(), status, message, Decimal(effect), points, "", override)


def question(name: str = "q", earned: str | None = "1", points: str = "2", title: Text = "Q") -> QuestionSummary:
    """Return one question of a submission."""
    return QuestionSummary(
        name, title, Decimal(points), False, None if earned is None else Decimal(earned), Decimal(earned or 0)
    )


def submission(
    team: str,
    *checks: CheckSummary,
    questions: tuple[QuestionSummary, ...] = (),
    digest: str = "d",
    total: str | None = "1",
) -> SubmissionSummary:
    """Return one submission, named after its team and digest."""
    points = None if total is None else Decimal(total)
    return SubmissionSummary(
        f"{team}-{digest}", team, f"{team}.zip", digest, (), Decimal(2), points or Decimal(0), points, (), (),
        questions, checks,
    )  # fmt: skip


def override(team: str, check: str = "c", points: str = "1", by: str = "Tutor", digest: str = "d") -> Override:
    """Return an override of one check of one team's submission."""
    return Override(team, check, Decimal(points), by, "why", digest=digest)

"""The tables of submissions: findings, points, and the history of every total.

A batch is one run of `grader grade`. Rows are a cache of reports and overrides (`current_reports.py`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from grader.model import Override, Status
from grader.model.people import KnownPerson
from grader.model.summary import CheckSummary, QuestionSummary, SubmissionSummary
from grader.results.columns import (
    now,
    points_from_column,
    points_to_column,
    text_from_column,
    text_to_column,
    texts_from_column,
    texts_to_column,
)
from grader.results.connection import Connection
from grader.results.effort import Effort
from grader.text import storable


@dataclass(frozen=True)
class Total:
    """One entry of a submission's history."""

    submission: str
    certain: Decimal
    total: Decimal | None
    points: Decimal
    why: str
    time: str


class SubmissionsTable:
    """Submissions with their questions, findings and totals."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(
        self, row: SubmissionSummary, batch: int | None = None, effort: Effort | None = None, why: str = "graded"
    ) -> None:
        """Write a submission with all of its findings; without `batch` it stays in its present batch.

        `why` is saved in the history of its total if that changes.
        """
        self._put_submission(row, batch, effort)
        self._put_parts(row)
        self._put_total(row, why)

    def _put_submission(self, row: SubmissionSummary, batch: int | None, effort: Effort | None) -> None:
        query = "SELECT batch, evidence, run_seconds, memory_bytes, seconds FROM submissions WHERE name = ?"
        values = _merged(batch, effort, self._connection.row(query, (row.name,)))
        columns = (
            "batch, evidence, run_seconds, memory_bytes, seconds, name, team, source, digest, people, notices, points,"
            " certain, total, unresolved, time"
        )
        values = (
            *values, row.name, storable(row.team), storable(row.source), row.digest, json.dumps(row.people),
            texts_to_column(row.notices), str(row.points), str(row.certain), points_to_column(row.total),
            json.dumps(row.unresolved), now(),
        )  # fmt: skip
        places = ",".join("?" * len(values))
        self._connection.execute(f"INSERT OR REPLACE INTO submissions ({columns}) VALUES ({places})", values)  # noqa: S608 - constant names

    def _put_parts(self, row: SubmissionSummary) -> None:
        self._connection.execute("DELETE FROM questions WHERE submission = ?", (row.name,))
        self._connection.execute("DELETE FROM findings WHERE submission = ?", (row.name,))
        self._connection.execute_many(
            "INSERT INTO questions (submission, position, id, title, points, bonus, earned, certain)"
            " VALUES (?,?,?,?,?,?,?,?)",
            [(row.name, position, *_question_columns(question)) for position, question in enumerate(row.questions)],
        )
        self._connection.execute_many(
            "INSERT INTO findings (submission, position, check_id, question, kind, title, status, message, max_effect,"
            " earned, answers, override_team, override_points, override_by, override_reason, late, why)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            [(row.name, position, *_check_columns(check)) for position, check in enumerate(row.checks)],
        )

    def _put_total(self, row: SubmissionSummary, why: str) -> None:
        """Add the total to the history if it changed."""
        query = "SELECT certain, total, points FROM totals WHERE submission = ? ORDER BY id DESC LIMIT 1"
        present = (str(row.certain), points_to_column(row.total), str(row.points))
        if self._connection.row(query, (row.name,)) != present:
            statement = "INSERT INTO totals (submission, certain, total, points, why, time) VALUES (?,?,?,?,?,?)"
            self._connection.execute(statement, (row.name, *present, why, now()))

    def drop(self, name: str) -> None:
        """Remove a submission from its batch; its findings and its history stay."""
        self._connection.execute("UPDATE submissions SET batch = 0 WHERE name = ?", (name,))

    def names(self, batch: int) -> list[str]:
        """Return the names of a batch's submissions, by team."""
        return list(self.teams(batch))

    def teams(self, batch: int) -> dict[str, str]:
        """Return the team of each submission of a batch by its name, sorted by team."""
        query = "SELECT name, team FROM submissions WHERE batch = ? ORDER BY team, digest, name"
        return dict(self._connection.rows(query, (batch,)))

    def replaced(self, batch: int) -> list[str]:
        """Return the names of earlier submissions of teams that have another one in a batch."""
        query = (
            "SELECT name FROM submissions WHERE batch != ? AND team IN (SELECT team FROM submissions WHERE batch = ?)"
            " ORDER BY name"
        )
        return [name for (name,) in self._connection.rows(query, (batch, batch))]

    def searched(self, batch: int) -> list[tuple[str, str, str]]:
        """Return the name, the team and the members, as JSON, of each submission of a batch, by team."""
        query = "SELECT name, team, people FROM submissions WHERE batch = ? ORDER BY team, digest, name"
        return [(name, team, people) for name, team, people in self._connection.rows(query, (batch,))]

    def has(self, name: str) -> bool:
        """Return whether any batch had a submission of this name."""
        return self._connection.row("SELECT 1 FROM submissions WHERE name = ?", (name,)) is not None

    def is_in(self, name: str, batch: int) -> bool:
        """Return whether a batch has a submission of this name."""
        query = "SELECT 1 FROM submissions WHERE name = ? AND batch = ?"
        return self._connection.row(query, (name, batch)) is not None

    def named(self, team: str, digest: str, batch: int) -> str | None:
        """Return the name of a team's submission in a batch, or None."""
        query = "SELECT name FROM submissions WHERE batch = ? AND team = ? AND digest = ?"
        row = self._connection.row(query, (batch, team, digest))
        return None if row is None else str(row[0])

    def digests(self, batch: int) -> dict[str, set[str]]:
        """Return the digests of each team's submissions in a batch."""
        found: dict[str, set[str]] = {}
        for team, digest in self._connection.rows("SELECT team, digest FROM submissions WHERE batch = ?", (batch,)):
            found.setdefault(team, set()).add(digest)
        return found

    def of_batch(self, batch: int) -> list[SubmissionSummary]:
        """Return the submissions of a batch, by team."""
        return self._summaries("s.batch = ?", batch)

    def with_causes(self, batch: int) -> list[SubmissionSummary]:
        """Return the submissions of a batch, by team, each with only those checks that need review for a cause."""
        return self._summaries("s.batch = ?", batch, """f.earned IS NULL AND f.why <> '""'""")

    def without_checks(self, batch: int) -> list[SubmissionSummary]:
        """Return the submissions of a batch, by team, without their checks."""
        return self._summaries("s.batch = ?", batch, "0")

    def summary(self, name: str) -> SubmissionSummary | None:
        """Return one submission, or None if there is none of this name."""
        return next(iter(self._summaries("s.name = ?", name)), None)

    def _summaries(self, condition: str, value: str | int, of_checks: str = "1") -> list[SubmissionSummary]:
        """Return the submissions that meet a condition, with some checks, in three queries for any number of them."""
        query = f"""
            SELECT s.name, s.team, s.source, s.digest, s.people, s.points, s.certain, s.total, s.unresolved, s.notices
            FROM submissions s WHERE {condition} ORDER BY s.team, s.digest, s.name
        """  # noqa: S608 - a constant
        questions, checks = self._questions(condition, value), self._checks(condition, value, of_checks)
        return [
            SubmissionSummary(
                name, team, source, digest, tuple(KnownPerson(*member) for member in json.loads(people)),
                Decimal(points), Decimal(certain), points_from_column(total), tuple(json.loads(unresolved)),
                texts_from_column(notices), tuple(questions[name]), tuple(checks[name]),
            )
            for name, team, source, digest, people, points, certain, total, unresolved, notices
            in self._connection.rows(query, (value,))
        ]  # fmt: skip

    def _questions(self, condition: str, value: str | int) -> Mapping[str, list[QuestionSummary]]:
        query = f"""
            SELECT s.name, q.id, q.title, q.points, q.bonus, q.earned, q.certain
            FROM questions q JOIN submissions s ON s.name = q.submission WHERE {condition} ORDER BY s.name, q.position
        """  # noqa: S608 - a constant
        found: dict[str, list[QuestionSummary]] = defaultdict(list)
        for name, question, title, points, bonus, earned, certain in self._connection.rows(query, (value,)):
            summary = QuestionSummary(
                question,
                text_from_column(title),
                Decimal(points),
                bool(bonus),
                points_from_column(earned),
                Decimal(certain),
            )
            found[name].append(summary)
        return found

    def _checks(self, condition: str, value: str | int, of_checks: str) -> Mapping[str, list[CheckSummary]]:
        query = f"""
            SELECT s.name, f.check_id, f.question, f.kind, f.title, f.status, f.message, f.max_effect, f.earned,
                   f.answers, f.override_team, f.override_points, f.override_by, f.override_reason, f.late, f.why
            FROM findings f JOIN submissions s ON s.name = f.submission WHERE {condition} AND {of_checks}
            ORDER BY s.name, f.position
        """  # noqa: S608 - a constant
        found: dict[str, list[CheckSummary]] = defaultdict(list)
        for name, *values in self._connection.rows(query, (value,)):
            found[name].append(_check(values))
        return found

    def seconds(self, batch: int) -> list[tuple[str, str]]:
        """Return the times of each submission's cells, as name and JSON."""
        rows = self._connection.rows("SELECT name, seconds FROM submissions WHERE batch = ? ORDER BY name", (batch,))
        return [(name, seconds) for name, seconds in rows]

    def past(self) -> dict[str, tuple[float, int]]:
        """Return seconds and peak bytes of earlier runs, by the name of the submission's file."""
        query = "SELECT source, run_seconds, memory_bytes FROM submissions WHERE run_seconds > 0 ORDER BY time"
        return {source: (seconds, memory) for source, seconds, memory in self._connection.rows(query)}

    def history(self, name: str) -> list[Total]:
        """Return every total that a submission had, the oldest first."""
        query = "SELECT submission, certain, total, points, why, time FROM totals WHERE submission = ? ORDER BY id"
        return [
            Total(r[0], Decimal(r[1]), points_from_column(r[2]), Decimal(r[3]), r[4], r[5])
            for r in self._connection.rows(query, (name,))
        ]


def as_stored(row: SubmissionSummary) -> SubmissionSummary:
    """Return a summary as the tables return it, for a comparison with their rows."""

    def check(summary: CheckSummary) -> CheckSummary:
        given = summary.override
        override = given and Override(given.team, summary.check, given.points, given.by, given.reason)
        message = text_from_column(text_to_column(summary.message))
        title, why = (text_from_column(text_to_column(text)) for text in (summary.title, summary.why))
        group = storable(summary.group)
        return replace(summary, title=title, message=message, group=group, override=override, why=why)

    checks = tuple(check(summary) for summary in row.checks)
    notices = tuple(text_from_column(text_to_column(notice)) for notice in row.notices)
    return replace(row, notices=notices, team=storable(row.team), source=storable(row.source), checks=checks)


def _merged(batch: int | None, effort: Effort | None, known: Sequence[Any] | None) -> tuple[Any, ...]:
    """Return batch, evidence and times to write; values that are not given, or times without a run, stay unchanged."""
    before = tuple(known) if known else (0, "", 0.0, 0, "{}")
    number = before[0] if batch is None else batch
    if effort is None:
        return (number, *before[1:])
    seconds = json.dumps(effort.seconds or {}, sort_keys=True)
    if effort.run_seconds <= 0 and known:
        return number, effort.evidence, before[2], before[3], seconds
    return number, effort.evidence, effort.run_seconds, effort.memory_bytes, seconds


def _check(v: Sequence[Any]) -> CheckSummary:
    override = None if v[9] is None else Override(v[9], v[0], Decimal(v[10]), v[11], v[12])
    message, earned = text_from_column(v[5]), points_from_column(v[7])
    return CheckSummary(
        v[0],
        v[1],
        v[2],
        text_from_column(v[3]),
        Status(v[4]),
        message,
        Decimal(v[6]),
        earned,
        v[8],
        override,
        bool(v[13]),
        text_from_column(v[14]),
    )


def _override_columns(override: Override | None) -> tuple[str | None, ...]:
    return (None,) * 4 if override is None else (override.team, str(override.points), override.by, override.reason)


def _question_columns(question: QuestionSummary) -> tuple[str | bool | None, ...]:
    earned = points_to_column(question.earned)
    title = text_to_column(question.title)
    return question.id, title, str(question.points), question.bonus, earned, str(question.certain)


def _check_columns(check: CheckSummary) -> tuple[str | bool | None, ...]:
    texts = (text_to_column(check.title), str(check.status), text_to_column(check.message))
    points = (str(check.max_effect), points_to_column(check.earned))
    return (
        check.check,
        check.question,
        check.kind,
        *texts,
        *points,
        storable(check.group),
        *_override_columns(check.override),
        check.late,
        text_to_column(check.why),
    )

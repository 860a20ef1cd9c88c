"""What the machine found, in the results database: submissions, findings, points, and the history of every total.

One process writes at a time; anybody may read. A batch is one run of `grader grade`: the overview shows the last one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grader.model import Override, Status
from grader.model.summary import CheckSummary, QuestionSummary, SubmissionSummary
from grader.results.database import now
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


def _names(connection: sqlite3.Connection, batch: int) -> list[str]:
    query = "SELECT name FROM hand_ins WHERE batch = ? ORDER BY team, digest, name"
    return [name for (name,) in connection.execute(query, (batch,))]


def _merged(batch: int | None, effort: Effort | None, known: Sequence[Any] | None) -> tuple[Any, ...]:
    """Batch, evidence and times to write: what is not said, or took no time as nothing was run, stays as it was."""
    before = tuple(known) if known else (0, "", 0.0, 0, "{}")
    number = before[0] if batch is None else batch
    if effort is None:
        return (number, *before[1:])
    seconds = json.dumps(effort.seconds or {}, sort_keys=True)
    if effort.run_seconds <= 0 and known:
        return number, effort.evidence, before[2], before[3], seconds
    return number, effort.evidence, effort.run_seconds, effort.memory_bytes, seconds


def _put_submission(connection: sqlite3.Connection, row: SubmissionSummary, rest: tuple[Any, ...]) -> None:
    batch, evidence, run_seconds, memory, seconds = rest
    values = (
        row.name, batch, storable(row.team), storable(row.source), row.digest, evidence, json.dumps(row.people),
        json.dumps([str(one) for one in row.notices]), str(row.points), str(row.certain), _text(row.total),
        json.dumps(row.unresolved),
        run_seconds, memory, seconds, now(),
    )  # fmt: skip
    marks = ",".join("?" * len(values))
    connection.execute(f"INSERT OR REPLACE INTO hand_ins VALUES ({marks})", values)  # noqa: S608 - question marks


def _put_parts(connection: sqlite3.Connection, row: SubmissionSummary) -> None:
    connection.execute("DELETE FROM questions WHERE hand_in = ?", (row.name,))
    connection.execute("DELETE FROM findings WHERE hand_in = ?", (row.name,))
    connection.executemany(
        "INSERT INTO questions VALUES (?,?,?,?,?,?,?,?)",
        [(row.name, n, q.id, str(q.title), str(q.points), q.bonus, _text(q.earned), str(q.certain))
         for n, q in enumerate(row.questions)],
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO findings VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [(row.name, n, c.check, c.question, c.kind, str(c.title), str(c.status), storable(str(c.message)),
          str(c.max_effect),
          _text(c.earned), storable(c.group), *(_override_columns(c.override))) for n, c in enumerate(row.checks)],
    )  # fmt: skip


def _bind(connection: sqlite3.Connection, override: Override, digest: str) -> None:
    """Say for which submission a mark was given; where it was another one before, that stays as history."""
    columns = "team, check_id, points, by, reason, asked"
    query = "SELECT id, digest FROM marks WHERE team = ? AND check_id = ? AND undone = 0 ORDER BY id DESC LIMIT 1"
    found = connection.execute(query, (override.team, override.check)).fetchone()
    if found is None or found[1] == digest:
        return
    if not found[1]:
        connection.execute("UPDATE marks SET digest = ? WHERE id = ?", (digest, found[0]))
        return
    copy = f"INSERT INTO marks ({columns}, digest, time) SELECT {columns}, ?, ? FROM marks WHERE id = ?"  # noqa: S608
    connection.execute(copy, (digest, now(), found[0]))


def _put_total(connection: sqlite3.Connection, row: SubmissionSummary, why: str) -> None:
    """Add to the history where something changed."""
    query = "SELECT decided, total, points FROM totals WHERE hand_in = ? ORDER BY id DESC LIMIT 1"
    now_ = (str(row.certain), _text(row.total), str(row.points))
    if connection.execute(query, (row.name,)).fetchone() != now_:
        values = (row.name, *now_, why, now())
        connection.execute(
            "INSERT INTO totals (hand_in, decided, total, points, why, time) VALUES (?,?,?,?,?,?)", values
        )


def _row(connection: sqlite3.Connection, name: str) -> SubmissionSummary | None:
    query = "SELECT team, source, digest, people, points, decided, total, open, notices FROM hand_ins WHERE name = ?"
    found = connection.execute(query, (name,)).fetchone()
    if found is None:
        return None
    team, source, digest, people, points, decided, total, still_open, notices = found
    query = "SELECT id, title, points, bonus, earned, decided FROM questions WHERE hand_in = ? ORDER BY position"
    questions = [
        QuestionSummary(q[0], q[1], Decimal(q[2]), bool(q[3]), _number(q[4]), Decimal(q[5]))
        for q in connection.execute(query, (name,))
    ]
    query = (
        "SELECT check_id, question, kind, title, status, message, worth, earned, answers, mark_team, mark_points,"
        " mark_by, mark_reason FROM findings WHERE hand_in = ? ORDER BY position"
    )
    checks = [_check(values) for values in connection.execute(query, (name,))]
    members = tuple((p[0], p[1], p[2]) for p in json.loads(people))
    return SubmissionSummary(
        name, team, source, digest, members, Decimal(points), Decimal(decided), _number(total),
        tuple(json.loads(still_open)), tuple(json.loads(notices)), tuple(questions), tuple(checks),
    )  # fmt: skip


def _check(v: Sequence[Any]) -> CheckSummary:
    override = None if v[9] is None else Override(v[9], v[0], Decimal(v[10]), v[11], v[12])
    return CheckSummary(v[0], v[1], v[2], v[3], Status(v[4]), v[5], Decimal(v[6]), _number(v[7]), v[8], override)


def _override_columns(override: Override | None) -> tuple[str | None, ...]:
    return (None,) * 4 if override is None else (override.team, str(override.points), override.by, override.reason)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

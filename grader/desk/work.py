"""What is left to do in an output folder, and what a tutor does: all of it in the store, so that nothing is lost.

A mark counts at once. Reports on disk are written when they are published.
"""

from __future__ import annotations

import hashlib
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

from grader.errors import GraderError
from grader.model import Mark, Report, ScoredCheck, ScoredQuestion
from grader.records import Records
from grader.rows import Row, row_of
from grader.score import decided, remarked
from grader.store import now
from grader.writing import report_of, write_store, write_team

CLAIMED = timedelta(minutes=10)  # for which a hand-in that one tutor looks at is not given to another
LONG = 600  # seconds between two marks that are a break, and not work


@dataclass(frozen=True)
class Waiting:
    """One question: how many hand-ins wait in it, how many a person has decided, and the minutes that are left."""

    id: str
    title: str
    open: int
    by_hand: int
    minutes: float | None


@dataclass(frozen=True)
class Item:
    """One hand-in at one question, as a tutor sees it."""

    name: str
    report: Report
    question: ScoredQuestion
    row: Row


@dataclass(frozen=True)
class Change:
    """A total that was published and is another one now."""

    team: str
    before: Decimal | None
    after: Decimal | None


class Desk:
    """The work on one output folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = Records(folder)
        self.batch, self.title, self.asked = self.records.last_batch()
        if not self.batch:
            raise GraderError(f"{folder}: nothing was marked here; give the folder that 'grader grade --out' wrote")

    def questions(self) -> list[Waiting]:
        """Return the questions of the batch, in the rubric's order, with what is left of each."""
        query = """
            SELECT f.question, max(q.title), min(q.position),
                   count(DISTINCT CASE WHEN f.earned IS NULL THEN f.hand_in END),
                   count(DISTINCT CASE WHEN f.mark_by IS NOT NULL THEN f.hand_in END)
            FROM findings f JOIN hand_ins h ON h.name = f.hand_in AND h.batch = ?
            JOIN questions q ON q.hand_in = f.hand_in AND q.id = f.question
            GROUP BY f.question ORDER BY 3
        """
        pace = self._pace()
        with self.records.open() as connection:
            found = connection.execute(query, (self.batch,)).fetchall()
        return [Waiting(q, title, n, hand, None if pace is None else n * pace / 60) for q, title, _, n, hand in found]

    def _pace(self) -> float | None:
        """The usual seconds from one mark to the next; None before there are some."""
        with self.records.open() as connection:
            times = [row[0] for row in connection.execute("SELECT DISTINCT time FROM marks ORDER BY id DESC LIMIT 50")]
        moments = [datetime.fromisoformat(text) for text in times]
        gaps = [(a - b).total_seconds() for a, b in pairwise(moments)]
        working = [gap for gap in gaps if 0 < gap < LONG]
        return statistics.median(working) if len(working) >= 3 else None

    def queue(self, question: str) -> list[str]:
        """The hand-ins that wait in a question or were decided by a person, in an order that favours no team."""
        query = """
            SELECT DISTINCT f.hand_in FROM findings f JOIN hand_ins h ON h.name = f.hand_in AND h.batch = ?
            WHERE f.question = ? AND (f.earned IS NULL OR f.mark_by IS NOT NULL)
        """
        with self.records.open() as connection:
            names = [row[0] for row in connection.execute(query, (self.batch, question))]
        return sorted(names, key=lambda name: hashlib.sha256(f"{question}\n{name}".encode()).digest())

    def open_in(self, question: str) -> set[str]:
        """The hand-ins that still wait in a question."""
        query = "SELECT DISTINCT hand_in FROM findings WHERE question = ? AND earned IS NULL"
        with self.records.open() as connection:
            return {row[0] for row in connection.execute(query, (question,))} & set(self.records.names(self.batch))

    def next(self, question: str, by: str, after: str = "") -> str | None:
        """Return the next hand-in that waits and nobody else looks at, and take it; `by` is a browser's session."""
        order, waiting = self.queue(question), self.open_in(question)
        begin = order.index(after) + 1 if after in order else 0
        with self.records.open(write=True) as connection:
            taken = dict(
                connection.execute(
                    "SELECT hand_in, by FROM claims WHERE question = ? AND until > ?", (question, now())
                ).fetchall()
            )
            for name in [*order[begin:], *order[:begin]]:
                if name in waiting and taken.get(name, by) == by:
                    until = (datetime.now(UTC) + CLAIMED).isoformat(timespec="seconds")
                    connection.execute("INSERT OR REPLACE INTO claims VALUES (?,?,?,?)", (question, name, by, until))
                    return name
        return None

    def item(self, question: str, name: str) -> Item:
        """Return a hand-in at a question, with all marks that count.

        Raises:
            GraderError: there is no such hand-in or question, or its report cannot be read.
        """
        report = self.report(name)
        for one in report.grade.questions:
            if one.id == question:
                return Item(name, report, one, row_of(report))
        raise GraderError(f"{name}: no question {question}")

    def report(self, name: str) -> Report:
        """Return a report with the marks and decisions that count now.

        Raises:
            GraderError: there is none, or it cannot be read.
        """
        if name not in self.records.names(self.batch):
            raise GraderError(f"no hand-in {name} in {self.folder}")
        report = report_of(self.folder, name)
        own = [mark for mark in self.records.marks() if mark.team == report.team and mark.digest == report.digest]
        findings = [scored.finding for q in report.grade.questions for scored in q.checks]
        worths = {scored.finding.check: scored.worth for q in report.grade.questions for scored in q.checks}
        marks = [*own, *decided(findings, self.records.decisions(), worths, own)]
        return replace(report, grade=remarked(report.grade, marks))

    def decide(self, question: str, name: str, given: Mapping[str, tuple[Decimal, str]], by: str) -> None:
        """Give points and a reason for checks of one hand-in; it is saved at once.

        Raises:
            GraderError: a check is not there, or the points are not within what it is worth.
        """
        item = self.item(question, name)
        known = {scored.finding.check: scored for scored in item.question.checks}
        for check, (points, _) in given.items():
            if check not in known:
                raise GraderError(f"no check {check} in {question}")
            check_points(points, known[check])
        marks = [
            Mark(item.report.team, check, points, by, reason or "decided by a person", digest=item.report.digest)
            for check, (points, reason) in given.items()
        ]
        self._write(name, marks, f"marked by {by}")

    def undo(self, by: str) -> str | None:
        """Take back what `by` gave last; what counted before counts again. Returns the hand-in, None where none is."""
        with self.records.open() as connection:
            last = connection.execute(
                "SELECT team, check_id, digest, id FROM marks WHERE by = ? AND undone = 0 ORDER BY id DESC LIMIT 1",
                (by,),
            ).fetchone()
        if last is None:
            return None
        with self.records.open(write=True) as connection:
            connection.execute("UPDATE marks SET undone = 1 WHERE id = ?", (last[3],))
            name = connection.execute(
                "SELECT name FROM hand_ins WHERE batch = ? AND team = ? AND digest = ?", (self.batch, last[0], last[2])
            ).fetchone()
        if name is None:
            return None
        self._write(str(name[0]), [], f"taken back by {by}")
        return str(name[0])

    def _write(self, name: str, marks: Sequence[Mark], why: str) -> None:
        self.records.mark(marks, self.asked)
        self.records.put(row_of(self.report(name)), None, why=why)

    def others(self, question: str) -> list[tuple[str, int]]:
        """How many hand-ins have which points in a question, as far as it is decided; the fewest points first."""
        query = """
            SELECT q.earned, count(*) FROM questions q JOIN hand_ins h ON h.name = q.hand_in AND h.batch = ?
            WHERE q.id = ? AND q.earned IS NOT NULL GROUP BY q.earned
        """
        with self.records.open() as connection:
            found = connection.execute(query, (self.batch, question)).fetchall()
        return sorted(((points, count) for points, count in found), key=lambda one: Decimal(one[0]))

    def changes(self) -> list[Change]:
        """Totals that were published and are others now."""
        query = """
            SELECT h.team, p.total, h.total FROM hand_ins h JOIN published p ON p.hand_in = h.name
            WHERE h.batch = ? AND p.total IS NOT h.total ORDER BY h.team
        """
        with self.records.open() as connection:
            found = connection.execute(query, (self.batch,)).fetchall()
        return [Change(team, _number(before), _number(after)) for team, before, after in found]

    def publish(self) -> int:
        """Write all reports and the overview as they stand now; return how many reports changed on disk.

        Raises:
            GraderError: the folder cannot be written.
        """
        changed = 0
        for name, report in self._reports():
            path = self.folder / "reports" / f"{name}.html"
            before = path.read_bytes() if path.exists() else b""
            write_team(report, self.folder)
            changed += path.read_bytes() != before
        write_store(self.folder, self.records)
        with self.records.open(write=True) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO published SELECT name, total, ? FROM hand_ins WHERE batch = ?",
                (now(), self.batch),
            )
        return changed

    def _reports(self) -> Iterator[tuple[str, Report]]:
        for name in self.records.names(self.batch):
            yield name, self.report(name)


def check_points(points: Decimal, scored: ScoredCheck) -> None:
    """Make sure that points are within what a check can give or take.

    Raises:
        GraderError: they are not.
    """
    low, high = min(scored.worth, Decimal(0)), max(scored.worth, Decimal(0))
    if not points.is_finite() or not low <= points <= high:
        raise GraderError(f"{points} points for {scored.finding.title}; it is from {low} to {high}")


def number(text: str) -> Decimal:
    """Read points as a tutor types them, with a point or a comma.

    Raises:
        GraderError: it is no number.
    """
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise GraderError(f"{text!r} is not a number of points") from None


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

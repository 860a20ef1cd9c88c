"""What is left to do in an output folder, and what a tutor does: all of it in the store, so that nothing is lost.

A mark counts at once. Reports on disk are written when they are published.
"""

from __future__ import annotations

import hashlib
import secrets
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from grader.desk.comment_bank import CommentBank
from grader.desk.points import check_points
from grader.errors import GraderError
from grader.model import Override, Report, ScoredQuestion, Status
from grader.model.summary import SubmissionSummary, summary_of
from grader.results.database import now
from grader.results.output_folder import report_of
from grader.results.results_database import ResultsDatabase
from grader.scoring.group_decisions import overrides_from_decisions
from grader.scoring.score import apply_overrides

CLAIMED = timedelta(minutes=10)  # for which a submission that one tutor looks at is not given to another
LONG = 600  # seconds between two marks that are a break, and not work


@dataclass(frozen=True)
class QuestionQueue:
    """One question: how many submissions wait in it, how many a person has decided, and the minutes that are left."""

    id: str
    title: str
    open: int
    by_hand: int
    minutes: float | None


@dataclass(frozen=True)
class Item:
    """One submission at one question, as a tutor sees it."""

    name: str
    report: Report
    question: ScoredQuestion
    row: SubmissionSummary

    @property
    def has_error(self) -> bool:
        """Whether a check of the submission failed by our fault."""
        return any(check.status is Status.error for check in self.row.checks)


class GradingDesk:
    """The work on one output folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = ResultsDatabase(folder)
        self.batch, self.title, self.asked = self.records.last_batch()
        self.language = self.records.language()
        self.running: set[str] = set()  # names of submissions that are run again
        self.troubles: dict[str, str] = {}  # why one could not be run again
        self.moved: dict[str, str] = {}  # names that one has since it was run again
        self.bank = CommentBank(self.records, self.batch, self.asked)
        if not self.batch:
            raise GraderError(f"{folder}: nothing was marked here; give the folder that 'grader grade --out' wrote")

    def questions(self) -> list[QuestionQueue]:
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
        return [
            QuestionQueue(q, title, n, hand, None if pace is None else n * pace / 60) for q, title, _, n, hand in found
        ]

    def _pace(self) -> float | None:
        """The usual seconds from one mark to the next; None before there are some."""
        with self.records.open() as connection:
            times = [row[0] for row in connection.execute("SELECT DISTINCT time FROM marks ORDER BY id DESC LIMIT 50")]
        moments = [datetime.fromisoformat(text) for text in times]
        gaps = [(a - b).total_seconds() for a, b in pairwise(moments)]
        working = [gap for gap in gaps if 0 < gap < LONG]
        return statistics.median(working) if len(working) >= 3 else None

    def queue(self, question: str) -> list[str]:
        """The submissions that wait in a question or were decided by a person, in an order that favours no team."""
        query = """
            SELECT DISTINCT f.hand_in FROM findings f JOIN hand_ins h ON h.name = f.hand_in AND h.batch = ?
            WHERE f.question = ? AND (f.earned IS NULL OR f.mark_by IS NOT NULL)
        """
        with self.records.open() as connection:
            names = [row[0] for row in connection.execute(query, (self.batch, question))]
        return sorted(names, key=lambda name: hashlib.sha256(f"{question}\n{name}".encode()).digest())

    def open_in(self, question: str) -> set[str]:
        """The submissions that still wait in a question."""
        query = """
            SELECT DISTINCT f.hand_in FROM findings f JOIN hand_ins h ON h.name = f.hand_in AND h.batch = ?
            WHERE f.question = ? AND f.earned IS NULL
        """
        with self.records.open() as connection:
            return {row[0] for row in connection.execute(query, (self.batch, question))}

    def next(self, question: str, by: str, after: str = "") -> str | None:
        """Return the next submission that waits and nobody else looks at, and take it; `by` is a browser's session."""
        order, needs_review = self.queue(question), self.open_in(question)
        begin = order.index(after) + 1 if after in order else 0
        with self.records.open(write=True) as connection:
            taken = dict(
                connection.execute(
                    "SELECT hand_in, by FROM claims WHERE question = ? AND until > ?", (question, now())
                ).fetchall()
            )
            for name in [*order[begin:], *order[:begin]]:
                if name in needs_review and taken.get(name, by) == by:
                    until = (datetime.now(UTC) + CLAIMED).isoformat(timespec="seconds")
                    connection.execute("INSERT OR REPLACE INTO claims VALUES (?,?,?,?)", (question, name, by, until))
                    return name
        return None

    def item(self, question: str, name: str) -> Item:
        """Return a submission at a question, with all marks that count.

        Raises:
            GraderError: there is no such submission or question, or its report cannot be read.
        """
        report = self.report(name)
        for one in report.grade.questions:
            if one.id == question:
                return Item(name, report, one, summary_of(report))
        raise GraderError(f"{name}: no question {question}")

    def report(self, name: str) -> Report:
        """Return a report with the marks and decisions that count now.

        Raises:
            GraderError: there is none, or it cannot be read.
        """
        name = self.moved.get(name, name)
        with self.records.open() as connection:
            query = "SELECT 1 FROM hand_ins WHERE name = ? AND batch = ?"
            if connection.execute(query, (name, self.batch)).fetchone() is None:
                raise GraderError(f"no submission {name} in {self.folder}")
        report = report_of(self.folder, name)
        own = [override for override in self.records.overrides(team=report.team) if override.digest == report.digest]
        overrides = [*own, *overrides_from_decisions(report.grade, self.records.decisions(), own)]
        return replace(report, grade=apply_overrides(report.grade, overrides))

    def decide(
        self,
        question: str,
        names: Sequence[str],
        given: Mapping[str, tuple[Decimal, str]],
        by: str,
        comments: Sequence[int] = (),
    ) -> None:
        """Give points and a reason for checks of one submission, or of several alike; it is saved at once.

        `comments` are those of the bank that are given: their words come first, and their points where none are given.

        Raises:
            GraderError: a check or comment is not there, or the points are not within what it is worth.
        """
        used = [self.bank.comment(question, number) for number in comments]
        texts = [one.text for one in used]
        overrides: list[Override] = []
        for name in names:
            item = self.item(question, name)
            known = {scored.finding.check: scored for scored in item.question.checks}
            pointed = {one.check: (one.points, "") for one in used if one.points is not None}
            whole = {**pointed, **given}
            if not whole:
                raise GraderError("give points for at least one line")
            for check, (points, reason) in whole.items():
                if check not in known:
                    raise GraderError(f"no check {check} in {question}")
                check_points(points, known[check])
                words = "\n".join([*texts, *([reason] if reason else [])]) or "decided by a person"
                overrides.append(Override(item.report.team, check, points, by, words, digest=item.report.digest))
        self.records.add_overrides(overrides, self.asked, [list(comments)] * len(overrides), secrets.token_hex(8))
        self.write(names, f"marked by {by}")

    def undo(self, by: str) -> str | None:
        """Take back what `by` did last; what counted before counts again. Returns a submission of it, or None."""
        columns = "team, check_id, digest, id, act"
        with self.records.open(write=True) as connection:
            query = f"SELECT {columns} FROM marks WHERE by = ? AND undone = 0 ORDER BY id DESC LIMIT 1"  # noqa: S608
            last = connection.execute(query, (by,)).fetchone()
            if last is None:
                return None
            query = "SELECT id, team, digest FROM marks WHERE id = ? OR (act = ? AND act <> '' AND undone = 0)"
            whole = connection.execute(query, (last[3], last[4])).fetchall()
            connection.executemany("UPDATE marks SET undone = 1 WHERE id = ?", [(one[0],) for one in whole])
            self.bank.restore(connection, last[4])
            query = "SELECT name FROM hand_ins WHERE batch = ? AND team = ? AND digest = ?"
            found = [connection.execute(query, (self.batch, team, digest)).fetchone() for _, team, digest in whole]
        names = list(dict.fromkeys(str(one[0]) for one in found if one is not None))
        self.write(names, f"taken back by {by}")
        return names[-1] if names else None

    def write(self, names: Sequence[str], why: str) -> None:
        """Bring the points of submissions in the store to what counts now."""
        for name in names:
            self.records.put(summary_of(self.report(name)), None, why=why)

    def change_comment(self, question: str, number: int, text: str, points: Decimal | None, by: str) -> int:
        """Change a comment for everyone who got it, and return how many marks changed.

        Raises:
            GraderError: there is no such comment, or a mark would not be within what its check is worth.
        """
        effects = self.bank.effects(question, number, text, points)
        for one in effects:
            if one.changes and one.new_points != one.old_points:
                self._check(question, one.name, one.check, one.new_points)
        changed = self.bank.change(question, number, text, points, effects, by)
        self.write(list(dict.fromkeys(one.name for one in effects if one.changes)), f"comment changed by {by}")
        return changed

    def title_of(self, question: str) -> str:
        """The title of a question; its id where the batch has none."""
        with self.records.open() as connection:
            found = connection.execute("SELECT title FROM questions WHERE id = ? LIMIT 1", (question,)).fetchone()
        return str(found[0]) if found else question

    def teams(self) -> dict[str, str]:
        """The team of each submission of the batch, by its name."""
        query = "SELECT name, team FROM hand_ins WHERE batch = ? ORDER BY team, digest, name"
        with self.records.open() as connection:
            return dict(connection.execute(query, (self.batch,)).fetchall())

    def lines(self, question: str) -> dict[str, str]:
        """The checks of a question that have a worth, with their titles."""
        query = """
            SELECT f.check_id, f.title FROM findings f JOIN hand_ins h ON h.name = f.hand_in AND h.batch = ?
            WHERE f.question = ? AND f.worth NOT IN ('0', '0.0') GROUP BY f.check_id ORDER BY min(f.position)
        """
        with self.records.open() as connection:
            return dict(connection.execute(query, (self.batch, question)).fetchall())

    def add_comment(self, question: str, text: str, check: str, points: Decimal | None, by: str) -> int:
        """Add a comment to the bank and return its number.

        Raises:
            GraderError: it has no words, or its points do not fit its line.
        """
        if points is not None:
            query = "SELECT hand_in FROM findings WHERE question = ? AND check_id = ? LIMIT 1"
            with self.records.open() as connection:
                found = connection.execute(query, (question, check)).fetchone()
            if found is None:
                raise GraderError(f"no line {check!r} in {question}; points are for one of its lines")
            self._check(question, found[0], check, points)
        return self.bank.add(question, text, check, points, by)

    def _check(self, question: str, name: str, check: str, points: Decimal) -> None:
        for scored in self.item(question, name).question.checks:
            if scored.finding.check == check:
                check_points(points, scored)

    def others(self, question: str) -> list[tuple[str, int]]:
        """How many submissions have which points in a question, as far as it is decided; the fewest points first."""
        query = """
            SELECT q.earned, count(*) FROM questions q JOIN hand_ins h ON h.name = q.hand_in AND h.batch = ?
            WHERE q.id = ? AND q.earned IS NOT NULL GROUP BY q.earned
        """
        with self.records.open() as connection:
            found = connection.execute(query, (self.batch, question)).fetchall()
        return sorted(((points, count) for points, count in found), key=lambda one: Decimal(one[0]))

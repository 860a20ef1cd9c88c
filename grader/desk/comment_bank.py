"""The comment bank: comments of a question that are given again and again, and what changing one changes."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.errors import GraderError
from grader.model import Override
from grader.results.database import now
from grader.results.results_database import ResultsDatabase
from grader.text import storable

MAX_LETTERS = 4000
# The last mark of each team and check: what came before it is its history.
_COUNTING = "(SELECT max(id) FROM marks WHERE undone = 0 GROUP BY team, check_id)"


@dataclass(frozen=True)
class Comment:
    """A comment of a question; with `points` it says what the check `check` gets. `count` submissions got it."""

    id: int
    question: str
    text: str
    check: str
    points: Decimal | None
    count: int = 0


@dataclass(frozen=True)
class Effect:
    """What changing a comment does to one mark; `untouched` says why nothing."""

    name: str
    team: str
    check: str
    digest: str
    old_points: Decimal
    new_points: Decimal
    old_reason: str
    new_reason: str
    comments: tuple[int, ...]
    untouched: str = ""

    @property
    def changes(self) -> bool:
        """Whether the mark becomes another one."""
        return not self.untouched and (self.old_points, self.old_reason) != (self.new_points, self.new_reason)


class CommentBank:
    """The comments of one output folder."""

    def __init__(self, records: ResultsDatabase, batch: int, asked: Mapping[str, str]) -> None:
        self.records, self.batch, self.asked = records, batch, asked

    def add(self, question: str, text: str, check: str, points: Decimal | None, by: str) -> int:
        """Add a comment and return its number.

        Raises:
            GraderError: it is empty or too long.
        """
        words = _words(text)
        with self.records.open(write=True) as connection:
            row = (question, words, check, None if points is None else str(points), storable(by), now())
            query = "INSERT INTO comments (question, text, check_id, points, by, time) VALUES (?,?,?,?,?,?)"
            return int(connection.execute(query, row).lastrowid or 0)

    def search(self, question: str, words: str = "") -> list[Comment]:
        """Return the comments of a question that have all of `words`, those that most submissions got first."""
        query = f"""
            SELECT c.id, c.question, c.text, c.check_id, c.points, count(DISTINCT h.name) FROM comments c
            LEFT JOIN comment_uses u ON u.comment = c.id
            LEFT JOIN marks m ON m.id = u.mark AND m.points IS NOT NULL AND m.id IN {_COUNTING}
            LEFT JOIN hand_ins h ON h.team = m.team AND h.digest = m.digest AND h.batch = ?
            WHERE c.question = ? GROUP BY c.id ORDER BY 6 DESC, c.id
        """  # noqa: S608 - our own words
        with self.records.open() as connection:
            found = [_comment(row) for row in connection.execute(query, (self.batch, question))]
        sought = words.casefold().split()
        return [one for one in found if all(word in one.text.casefold() for word in sought)]

    def comment(self, question: str, number: int) -> Comment:
        """Return a comment.

        Raises:
            GraderError: the question has none of this number.
        """
        for one in self.search(question):
            if one.id == number:
                return one
        raise GraderError(f"no comment {number} in {question}; load the page again")

    def effects(self, question: str, number: int, text: str, points: Decimal | None) -> list[Effect]:
        """Return what a change would do to every mark that came from a comment, by team.

        Raises:
            GraderError: there is no such comment, or the new one is empty.
        """
        comment, words = self.comment(question, number), _words(text)
        if points is not None and not comment.check:
            raise GraderError("this comment is for no line, so it can have no points; make a new one")
        query = f"""
            SELECT h.name, m.team, m.check_id, m.digest, m.points, m.reason, m.id, m.id IN {_COUNTING},
                   (SELECT points FROM marks l WHERE l.team = m.team AND l.check_id = m.check_id AND undone = 0
                    ORDER BY id DESC LIMIT 1)
            FROM comment_uses u JOIN marks m ON m.id = u.mark AND m.undone = 0
            JOIN hand_ins h ON h.team = m.team AND h.digest = m.digest AND h.batch = ?
            WHERE u.comment = ? ORDER BY h.team, m.check_id, m.id
        """  # noqa: S608 - our own words
        last: dict[tuple[str, str], Effect] = {}
        with self.records.open() as connection:
            uses = self._uses(connection, number)
            for name, team, check, digest, had, reason, override, counts, latest in connection.execute(
                query, (self.batch, number)
            ):
                old = Decimal(had or 0)
                new = points if _gave(comment, check, old) and points is not None else old
                why = "" if counts else ("withdrawn since" if latest is None else "marked by hand since")
                if not why and comment.text not in reason:
                    why = "edited by hand"
                changed = reason.replace(comment.text, words, 1)
                one = Effect(name, team, check, digest, old, new, reason, changed, uses[override], why)
                last[(name, check)] = one
        return list(last.values())

    def _uses(self, connection: sqlite3.Connection, number: int) -> dict[int, tuple[int, ...]]:
        query = "SELECT mark, comment FROM comment_uses WHERE mark IN (SELECT mark FROM comment_uses WHERE comment = ?)"
        found: dict[int, tuple[int, ...]] = {}
        for override, comment in connection.execute(query, (number,)):
            found[override] = (*found.get(override, ()), comment)
        return found

    def change(
        self, question: str, number: int, text: str, points: Decimal | None, effects: Sequence[Effect], by: str
    ) -> int:
        """Write a change with its effects; return how many marks are new. One step of undo takes all of it back."""
        comment, words, act = self.comment(question, number), _words(text), secrets.token_hex(8)
        new = [one for one in effects if one.changes]
        overrides = [Override(e.team, e.check, e.new_points, by, e.new_reason, digest=e.digest) for e in new]
        with self.records.open(write=True) as connection:
            before = (act, number, comment.text, None if comment.points is None else str(comment.points))
            connection.execute("INSERT INTO comment_changes VALUES (?,?,?,?)", before)
            after = (words, None if points is None else str(points), number)
            connection.execute("UPDATE comments SET text = ?, points = ? WHERE id = ?", after)
        return self.records.add_overrides(overrides, self.asked, [one.comments for one in new], act)

    def restore(self, connection: sqlite3.Connection, act: str) -> None:
        """Give comments that an act changed their words and points back."""
        query = "SELECT text, points, comment FROM comment_changes WHERE act = ?"
        before = connection.execute(query, (act,)).fetchall()
        connection.executemany("UPDATE comments SET text = ?, points = ? WHERE id = ?", before)


def _gave(comment: Comment, check: str, points: Decimal) -> bool:
    """Whether a mark's points are those of the comment."""
    return comment.points is not None and comment.check == check and comment.points == points


def _words(text: str) -> str:
    words = storable("\n".join(line.rstrip() for line in text.strip().splitlines()))
    if not words:
        raise GraderError("a comment needs words")
    if len(words) > MAX_LETTERS:
        raise GraderError(f"a comment of {len(words)} letters; the most is {MAX_LETTERS}")
    return words


def _comment(row: Sequence[object]) -> Comment:
    number, question, text, check, points, count = row
    max_effect = None if points is None else Decimal(str(points))
    return Comment(int(str(number)), str(question), str(text), str(check), max_effect, int(str(count)))

"""The tables of comments: the bank of a question, the overrides from comments, and changes of comments."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from grader.results.columns import now, points_from_column, points_to_column
from grader.results.connection import Connection
from grader.results.overrides import COUNTING
from grader.text import storable

KEYS = "123456789"  # of the first comments of a question

_COMMENTS = f"""
    SELECT c.id, c.question, c.text, c.check_id, c.points, count(DISTINCT s.name), c.removed FROM comments c
    LEFT JOIN comment_uses u ON u.comment = c.id
    LEFT JOIN overrides o ON o.id = u.override AND o.points IS NOT NULL AND o.id IN {COUNTING}
    LEFT JOIN submissions s ON s.team = o.team AND s.digest = o.digest AND s.batch = ?
"""  # noqa: S608 - a constant


@dataclass(frozen=True)
class Comment:
    """A comment of a question and the number of submissions that have it; with `points` it grades `check`, too.

    The key of one of the first comments stays its own, whatever is used, found or removed later.
    """

    id: int
    question: str
    text: str
    check: str
    points: Decimal | None
    count: int = 0
    key: str = ""


@dataclass(frozen=True)
class CommentUse:
    """An override that came from a comment, and the override that counts for its check now.

    `is_latest` is true if both are the same; `latest_points` is None if the override was withdrawn.
    """

    override: int
    submission: str
    team: str
    check: str
    digest: str
    points: Decimal
    reason: str
    own_reason: str
    edited: bool
    is_latest: bool
    latest_points: Decimal | None
    latest_edited: bool
    comments: tuple[int, ...]


class CommentsTable:
    """The comments of an output folder and their uses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, question: str, text: str, check: str, points: Decimal | None, by: str, origin: str = "") -> int:
        """Add a comment and return its number; `origin` names an item of the rubric that it came from."""
        row = (question, storable(text), check, points_to_column(points), storable(by), now(), storable(origin))
        statement = "INSERT INTO comments (question, text, check_id, points, by, time, origin) VALUES (?,?,?,?,?,?,?)"
        return self._connection.execute(statement, row)

    def origins(self) -> set[str]:
        """Return the items of rubrics that comments came from, those that were removed since included."""
        return {origin for (origin,) in self._connection.rows("SELECT origin FROM comments WHERE origin <> ''")}

    def of_question(self, question: str, batch: int) -> list[Comment]:
        """Return the comments of a question that were not removed, the oldest first."""
        query = f"{_COMMENTS} WHERE c.question = ? GROUP BY c.id ORDER BY c.id"
        rows = zip_longest(self._connection.rows(query, (batch, question)), KEYS)
        return [_comment(row, key or "") for row, key in rows if row is not None and not row[6]]

    def remove(self, number: int) -> None:
        """Offer a comment no longer; overrides that came from it stay."""
        self._connection.execute("UPDATE comments SET removed = 1 WHERE id = ?", (number,))

    def comment(self, number: int, batch: int) -> Comment | None:
        """Return a comment by its number, or None if there is none."""
        row = self._connection.row(f"{_COMMENTS} WHERE c.id = ? GROUP BY c.id", (batch, number))
        return None if row is None else _comment(row)

    def every(self, question: str) -> dict[int, Comment]:
        """Return the comments of a question by their numbers, those that were removed included, without counts."""
        query = "SELECT id, question, text, check_id, points, 0, 0 FROM comments WHERE question = ?"
        return {row[0]: _comment(row) for row in self._connection.rows(query, (question,))}

    def uses(self, number: int, batch: int) -> list[CommentUse]:
        """Return the overrides in a batch that came from a comment and were not undone, the latest of a check last."""
        query = """
            SELECT o.id, s.name, o.team, o.check_id, o.digest, o.points, o.reason, o.own_reason, o.edited,
                   o.id = l.id, l.points, l.edited
            FROM comment_uses u JOIN overrides o ON o.id = u.override AND o.undone = 0
            JOIN submissions s ON s.team = o.team AND s.digest = o.digest AND s.batch = ?
            JOIN overrides l ON l.id =
                (SELECT max(id) FROM overrides WHERE team = o.team AND check_id = o.check_id AND undone = 0)
            WHERE u.comment = ? ORDER BY s.team, o.check_id, o.id
        """
        comments = self._comments_of_overrides(number)
        return [
            CommentUse(
                override, name, team, check, digest, Decimal(points or 0), reason, own_reason, bool(edited),
                bool(is_latest), points_from_column(latest_points), bool(latest_edited), comments[override],
            )
            for override, name, team, check, digest, points, reason, own_reason, edited, is_latest, latest_points,
            latest_edited in self._connection.rows(query, (batch, number))
        ]  # fmt: skip

    def _comments_of_overrides(self, number: int) -> dict[int, tuple[int, ...]]:
        """Return all comments of each override that came from one, in their order."""
        query = """
            SELECT override, comment FROM comment_uses
            WHERE override IN (SELECT override FROM comment_uses WHERE comment = ?) ORDER BY override, position
        """
        found: dict[int, tuple[int, ...]] = {}
        for override, comment in self._connection.rows(query, (number,)):
            found[override] = (*found.get(override, ()), comment)
        return found

    def change(self, comment: Comment, text: str, points: Decimal | None, act: str) -> None:
        """Give a comment another text and other points; `restore` of the same act takes them back."""
        before = (act, comment.id, comment.text, points_to_column(comment.points))
        self._connection.execute("INSERT INTO comment_changes (act, comment, text, points) VALUES (?,?,?,?)", before)
        after = (storable(text), points_to_column(points), comment.id)
        self._connection.execute("UPDATE comments SET text = ?, points = ? WHERE id = ?", after)

    def restore(self, act: str) -> None:
        """Give the comments that an act changed their former text and points."""
        before = self._connection.rows("SELECT text, points, comment FROM comment_changes WHERE act = ?", (act,))
        self._connection.execute_many("UPDATE comments SET text = ?, points = ? WHERE id = ?", before)


def _comment(row: tuple[Any, ...], key: str = "") -> Comment:
    number, question, text, check, points, count, _ = row
    return Comment(number, question, text, check, points_from_column(points), count, key)

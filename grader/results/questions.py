"""Queries on the questions of a batch; their rows are written with the submissions."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from grader.model.message import Text
from grader.results.columns import points_from_column, text_from_column
from grader.results.connection import Connection

_FINDINGS = "findings f JOIN submissions s ON s.name = f.submission AND s.batch = ?"


class QuestionProgress(NamedTuple):
    """A question with the number of submissions that are unresolved in it, and of those that a tutor graded in it."""

    id: str
    title: Text
    unresolved: int
    by_hand: int


class QuestionPoints(NamedTuple):
    """The points of one submission in one question; `earned` is None while it is unresolved."""

    question: str
    title: Text
    submission: str
    points: Decimal
    earned: Decimal | None


class FailedCheck(NamedTuple):
    """A check that one submission failed."""

    question: str
    check: str
    title: Text
    message: Text
    submission: str
    team: str


class CheckState(NamedTuple):
    """One check of one submission: its status, the earned points (None while unresolved), and the tutor of them."""

    submission: str
    status: str
    earned: Decimal | None
    by: str | None


class QuestionsTable:
    """Questions and findings over all submissions of a batch."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def progress(self, batch: int) -> list[QuestionProgress]:
        """Return the questions that have checks, in the rubric's order."""
        query = f"""
            SELECT f.question, max(q.title), min(q.position),
                   count(DISTINCT CASE WHEN f.earned IS NULL THEN f.submission END),
                   count(DISTINCT CASE WHEN f.override_by IS NOT NULL THEN f.submission END)
            FROM {_FINDINGS} JOIN questions q ON q.submission = f.submission AND q.id = f.question
            GROUP BY f.question ORDER BY 3
        """  # noqa: S608 - a constant
        rows = self._connection.rows(query, (batch,))
        return [
            QuestionProgress(question, text_from_column(title), count, by_hand)
            for question, title, _, count, by_hand in rows
        ]

    def unresolved(self, batch: int, question: str) -> set[str]:
        """Return the names of the submissions that are unresolved in a question."""
        query = f"SELECT DISTINCT f.submission FROM {_FINDINGS} WHERE f.question = ? AND f.earned IS NULL"  # noqa: S608 - a constant
        return {name for (name,) in self._connection.rows(query, (batch, question))}

    def for_people(self, batch: int, question: str) -> set[str]:
        """Return the names of the submissions that are unresolved in a question or that a tutor graded in it."""
        query = f"""
            SELECT DISTINCT f.submission FROM {_FINDINGS}
            WHERE f.question = ? AND (f.earned IS NULL OR f.override_by IS NOT NULL)
        """  # noqa: S608 - a constant
        return {name for (name,) in self._connection.rows(query, (batch, question))}

    def title(self, question: str) -> Text:
        """Return the title of a question, or its id if no submission has it."""
        row = self._connection.row("SELECT title FROM questions WHERE id = ? LIMIT 1", (question,))
        return text_from_column(row[0]) if row else question

    def lines(self, batch: int, question: str) -> dict[str, Text]:
        """Return the titles of a question's checks that give or take points, by their ids in the rubric's order."""
        query = f"""
            SELECT f.check_id, f.title FROM {_FINDINGS}
            WHERE f.question = ? AND f.max_effect NOT IN ('0', '0.0') GROUP BY f.check_id ORDER BY min(f.position)
        """  # noqa: S608 - a constant
        rows = self._connection.rows(query, (batch, question))
        return {check: text_from_column(title) for check, title in rows}

    def of_question(self, batch: int, question: str) -> dict[str, Decimal | None]:
        """Return the points in a question by submission; None while a check of it is unresolved."""
        query = """
            SELECT q.submission, q.earned FROM questions q
            JOIN submissions s ON s.name = q.submission AND s.batch = ? WHERE q.id = ?
        """
        return {name: points_from_column(earned) for name, earned in self._connection.rows(query, (batch, question))}

    def states(self, batch: int, question: str, check: str) -> list[CheckState]:
        """Return how each submission of a batch stands in one check of a question."""
        query = f"""
            SELECT f.submission, f.status, f.earned, f.override_by FROM {_FINDINGS}
            WHERE f.question = ? AND f.check_id = ?
        """  # noqa: S608 - a constant
        return [
            CheckState(name, status, points_from_column(earned), by)
            for name, status, earned, by in self._connection.rows(query, (batch, question, check))
        ]

    def titles(self, batch: int) -> list[tuple[str, Text]]:
        """Return the questions of a batch that have checks, with their titles, in the rubric's order."""
        query = """
            SELECT q.id, max(q.title), min(q.position) FROM questions q
            JOIN submissions s ON s.name = q.submission AND s.batch = ?
            WHERE EXISTS (SELECT 1 FROM findings f WHERE f.submission = q.submission AND f.question = q.id)
            GROUP BY q.id ORDER BY 3
        """
        return [(question, text_from_column(title)) for question, title, _ in self._connection.rows(query, (batch,))]

    def checks(self, batch: int, question: str = "") -> list[tuple[str, str, Text]]:
        """Return question, id and title of each check of a batch or of one question, in the rubric's order."""
        query = f"""
            SELECT f.question, f.check_id, max(f.title), min(f.position) FROM {_FINDINGS}
            WHERE ? IN ('', f.question) GROUP BY f.question, f.check_id ORDER BY 4
        """  # noqa: S608 - a constant
        rows = self._connection.rows(query, (batch, question))
        return [(where, check, text_from_column(title)) for where, check, title, _ in rows]

    def max_effects(self, batch: int, question: str) -> dict[str, Decimal]:
        """Return the points that each check of a question can give or, below zero, take."""
        query = f"SELECT DISTINCT f.check_id, f.max_effect FROM {_FINDINGS} WHERE f.question = ?"  # noqa: S608 - a constant
        return {check: Decimal(most) for check, most in self._connection.rows(query, (batch, question))}

    def submission_with(self, batch: int, question: str, check: str) -> str | None:
        """Return the name of a submission that has a check in a question, or None."""
        query = f"SELECT f.submission FROM {_FINDINGS} WHERE f.question = ? AND f.check_id = ? LIMIT 1"  # noqa: S608 - a constant
        row = self._connection.row(query, (batch, question, check))
        return None if row is None else str(row[0])

    def points(self, batch: int) -> list[QuestionPoints]:
        """Return the points of every submission in every question, in the rubric's order."""
        query = """
            SELECT q.id, q.title, q.submission, q.points, q.earned FROM questions q
            JOIN submissions s ON s.name = q.submission AND s.batch = ? ORDER BY q.position
        """
        return [
            QuestionPoints(question, text_from_column(title), name, Decimal(points), points_from_column(earned))
            for question, title, name, points, earned in self._connection.rows(query, (batch,))
        ]

    def earned(self, batch: int, question: str) -> list[Decimal]:
        """Return the points in a question of the submissions that are resolved in it."""
        query = """
            SELECT q.earned FROM questions q JOIN submissions s ON s.name = q.submission AND s.batch = ?
            WHERE q.id = ? AND q.earned IS NOT NULL
        """
        return [Decimal(earned) for (earned,) in self._connection.rows(query, (batch, question))]

    def failed(self, batch: int) -> list[FailedCheck]:
        """Return the checks that submissions failed, by team."""
        query = f"""
            SELECT f.question, f.check_id, f.title, f.message, s.name, s.team FROM {_FINDINGS}
            WHERE f.status = 'failed' ORDER BY s.team
        """  # noqa: S608 - a constant
        return [
            FailedCheck(question, check, text_from_column(title), text_from_column(message), name, team)
            for question, check, title, message, name, team in self._connection.rows(query, (batch,))
        ]

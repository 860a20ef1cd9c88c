"""The table of claims: the submissions that tutors are grading now."""

from __future__ import annotations

from grader.results.columns import now
from grader.results.connection import Connection


class ClaimsTable:
    """Claims on submissions at a question; each expires."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self, question: str) -> dict[str, str]:
        """Return the tutors who have claims on submissions of a question, by the submission's name."""
        query = "SELECT submission, by FROM claims WHERE question = ? AND until > ?"
        return dict(self._connection.rows(query, (question, now())))

    def put(self, question: str, submission: str, by: str, until: str) -> None:
        """Claim a submission at a question until a time in ISO 8601."""
        statement = "INSERT OR REPLACE INTO claims (question, submission, by, until) VALUES (?,?,?,?)"
        self._connection.execute(statement, (question, submission, by, until))

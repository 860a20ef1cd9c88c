"""The table of assignments: the tutor who grades a submission in a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from grader.results.connection import Connection
from grader.text import storable


class AssignedShare(NamedTuple):
    """The submissions of a question that are assigned to a tutor: how many, and how many of them are unresolved."""

    question: str
    tutor: str
    submissions: int
    unresolved: int


class AssignmentsTable:
    """Assignments; a submission without one is for any tutor."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, question: str) -> dict[str, str]:
        """Return the tutors of a question by the names of the submissions that are assigned."""
        return dict(self._connection.rows("SELECT submission, tutor FROM assignments WHERE question = ?", (question,)))

    def put(self, question: str, tutors: Mapping[str, str]) -> None:
        """Assign the submissions of a question as given, and no others."""
        self._connection.execute("DELETE FROM assignments WHERE question = ?", (question,))
        rows = [(question, name, storable(tutor)) for name, tutor in tutors.items()]
        self._connection.execute_many("INSERT INTO assignments (question, submission, tutor) VALUES (?,?,?)", rows)

    def shares(self, batch: int) -> list[AssignedShare]:
        """Return how the submissions of a batch are shared out, by question and tutor."""
        query = """
            SELECT a.question, a.tutor, count(*), sum(q.earned IS NULL) FROM assignments a
            JOIN submissions s ON s.name = a.submission AND s.batch = ?
            JOIN questions q ON q.submission = a.submission AND q.id = a.question
            GROUP BY a.question, a.tutor ORDER BY a.question, a.tutor
        """
        return [AssignedShare(*row) for row in self._connection.rows(query, (batch,))]

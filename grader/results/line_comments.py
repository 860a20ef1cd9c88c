"""The table of comments at lines: what tutors say about a line of a submission's code."""

from __future__ import annotations

from dataclasses import dataclass

from grader.results.columns import now
from grader.results.connection import Connection
from grader.text import storable


@dataclass(frozen=True)
class StoredLineComment:
    """A comment at a line of a cell, both counted from 1, for one question."""

    id: int
    question: str
    cell: int
    line: int
    text: str
    by: str


class LineCommentsTable:
    """Comments at lines; a removed one stays as history."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, team: str, digest: str) -> list[StoredLineComment]:
        """Return the comments of a submission that were not removed, in the order of its lines."""
        query = (
            "SELECT id, question, cell, line, text, by FROM line_comments"
            " WHERE team = ? AND digest = ? AND removed = 0 ORDER BY cell, line, id"
        )
        return [StoredLineComment(*row) for row in self._connection.rows(query, (team, digest))]

    def add(self, team: str, digest: str, one: StoredLineComment) -> int:
        """Add a comment and return its number; the number that it has is not used."""
        columns = "team, digest, question, cell, line, text, by, time"
        row = (team, digest, one.question, one.cell, one.line, storable(one.text), storable(one.by), now())
        statement = f"INSERT INTO line_comments ({columns}) VALUES (?,?,?,?,?,?,?,?)"  # noqa: S608 - constant names
        return self._connection.execute(statement, row)

    def remove(self, number: int, team: str, digest: str) -> None:
        """Remove a comment of a submission."""
        statement = "UPDATE line_comments SET removed = 1 WHERE id = ? AND team = ? AND digest = ?"
        self._connection.execute(statement, (number, team, digest))

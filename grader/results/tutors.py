"""The table of tutors who log in with a password."""

from __future__ import annotations

from grader.results.columns import now
from grader.results.connection import Connection


class TutorsTable:
    """Tutors and the hashes of their passwords."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, name: str, password_hash: str) -> None:
        """Write a tutor; a known tutor gets the new hash."""
        statement = "INSERT OR REPLACE INTO tutors (name, hash, time) VALUES (?,?,?)"
        self._connection.execute(statement, (name, password_hash, now()))

    def names(self) -> list[str]:
        """Return the names of all tutors, sorted."""
        return [name for (name,) in self._connection.rows("SELECT name FROM tutors ORDER BY name")]

    def password_hash(self, name: str) -> str | None:
        """Return the hash of a tutor's password, or None for an unknown name."""
        row = self._connection.row("SELECT hash FROM tutors WHERE name = ?", (name,))
        return None if row is None else str(row[0])

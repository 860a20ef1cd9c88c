"""The tables of the desk's settings, and of the names of teams that tutors looked at while names were hidden."""

from __future__ import annotations

from typing import NamedTuple

from grader.results.columns import now
from grader.results.connection import Connection
from grader.text import storable

ANONYMOUS = "anonymous"


class Reveal(NamedTuple):
    """A tutor who looked at the name of a team, and when."""

    submission: str
    by: str
    time: str


class SettingsTable:
    """Settings of the desk by name, and what was revealed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_anonymous(self) -> bool:
        """Return whether names of teams are hidden at the desk."""
        row = self._connection.row("SELECT value FROM settings WHERE name = ?", (ANONYMOUS,))
        return bool(row and row[0] == "yes")

    def set_anonymous(self, hidden: bool) -> None:
        """Hide the names of teams, or show them."""
        statement = "INSERT OR REPLACE INTO settings (name, value) VALUES (?,?)"
        self._connection.execute(statement, (ANONYMOUS, "yes" if hidden else "no"))

    def add_reveal(self, submission: str, by: str) -> None:
        """Note that a tutor looked at the name of a team."""
        statement = "INSERT INTO reveals (submission, by, time) VALUES (?,?,?)"
        self._connection.execute(statement, (submission, storable(by), now()))

    def reveals(self) -> list[Reveal]:
        """Return the names that were looked at, the latest first."""
        return [
            Reveal(*row) for row in self._connection.rows("SELECT submission, by, time FROM reveals ORDER BY id DESC")
        ]

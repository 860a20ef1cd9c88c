"""The table of regrade requests: what teams write about a grade, and what tutors answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grader.results.columns import now, points_from_column, points_to_column
from grader.results.connection import Connection
from grader.text import storable


@dataclass(frozen=True)
class RegradeRequest:
    """A request about one question of one submission: `earned` are the points at that time; open without an answer."""

    id: int
    team: str
    digest: str
    question: str
    request: str
    earned: Decimal | None
    time: str
    answer: str = ""
    by: str = ""
    answered: str = ""


_COLUMNS = "id, team, digest, question, request, earned, time, answer, answered_by, answered"


class RegradeRequestsTable:
    """Regrade requests; the same words of a team about a question are added once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, team: str, digest: str, question: str, request: str, earned: Decimal | None) -> bool:
        """Add a request and return whether it is new."""
        key = (team, digest, question, storable(request))
        known = "SELECT 1 FROM regrade_requests WHERE team = ? AND digest = ? AND question = ? AND request = ?"
        if self._connection.row(known, key) is not None:
            return False
        columns = "team, digest, question, request, earned, time"
        statement = f"INSERT INTO regrade_requests ({columns}) VALUES (?,?,?,?,?,?)"  # noqa: S608 - constant names
        self._connection.execute(statement, (*key, points_to_column(earned), now()))
        return True

    def of(self, team: str, digest: str, question: str = "") -> list[RegradeRequest]:
        """Return the requests of a submission, or those about one question, the oldest first."""
        condition = "team = ? AND digest = ? AND ? IN ('', question)"
        return self._found(condition, (team, digest, question))

    def every(self, batch: int) -> list[tuple[str, RegradeRequest]]:
        """Return the requests about submissions of a batch, each with the submission's name, the oldest first."""
        columns = ", ".join(f"r.{name}" for name in _COLUMNS.split(", "))
        query = f"""
            SELECT s.name, {columns} FROM regrade_requests r
            JOIN submissions s ON s.team = r.team AND s.digest = r.digest AND s.batch = ? ORDER BY r.id
        """  # noqa: S608 - constant names
        return [(row[0], _request(row[1:])) for row in self._connection.rows(query, (batch,))]

    def answer(self, number: int, team: str, digest: str, answer: str, by: str) -> None:
        """Answer a request of a submission; an empty answer opens it again."""
        statement = (
            "UPDATE regrade_requests SET answer = ?, answered_by = ?, answered = ?"
            " WHERE id = ? AND team = ? AND digest = ?"
        )
        values = (storable(answer), storable(by), now()) if answer else ("", "", "")
        self._connection.execute(statement, (*values, number, team, digest))

    def _found(self, condition: str, values: tuple[str, ...]) -> list[RegradeRequest]:
        query = f"SELECT {_COLUMNS} FROM regrade_requests WHERE {condition} ORDER BY id"  # noqa: S608 - constants
        return [_request(row) for row in self._connection.rows(query, values)]


def _request(row: tuple[object, ...]) -> RegradeRequest:
    number, team, digest, question, request, earned, time, answer, by, answered = row
    texts = (str(team), str(digest), str(question), str(request))
    points = points_from_column(None if earned is None else str(earned))
    return RegradeRequest(int(str(number)), *texts, points, str(time), str(answer), str(by), str(answered))

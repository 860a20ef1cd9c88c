"""The table of published totals."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from grader.results.columns import now, points_from_column, points_to_column
from grader.results.connection import Connection


class PublishedTable:
    """The total that each submission had when its report was last published."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, totals: Mapping[str, Decimal | None]) -> None:
        """Write the totals that were published now, by the submission's name; None means an unresolved one."""
        time = now()
        statement = "INSERT OR REPLACE INTO published (submission, total, time) VALUES (?,?,?)"
        rows = [(name, points_to_column(total), time) for name, total in totals.items()]
        self._connection.execute_many(statement, rows)

    def changes(self, batch: int) -> list[tuple[str, Decimal | None, Decimal | None]]:
        """Return the totals of a batch that changed since they were published: team, published total, present total."""
        query = """
            SELECT s.team, p.total, s.total FROM submissions s JOIN published p ON p.submission = s.name
            WHERE s.batch = ? AND p.total IS NOT s.total ORDER BY s.team
        """
        rows = self._connection.rows(query, (batch,))
        return [(team, points_from_column(before), points_from_column(after)) for team, before, after in rows]

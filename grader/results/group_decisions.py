"""The table of group decisions: points for all answers with the same meaning."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from grader.model import GroupDecision
from grader.results.columns import now
from grader.results.connection import Connection
from grader.text import storable


class GroupDecisionsTable:
    """Group decisions; rows are only added, the last one of a group counts and the others are its history."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, decision: GroupDecision) -> None:
        """Add a decision, which counts from now on."""
        columns = "check_id, answers, points, by, reason, example, time, max_effect"
        row = (
            decision.check,
            decision.answers,
            str(decision.points),
            storable(decision.by),
            storable(decision.reason),
            storable(decision.example),
            decision.time or now(),
            decision.max_effect,
        )
        statement = f"INSERT INTO group_decisions ({columns}) VALUES (?,?,?,?,?,?,?,?)"  # noqa: S608 - constant names
        self._connection.execute(statement, row)

    def counting(self) -> Mapping[tuple[str, str], GroupDecision]:
        """Return the decisions that count, by check and group."""
        query = (
            "SELECT check_id, answers, points, by, reason, example, time, max_effect FROM group_decisions ORDER BY id"
        )
        return {
            (row[0], row[1]): GroupDecision(row[0], row[1], Decimal(row[2]), *row[3:])
            for row in self._connection.rows(query)
        }

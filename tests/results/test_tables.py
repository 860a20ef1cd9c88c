"""All tables share one connection, so that one act writes to several of them at once or to none."""

from __future__ import annotations

import pytest

from grader.model import GroupDecision
from grader.results.tables import Tables
from tests.results.rows import LATER, empty_connection, override, submission


def test_one_transaction_covers_every_table() -> None:
    with empty_connection() as connection:
        tables = Tables(connection)
        with pytest.raises(ZeroDivisionError), connection.transaction(write=True):  # noqa: PT012
            tables.batches.begin("R", {}, "en", "{}")
            tables.claims.put("q", "A", "tutor", LATER)
            tables.comments.add("q", "Good.", "", None, "Tutor")
            tables.group_decisions.add(GroupDecision("c", "words", override("A").points, "Tutor", "why"))
            tables.overrides.add([override("A")], {})
            tables.published.put({"A": None})
            tables.submissions.put(submission("A"), 1)
            tables.trainings.put("hidden 40", 1, 30.0, "a test")
            tables.tutors.put("Tutor", "hash")
            raise ZeroDivisionError
        names = [name for (name,) in connection.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert len(names) > 10
        assert [name for name in names if connection.rows(f"SELECT 1 FROM {name}")] == []


def test_a_table_reads_what_another_wrote_in_the_same_transaction() -> None:
    with empty_connection() as connection:
        tables = Tables(connection)
        with connection.transaction(write=True):
            tables.submissions.put(submission("A", total="2"), 3)
            tables.published.put({"A-d": None})
            assert [team for team, _, _ in tables.published.changes(3)] == ["A"]
            assert tables.questions.progress(3) == []

"""Batches: pages show the last one, and a folder without one has defaults."""

from __future__ import annotations

import pytest

from grader.model import say
from grader.results.batches import BatchesTable
from tests.results.rows import empty_connection, empty_tables


def test_a_folder_without_a_batch_has_defaults() -> None:
    with empty_tables() as tables:
        assert tables.batches.last() == (0, "", {})
        assert (tables.batches.language(), tables.batches.origin(1)) == ("en", "{}")


def test_the_last_batch_counts_and_each_keeps_its_origin() -> None:
    with empty_tables() as tables:
        first = tables.batches.begin("One", {"a": "key"}, "de", '{"rubric": "one.yaml"}')
        second = tables.batches.begin("Two", {"b": "Schlüssel"}, "en", "{}")
        assert second > first > 0
        assert tables.batches.last() == (second, "Two", {"b": "Schlüssel"})
        assert tables.batches.language() == "en"
        assert [tables.batches.origin(number) for number in (first, second)] == ['{"rubric": "one.yaml"}', "{}"]


@pytest.mark.parametrize(("stored", "shown"), [("de", "de"), ("en", "en"), ("xx", "en"), ("", "en")])
def test_an_unknown_language_is_english(stored: str, shown: str) -> None:
    with empty_connection() as connection:
        table = BatchesTable(connection)
        table.begin("R", {}, "de", "{}")
        connection.execute("UPDATE batches SET language = ?", (stored,))
        assert table.language() == shown


def test_the_proof_of_the_last_batch_is_kept_with_its_values() -> None:
    with empty_tables() as tables:
        assert tables.batches.proof() == ""
        tables.batches.begin("One", {}, "en", "{}", say("{n} noticed.", n=3))
        assert tables.batches.proof() == say("{n} noticed.", n=3)
        tables.batches.begin("Two", {}, "en", "{}")
        assert tables.batches.proof() == ""

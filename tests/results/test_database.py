"""The store of an output folder: an older file is brought to the present form with all that people said in it."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.model import Override
from grader.results import database
from grader.results.database import NAME, Store
from grader.results.results_database import ResultsDatabase


def of_version(path: Path, version: int) -> None:
    """Make a file as an earlier version of the grader left it, with a decision in it."""
    with sqlite3.connect(path) as connection:
        for step in database._MIGRATIONS[:version]:
            connection.executescript(step)
        connection.execute(
            "INSERT INTO decisions (check_id, answers, points, by, reason, example, time)"
            " VALUES ('c', 'group', '0.5', 'Tutor T', 'half', 'x', '2026-01-01T00:00:00+00:00')"
        )
        connection.execute(f"PRAGMA user_version={version}")
    connection.close()


@pytest.mark.parametrize("version", range(1, len(database._MIGRATIONS)))
def test_an_older_file_keeps_what_people_decided(tmp_path: Path, version: int) -> None:
    of_version(tmp_path / NAME, version)
    kept = Store(tmp_path).decisions()[("c", "group")]
    assert (kept.points, kept.by, kept.max_effect) == (Decimal("0.5"), "Tutor T", "")
    assert ResultsDatabase(tmp_path).last_batch() == (0, "", {})
    assert Store(tmp_path).add_overrides([Override("team", "c", Decimal(1), "T", "why")], {"c": "asked"}) == 1
    assert Store(tmp_path).overrides() == [Override("team", "c", Decimal(1), "T", "why", "asked")]


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of_version(tmp_path / NAME, 2)
    before = (tmp_path / NAME).read_bytes()
    monkeypatch.setattr(
        database, "_MIGRATIONS", (*database._MIGRATIONS[:2], "CREATE TABLE new (a TEXT); CREATE TABEL no")
    )
    with pytest.raises(GraderError, match="syntax error"):
        Store(tmp_path).decisions()
    monkeypatch.undo()
    with sqlite3.connect(tmp_path / NAME) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'new'").fetchone() is None
    connection.close()
    assert len(before) == len((tmp_path / NAME).read_bytes())
    assert Store(tmp_path).decisions()[("c", "group")].points == Decimal("0.5")


def test_a_mark_is_added_once_and_the_last_one_counts(tmp_path: Path) -> None:
    first, second = (Override("team", "c", Decimal(points), "T", "why") for points in (1, 2))
    assert [Store(tmp_path).add_overrides([override], {}) for override in (first, first, second, second)] == [
        1,
        0,
        1,
        0,
    ]
    assert Store(tmp_path).overrides() == [second]
    with sqlite3.connect(tmp_path / NAME) as connection:
        assert connection.execute("SELECT count(*) FROM marks").fetchone() == (2,)
    connection.close()

"""Transactions and errors of the results database: one act is saved whole or not at all, and each error is its own."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.model import GroupDecision, Override
from grader.results import connection as connection_module
from grader.results import results_database
from grader.results.connection import Connection
from grader.results.overrides import ReasonSource
from grader.results.results_database import NAME, ResultsDatabase
from tests.helpers import ROOT

DECISION = GroupDecision("c", "group", Decimal(1), "T", "why")


def test_reading_a_folder_without_a_file_gives_empty_tables_and_creates_nothing(tmp_path: Path) -> None:
    results = ResultsDatabase(tmp_path / "out")
    assert results.last_batch() == (0, "", {})
    assert list(results.rows()) == []
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("shared", [False, True], ids=["own connections", "one connection"])
def test_an_act_is_saved_whole_or_not_at_all(tmp_path: Path, shared: bool) -> None:
    results = ResultsDatabase(tmp_path)
    with results.one_connection() if shared else contextlib.nullcontext():
        with pytest.raises(ValueError, match="in the middle"), results.writing() as tables:  # noqa: PT012
            tables.group_decisions.add(DECISION)
            raise ValueError("in the middle")
        assert results.decisions() == {}
        with results.writing() as tables:
            tables.group_decisions.add(DECISION)
        assert len(results.decisions()) == 1


def test_a_batch_uses_one_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    class Counted(Connection):
        def __init__(self, path: Path | None) -> None:
            opened.append(path or Path())
            super().__init__(path)

    monkeypatch.setattr(results_database, "Connection", Counted)
    results = ResultsDatabase(tmp_path)
    with results.one_connection():
        for number in (1, 2, 3):
            assert results.begin("Words", {}) == number
            assert results.last_batch()[0] == number
    assert opened == [results.path]
    assert results.last_batch()[0] == 3
    assert opened == [results.path] * 2


@pytest.mark.parametrize("outer", ["reading", "writing"])
@pytest.mark.parametrize("inner", ["reading", "writing"])
def test_a_transaction_within_a_transaction_is_our_error(tmp_path: Path, outer: str, inner: str) -> None:
    results = ResultsDatabase(tmp_path)
    with (
        pytest.raises(RuntimeError, match="a transaction of the results database is open"),
        getattr(results, outer)(),
        getattr(results, inner)(),
    ):
        pass
    assert results.decisions() == {}  # the outer one has ended


def test_another_thread_reads_what_was_saved_while_one_writes(tmp_path: Path) -> None:
    results = ResultsDatabase(tmp_path)
    counts: list[int] = []
    with results.writing() as tables:
        tables.group_decisions.add(DECISION)
        reader = threading.Thread(target=lambda: counts.append(len(results.decisions())))
        reader.start()
        reader.join()
    assert counts == [0]
    assert len(results.decisions()) == 1


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), OSError(2, "No such file"), ValueError("a bug"), KeyError("a")]
)
@pytest.mark.parametrize("block", ["reading", "writing", "one_connection"])
def test_an_error_of_the_block_is_passed_on_unchanged(tmp_path: Path, error: Exception, block: str) -> None:
    with pytest.raises(type(error)) as raised, getattr(ResultsDatabase(tmp_path), block)():
        raise error
    assert raised.value is error


def test_a_wrong_statement_in_the_code_is_not_the_users_error(tmp_path: Path) -> None:
    connection = Connection(tmp_path / NAME)
    with pytest.raises(sqlite3.OperationalError, match="no such table: missing"), connection.transaction(write=False):
        connection.rows("SELECT a FROM missing")
    connection.close()


def test_a_rollback_of_sqlite_itself_does_not_hide_the_cause(tmp_path: Path) -> None:
    """As after a full disk: SQLite has ended the transaction before the block's error arrives."""
    connection = Connection(tmp_path / NAME)
    with pytest.raises(ValueError, match="the cause"), connection.transaction(write=True):  # noqa: PT012
        connection.execute("ROLLBACK")
        raise ValueError("the cause")
    connection.close()


def test_a_full_disk_is_a_message_and_nothing_of_the_act_is_saved(tmp_path: Path) -> None:
    results = ResultsDatabase(tmp_path)
    with results.writing() as tables:
        tables.group_decisions.add(DECISION)
    connection = Connection(results.path)
    connection.execute(f"PRAGMA max_page_count={connection.rows('PRAGMA page_count')[0][0]}")
    with pytest.raises(GraderError, match=r"full.*free some space") as raised, connection.transaction(write=True):  # noqa: PT012
        for number in range(1000):
            connection.execute("INSERT INTO trainings VALUES (?, 1, 1.0, ?)", (str(number), "x" * 1000))
    assert isinstance(raised.value.__cause__, sqlite3.OperationalError)
    connection.close()
    assert results.trainings() == {}
    assert len(results.decisions()) == 1


def test_a_file_that_another_process_is_writing_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "BUSY_SECONDS", 0)
    results = ResultsDatabase(tmp_path)
    assert results.begin("Words", {}) == 1
    with contextlib.closing(sqlite3.connect(results.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GraderError, match="another process is using it; try again"):
            results.begin("Words", {})
    assert results.begin("Words", {}) == 2


@pytest.mark.parametrize("kind", ["text", "another program's", "folder"])
def test_a_file_that_is_no_results_database_is_a_message(tmp_path: Path, kind: str) -> None:
    path, message = tmp_path / NAME, "not a results database"
    if kind == "text":
        path.write_text("no database, but long enough to be looked at as one " * 20)
    elif kind == "folder":
        path.mkdir()
        message = "unable to open database file.*permissions"
    else:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE decisions (mine TEXT)")
    with pytest.raises(GraderError, match=f"{NAME}: .*{message}"):
        ResultsDatabase(tmp_path).decisions()


def test_a_folder_that_cannot_be_created_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(GraderError, match=r"out: cannot be created: .*choose another folder"):
        ResultsDatabase(tmp_path / "out").begin("Words", {})


def test_an_override_is_added_once_and_the_last_one_counts(tmp_path: Path) -> None:
    first, second = (Override("team", "c", Decimal(points), "T", "why") for points in (1, 2))
    results, added = ResultsDatabase(tmp_path), []
    for override in (first, first, second, second):
        with results.writing() as tables:
            added.append(tables.overrides.add([override], {}))
    assert added == [1, 0, 1, 0]
    assert results.overrides() == [second]
    with contextlib.closing(sqlite3.connect(results.path)) as connection:
        assert connection.execute("SELECT count(*) FROM overrides").fetchone() == (2,)


def test_an_override_is_edited_if_it_follows_one_from_a_comment_by_hand(tmp_path: Path) -> None:
    results = ResultsDatabase(tmp_path)
    from_comment = ReasonSource((7,))
    given = [
        ("1", ReasonSource(), 0),
        ("2", from_comment, 0),
        ("3", ReasonSource(), 1),
        ("4", ReasonSource(), 1),
        ("5", from_comment, 0),
    ]
    with results.writing() as tables:
        for points, source, _ in given:
            override = Override("team", "c", Decimal(points), "T", "why", digest="d")
            tables.overrides.add([override], {}, [source])
    with contextlib.closing(sqlite3.connect(results.path)) as connection:
        assert connection.execute("SELECT points, edited FROM overrides ORDER BY id").fetchall() == [
            (points, edited) for points, _, edited in given
        ]


SQL = re.compile(r"\b(SELECT .+ FROM|INSERT (OR REPLACE )?INTO|UPDATE \w+ SET|DELETE FROM|CREATE TABLE)\b")


def test_sql_is_only_in_the_results_folder() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in (ROOT / "grader").rglob("*.py")
        if (ROOT / "grader" / "results") not in path.parents
        for match in SQL.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert any(SQL.search(path.read_text(encoding="utf-8")) for path in (ROOT / "grader" / "results").glob("*.py"))


@pytest.mark.parametrize("shared", [False, True], ids=["own connections", "one connection"])
@pytest.mark.parametrize("again", [False, True], ids=["gone", "another one in its place"])
def test_a_file_that_is_moved_while_it_is_used_is_said_and_none_is_made(
    tmp_path: Path, shared: bool, again: bool
) -> None:
    results = ResultsDatabase(tmp_path / "out")
    with results.one_connection() if shared else contextlib.nullcontext():
        results.begin("Words", {})
        (tmp_path / "out").rename(tmp_path / "elsewhere")
        if again:
            ResultsDatabase(tmp_path / "out").begin("Words", {})
        for act in (lambda: results.begin("Words", {}), results.last_batch, results.expect_in_place):
            with pytest.raises(GraderError, match="out: was moved or removed while it was in use"):
                act()
    assert (tmp_path / "out").exists() == again
    assert ResultsDatabase(tmp_path / "elsewhere").last_batch()[0] == 1

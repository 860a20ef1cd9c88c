"""A connection: what it returns, when a transaction is saved, and which of SQLite's errors the user can put right."""

from __future__ import annotations

import contextlib
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.results.connection import Connection


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with contextlib.closing(Connection(tmp_path / "new" / "folder" / "a.sqlite")) as opened:
        opened.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT)")
        yield opened


def test_the_folder_is_created(connection: Connection, tmp_path: Path) -> None:
    assert (tmp_path / "new" / "folder" / "a.sqlite").is_file()


def test_a_statement_returns_the_number_of_its_row(connection: Connection) -> None:
    assert [connection.execute("INSERT INTO a (b) VALUES (?)", (text,)) for text in "xy"] == [1, 2]


def test_rows_and_the_first_of_them(connection: Connection) -> None:
    connection.execute_many("INSERT INTO a (b) VALUES (?)", [("x",), ("y",)])
    query = "SELECT b FROM a WHERE b >= ? ORDER BY b"
    assert connection.rows(query, ("x",)) == [("x",), ("y",)]
    assert (connection.row(query, ("x",)), connection.row(query, ("y",))) == (("x",), ("y",))
    assert (connection.rows(query, ("z",)), connection.row(query, ("z",))) == ([], None)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_a_block_that_raises_saves_nothing(connection: Connection, error: type[BaseException]) -> None:
    with pytest.raises(error), connection.transaction(write=True):  # noqa: PT012
        connection.execute("INSERT INTO a (b) VALUES ('x')")
        raise error
    with connection.transaction(write=True):  # none is open any more
        assert connection.rows("SELECT b FROM a") == []


def test_what_is_committed_is_there_for_the_next_connection(connection: Connection, tmp_path: Path) -> None:
    with connection.transaction(write=True):
        connection.execute("INSERT INTO a (b) VALUES ('x')")
    with contextlib.closing(Connection(tmp_path / "new" / "folder" / "a.sqlite")) as other:
        assert other.row("SELECT b FROM a") == ("x",)


def test_without_a_path_each_database_is_its_own() -> None:
    with contextlib.closing(Connection(None)) as one, contextlib.closing(Connection(None)) as other:
        one.execute("CREATE TABLE a (b TEXT)")
        assert other.rows("SELECT name FROM sqlite_master") == []


def test_a_file_that_cannot_be_written_names_the_file_and_the_remedy(connection: Connection) -> None:
    connection.execute("PRAGMA query_only=1")
    with pytest.raises(GraderError, match=r"a\.sqlite: cannot be used .*readonly.*check the permissions") as raised:
        connection.execute("INSERT INTO a (b) VALUES ('x')")
    assert isinstance(raised.value.__cause__, sqlite3.OperationalError)


@pytest.mark.parametrize(
    ("opening", "message"),
    [(False, "the file is damaged .*restore it from a backup"), (True, "not a results database of the grader")],
    ids=["in use", "while it is opened"],
)
def test_a_file_that_is_no_database(tmp_path: Path, opening: bool, message: str) -> None:
    (tmp_path / "a.sqlite").write_bytes(b"something else " * 100)
    with contextlib.closing(Connection(tmp_path / "a.sqlite")) as damaged:
        with damaged.opening() if opening else contextlib.nullcontext(), pytest.raises(GraderError, match=message):
            damaged.rows("SELECT * FROM sqlite_master")
        with pytest.raises(GraderError, match="the file is damaged"):  # the file is open now
            damaged.rows("SELECT * FROM sqlite_master")


@pytest.mark.parametrize("values", [("x", "y"), (object(),)], ids=["too many values", "no value for a column"])
def test_a_mistake_of_ours_is_not_the_users_error(connection: Connection, values: tuple[object, ...]) -> None:
    with pytest.raises(sqlite3.Error):
        connection.execute("INSERT INTO a (b) VALUES (?)", values)


def test_a_table_that_is_missing_is_the_users_error_while_the_file_is_opened(connection: Connection) -> None:
    with connection.opening(), pytest.raises(GraderError, match=r"not a results database.*no such table"):
        connection.rows("SELECT * FROM other")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        connection.rows("SELECT * FROM other")


def test_only_the_user_can_read_a_new_database_in_an_open_folder(tmp_path: Path) -> None:
    """It has points and hashes of passwords; SQLite gives the files beside it the same rights."""
    tmp_path.chmod(0o755)
    with contextlib.closing(Connection(tmp_path / "new.sqlite")) as opened:
        opened.execute("PRAGMA journal_mode = WAL")
        opened.execute("CREATE TABLE a (b)")
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}

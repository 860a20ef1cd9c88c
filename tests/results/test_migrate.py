"""A file comes to the present version whole, or stays as it was."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.results import migrate as migrate_module
from grader.results.connection import Connection
from grader.results.migrate import migrate, migrations, statements


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with contextlib.closing(Connection(tmp_path / "a.sqlite")) as opened:
        yield opened


def version(connection: Connection) -> int:
    [(number,)] = connection.rows("PRAGMA user_version")
    return int(number)


def tables(connection: Connection) -> list[str]:
    return [name for (name,) in connection.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]


def scripts(monkeypatch: pytest.MonkeyPatch, *texts: str) -> None:
    monkeypatch.setattr(migrate_module, "migrations", lambda: texts)


def test_a_new_file_gets_all_scripts_in_order(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts(monkeypatch, "CREATE TABLE a (b);\nCREATE TABLE c (d);\n", "ALTER TABLE a RENAME TO e;")
    migrate(connection, None)
    assert (version(connection), tables(connection)) == (2, ["c", "e"])


def test_a_file_gets_only_the_scripts_that_it_has_not_had(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = "CREATE TABLE a (b);"
    scripts(monkeypatch, first)
    migrate(connection, None)
    connection.execute("INSERT INTO a VALUES (1)")
    scripts(monkeypatch, first, "ALTER TABLE a RENAME TO c;")
    for _ in range(2):  # the second time there is nothing to do
        migrate(connection, None)
    assert (version(connection), connection.rows("SELECT * FROM c")) == (2, [(1,)])


def test_a_script_that_does_not_fit_leaves_the_file_as_it_was(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts(monkeypatch, "CREATE TABLE a (b);", "CREATE TABLE c (d);\nDROP TABLE missing;")
    with connection.opening(), pytest.raises(GraderError, match="not a results database"):
        migrate(connection, None)
    assert (version(connection), tables(connection)) == (0, [])


def test_a_later_version_is_refused_and_named(connection: Connection, tmp_path: Path) -> None:
    connection.execute(f"PRAGMA user_version={len(migrations()) + 1}")
    with pytest.raises(GraderError, match=r"a\.sqlite: a later version of the grader wrote this file"):
        migrate(connection, tmp_path / "a.sqlite")
    assert tables(connection) == []


def test_the_shipped_scripts_lead_from_an_empty_file_to_the_tables_in_use(connection: Connection) -> None:
    migrate(connection, None)
    assert version(connection) == len(migrations())
    assert {"submissions", "overrides", "group_decisions", "comment_uses", "tutors"} <= set(tables(connection))


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("", []),
        ("\n  \n", []),
        ("A;", ["A;"]),
        ("A;\nB;\n", ["A;\n", "B;\n"]),
        ("A ';'\n;\nB", ["A ';'\n;\n", "B"]),
        ("-- one; two\nA;\n", ["-- one; two\nA;\n"]),
    ],
    ids=["nothing", "only spaces", "one", "two", "the last without its semicolon", "a comment"],
)
def test_the_statements_of_a_script(script: str, found: list[str]) -> None:
    assert list(statements(script)) == found

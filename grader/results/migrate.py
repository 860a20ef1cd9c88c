"""Migrate a results database of an earlier version to the present one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from grader.errors import GraderError
from grader.results.connection import Connection


@cache
def migrations() -> tuple[str, ...]:
    """Return the scripts of `migrations/` in order; each leads from the version of its place to the next one.

    A script that was released is never changed. `PRAGMA user_version` is the number of scripts that a file has had.
    """
    folder = files("grader.results") / "migrations"
    scripts = {file.name: file for file in folder.iterdir() if file.name.endswith(".sql")}
    return tuple(scripts[name].read_text(encoding="utf-8") for name in sorted(scripts))


def migrate(connection: Connection, path: Path | None) -> None:
    """Migrate a file to the present version, or leave it unchanged.

    Raises:
        GraderError: a later version of the grader wrote it, or a statement does not fit the file.
    """
    if _version(connection, path) == len(migrations()):
        return
    with connection.transaction(write=True):
        for script in migrations()[_version(connection, path) :]:  # another process may have migrated it meanwhile
            for statement in statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(migrations())}")


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script, of which each ends at the end of a line."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _version(connection: Connection, path: Path | None) -> int:
    row = connection.row("PRAGMA user_version")
    version = int(row[0]) if row else 0
    if version > len(migrations()):
        raise GraderError(f"{path}: a later version of the grader wrote this file; use that version")
    return version

"""A connection to the results database, which turns SQLite's errors into messages."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from grader.errors import GraderError

BUSY_SECONDS = 20

_IN_USE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SPACE_OR_PERMISSIONS = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
)
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class Connection:
    """One connection to one file; rows are fetched before a method returns, so that nothing is left to read later."""

    def __init__(self, path: Path | None) -> None:
        """Open `path` and create its folder; without a path the database is in memory and ends with the connection.

        Raises:
            GraderError: the file or its folder cannot be created or opened.
        """
        self._path = path
        self._opening = False
        with self.opening(), self._errors():
            if path is not None:
                _make_folder(path.parent)
                _make_private(path)
            self._connection = sqlite3.connect(path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._errors():
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a query, or None if there is none."""
        found = self.rows(query, values)
        return found[0] if found else None

    def execute(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Execute a statement and return the number of the row that it inserted."""
        with self._errors():
            return self._connection.execute(statement, values).lastrowid or 0

    def execute_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Execute a statement once for each of `rows`."""
        with self._errors():
            self._connection.executemany(statement, rows)

    @contextlib.contextmanager
    def transaction(self, write: bool) -> Iterator[None]:
        """Run a block in one transaction, which is rolled back if the block raises.

        Only SQLite's own errors become `GraderError`; exceptions of the block itself pass unchanged.

        Raises:
            GraderError: the transaction cannot begin or be committed.
        """
        self.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        """Roll back, unless SQLite did; an error of the rollback itself would hide the reason for it."""
        if self._connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection; a transaction that is not committed is lost."""
        self._connection.close()

    @contextlib.contextmanager
    def opening(self) -> Iterator[None]:
        """Within the block, report a file that does not fit as no results database."""
        self._opening = True
        try:
            yield
        finally:
            self._opening = False

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn errors that the user can correct into `GraderError`; the others are bugs of the grader."""
        try:
            yield
        except sqlite3.Error as error:
            message = _message(error)
            if message is None and self._opening:
                message = f"not a results database of the grader ({error}); move it to another folder"
            elif message is None and _code(error) in _DAMAGED:
                message = f"the file is damaged ({error}); restore it from a backup"
            if message is None:
                raise
            raise GraderError(f"{self._path}: {message}") from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # points and passwords are nobody else's
    except OSError as error:
        message = f"cannot be created: {error.strerror}; check the permissions or choose another folder"
        raise GraderError(f"{folder}: {message}") from error


def _make_private(path: Path) -> None:
    """Create the file with rights for its user only, as its folder may be open; an existing one stays as it is."""
    with contextlib.suppress(OSError):  # SQLite says what is wrong
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _message(error: sqlite3.Error) -> str | None:
    code = _code(error)
    if code in _IN_USE:
        return "another process is using it; try again"
    if code in _SPACE_OR_PERMISSIONS:
        return f"cannot be used ({error}); free some space, or check the permissions of the file and its folder"
    return None


def _code(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code, or 0 for an error of Python's module."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF

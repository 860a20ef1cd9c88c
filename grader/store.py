"""What people decide and what was trained, in one SQLite file of the output folder; Python's own sqlite3 reads it.

Decisions are only ever added: the last one on a group counts, and those before it are its history.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from grader.errors import GraderError
from grader.model import Decision

NAME = "grader.sqlite"
BUSY_SECONDS = 20
# Each entry brings a file from the version of its place to the next one; they are never changed, only added to.
_MIGRATIONS = (
    """
    CREATE TABLE decisions (
        id INTEGER PRIMARY KEY,
        check_id TEXT NOT NULL,
        answers TEXT NOT NULL,
        points TEXT NOT NULL,
        by TEXT NOT NULL,
        reason TEXT NOT NULL,
        example TEXT NOT NULL,
        time TEXT NOT NULL
    );
    CREATE INDEX decisions_by_answers ON decisions (check_id, answers);
    """,
    """
    CREATE TABLE trainings (
        configuration TEXT NOT NULL,
        seed INTEGER NOT NULL,
        percent REAL NOT NULL,
        made_with TEXT NOT NULL,
        PRIMARY KEY (configuration, seed)
    );
    """,
)


FEWEST_SEEDS = 3


def enough(trainings: Mapping[str, Mapping[str, float]]) -> dict[str, tuple[float, ...]]:
    """The configurations with enough seeds for a distribution, their values in the order of the seeds."""
    return {
        name: tuple(values[seed] for seed in sorted(values, key=int))
        for name, values in trainings.items()
        if len(values) >= FEWEST_SEEDS
    }


class Store:
    """The store of one output folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def decide(self, decision: Decision) -> None:
        """Add a decision; it counts from now on.

        Raises:
            GraderError: the file cannot be written, or another process holds it.
        """
        now = decision.time or datetime.now(UTC).isoformat(timespec="seconds")
        row = (
            decision.check, decision.answers, str(decision.points), decision.by, decision.reason, decision.example, now
        )  # fmt: skip
        with self._open() as connection:
            connection.execute(
                "INSERT INTO decisions (check_id, answers, points, by, reason, example, time) VALUES (?,?,?,?,?,?,?)",
                row,
            )

    def decisions(self) -> Mapping[tuple[str, str], Decision]:
        """Return what counts, by check and group; nothing where there is no file yet.

        Raises:
            GraderError: the file is damaged or of a later version.
        """
        if not self.path.exists():
            return {}
        with self._open() as connection:
            rows = connection.execute(
                "SELECT check_id, answers, points, by, reason, example, time FROM decisions ORDER BY id"
            ).fetchall()
        return {(row[0], row[1]): Decision(row[0], row[1], Decimal(row[2]), *row[3:]) for row in rows}

    def add_training(self, configuration: str, seed: int, percent: float, made_with: str) -> None:
        """Keep what the reference removed under a configuration with one seed.

        Raises:
            GraderError: the file cannot be written, or another process holds it.
        """
        with self._open() as connection:
            row = (configuration, seed, percent, made_with)
            connection.execute("INSERT OR REPLACE INTO trainings VALUES (?,?,?,?)", row)

    def trainings(self) -> dict[str, dict[str, float]]:
        """Return percentages by configuration and seed; nothing where there is no file yet.

        Raises:
            GraderError: the file is damaged or of a later version.
        """
        if not self.path.exists():
            return {}
        found: dict[str, dict[str, float]] = {}
        with self._open() as connection:
            for name, seed, percent in connection.execute("SELECT configuration, seed, percent FROM trainings"):
                found.setdefault(name, {})[str(seed)] = percent
        return found

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Give a connection in one transaction, brought to the present version."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
                with connection:
                    connection.execute("BEGIN IMMEDIATE")
                    self._migrate(connection)
                    yield connection
        except sqlite3.OperationalError as error:
            hint = "another process holds it; try again" if "locked" in str(error) else "free some space or its rights"
            raise GraderError(f"{self.path}: cannot be used ({error}); {hint}") from None
        except (sqlite3.DatabaseError, OSError) as error:
            raise GraderError(f"{self.path}: not a store of the grader ({error}); move it away") from None

    def _migrate(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(_MIGRATIONS):
            raise GraderError(f"{self.path}: written by a later version of the grader; use that one")
        for step in _MIGRATIONS[version:]:
            for statement in filter(str.strip, step.split(";")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(_MIGRATIONS)}")

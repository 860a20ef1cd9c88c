"""What people decide and what was trained, in one SQLite file of the output folder; Python's own sqlite3 reads it.

Decisions and marks are only ever added: the last one counts, and those before it are its history. What the machine
found stands in the same file (`records.py`).
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from grader.errors import GraderError
from grader.model import GroupDecision, Override
from grader.text import storable

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
    """
    ALTER TABLE decisions ADD COLUMN worth TEXT NOT NULL DEFAULT '';
    CREATE TABLE marks (
        id INTEGER PRIMARY KEY,
        team TEXT NOT NULL,
        check_id TEXT NOT NULL,
        points TEXT,
        by TEXT NOT NULL,
        reason TEXT NOT NULL,
        asked TEXT NOT NULL,
        digest TEXT NOT NULL,
        time TEXT NOT NULL
    );
    CREATE INDEX marks_by_team ON marks (team, check_id);
    CREATE TABLE batches (
        id INTEGER PRIMARY KEY,
        rubric TEXT NOT NULL,
        asked TEXT NOT NULL,
        time TEXT NOT NULL
    );
    CREATE TABLE hand_ins (
        name TEXT PRIMARY KEY,
        batch INTEGER NOT NULL,
        team TEXT NOT NULL,
        source TEXT NOT NULL,
        digest TEXT NOT NULL,
        evidence TEXT NOT NULL,
        people TEXT NOT NULL,
        notices TEXT NOT NULL,
        points TEXT NOT NULL,
        decided TEXT NOT NULL,
        total TEXT,
        open TEXT NOT NULL,
        run_seconds REAL NOT NULL,
        memory_bytes INTEGER NOT NULL,
        seconds TEXT NOT NULL,
        time TEXT NOT NULL
    );
    CREATE INDEX hand_ins_by_batch ON hand_ins (batch, team);
    CREATE TABLE questions (
        hand_in TEXT NOT NULL,
        position INTEGER NOT NULL,
        id TEXT NOT NULL,
        title TEXT NOT NULL,
        points TEXT NOT NULL,
        bonus INTEGER NOT NULL,
        earned TEXT,
        decided TEXT NOT NULL,
        PRIMARY KEY (hand_in, position)
    );
    CREATE TABLE findings (
        hand_in TEXT NOT NULL,
        position INTEGER NOT NULL,
        check_id TEXT NOT NULL,
        question TEXT NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        status TEXT NOT NULL,
        message TEXT NOT NULL,
        worth TEXT NOT NULL,
        earned TEXT,
        answers TEXT NOT NULL,
        mark_team TEXT,
        mark_points TEXT,
        mark_by TEXT,
        mark_reason TEXT,
        PRIMARY KEY (hand_in, position)
    );
    CREATE INDEX findings_by_check ON findings (check_id, status);
    CREATE TABLE totals (
        id INTEGER PRIMARY KEY,
        hand_in TEXT NOT NULL,
        decided TEXT NOT NULL,
        total TEXT,
        points TEXT NOT NULL,
        why TEXT NOT NULL,
        time TEXT NOT NULL
    );
    CREATE INDEX totals_by_hand_in ON totals (hand_in, id);
    """,
    """
    ALTER TABLE marks ADD COLUMN undone INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE claims (
        question TEXT NOT NULL,
        hand_in TEXT NOT NULL,
        by TEXT NOT NULL,
        until TEXT NOT NULL,
        PRIMARY KEY (question, hand_in)
    );
    CREATE TABLE published (
        hand_in TEXT PRIMARY KEY,
        total TEXT,
        time TEXT NOT NULL
    );
    """,
    "ALTER TABLE batches ADD COLUMN language TEXT NOT NULL DEFAULT 'en'",
    """
    ALTER TABLE marks ADD COLUMN act TEXT NOT NULL DEFAULT '';
    CREATE TABLE comments (
        id INTEGER PRIMARY KEY,
        question TEXT NOT NULL,
        text TEXT NOT NULL,
        check_id TEXT NOT NULL,
        points TEXT,
        by TEXT NOT NULL,
        time TEXT NOT NULL
    );
    CREATE INDEX comments_by_question ON comments (question);
    CREATE TABLE comment_uses (
        mark INTEGER NOT NULL,
        comment INTEGER NOT NULL,
        PRIMARY KEY (mark, comment)
    );
    CREATE INDEX comment_uses_by_comment ON comment_uses (comment);
    CREATE TABLE comment_changes (
        act TEXT NOT NULL,
        comment INTEGER NOT NULL,
        text TEXT NOT NULL,
        points TEXT
    );
    CREATE INDEX questions_by_id ON questions (id);
    CREATE INDEX findings_by_question ON findings (question, earned);
    """,
    """
    CREATE TABLE tutors (
        name TEXT PRIMARY KEY,
        hash TEXT NOT NULL,
        time TEXT NOT NULL
    );
    """,
    "ALTER TABLE batches ADD COLUMN origin TEXT NOT NULL DEFAULT '{}'",
)


def now() -> str:
    """Return the time as the store writes it, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Store:
    """The store of one output folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._held: sqlite3.Connection | None = None

    def decide(self, decision: GroupDecision) -> None:
        """Add a decision; it counts from now on.

        Raises:
            GraderError: the file cannot be written, or another process holds it.
        """
        row = (
            decision.check, decision.answers, str(decision.points), storable(decision.by), storable(decision.reason),
            storable(decision.example),
            decision.time or now(), decision.max_effect,
        )  # fmt: skip
        with self.open(write=True) as connection:
            connection.execute(
                "INSERT INTO decisions (check_id, answers, points, by, reason, example, time, worth)"
                " VALUES (?,?,?,?,?,?,?,?)",
                row,
            )

    def decisions(self) -> Mapping[tuple[str, str], GroupDecision]:
        """Return what counts, by check and group; nothing where there is no file yet.

        Raises:
            GraderError: the file is damaged or of a later version.
        """
        if not self.path.exists():
            return {}
        with self.open() as connection:
            rows = connection.execute(
                "SELECT check_id, answers, points, by, reason, example, time, worth FROM decisions ORDER BY id"
            ).fetchall()
        return {(row[0], row[1]): GroupDecision(row[0], row[1], Decimal(row[2]), *row[3:]) for row in rows}

    def add_overrides(
        self,
        overrides: Sequence[Override],
        asked: Mapping[str, str],
        comments: Sequence[Sequence[int]] = (),
        act: str = "",
    ) -> int:
        """Add marks that are not what counts already, with the time; return how many are new.

        `asked` says by check what the question is now: a mark remembers it, and is flagged once it changes. One without
        a digest is for the submission that the team's name stands for when it is marked next. `comments` has, for each
        of the marks, the comments of the bank that it came from; what has the same `act` is taken back together.

        Raises:
            GraderError: the file cannot be written, or another process holds it.
        """
        known = {(one.team, one.check): replace(one, asked="", digest="") for one in self.overrides(withdrawn=True)}
        pairs = list(zip(overrides, comments or [()] * len(overrides), strict=True))
        new = [
            pair
            for pair in pairs
            if pair[0].digest or known.get((pair[0].team, pair[0].check)) != replace(pair[0], asked="")
        ]
        if not new:
            return 0
        query = (
            "INSERT INTO marks (team, check_id, points, by, reason, asked, digest, time, act)"
            " VALUES (?,?,?,?,?,?,?,?,?)"
        )
        with self.open(write=True) as connection:
            for m, used in new:
                points = None if m.withdrawn else str(m.points)
                words = (storable(m.by), storable(m.reason), asked.get(m.check, ""))
                cursor = connection.execute(query, (m.team, m.check, points, *words, m.digest, now(), act))
                uses = [(cursor.lastrowid, comment) for comment in used]
                connection.executemany("INSERT INTO comment_uses VALUES (?,?)", uses)
        return len(new)

    def overrides(self, withdrawn: bool = False, team: str | None = None) -> list[Override]:
        """Return the marks that count, one for each team and check, or of one team; `withdrawn` ones if asked for.

        Raises:
            GraderError: the file is damaged or of a later version.
        """
        if not self.path.exists():
            return []
        with self.open() as connection:
            rows = connection.execute(
                "SELECT team, check_id, points, by, reason, asked, digest FROM marks"
                " WHERE undone = 0 AND (? IS NULL OR team = ?) ORDER BY id",
                (team, team),
            )
            last = {(row[0], row[1]): row for row in rows}
        overrides = [
            Override(r[0], r[1], Decimal(r[2] or 0), r[3], r[4], r[5], r[2] is None, r[6]) for r in last.values()
        ]
        return [mark for mark in overrides if withdrawn or not mark.withdrawn]

    def add_training(self, configuration: str, seed: int, percent: float, made_with: str) -> None:
        """Keep what the reference removed under a configuration with one seed.

        Raises:
            GraderError: the file cannot be written, or another process holds it.
        """
        with self.open(write=True) as connection:
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
        with self.open() as connection:
            for name, seed, percent in connection.execute("SELECT configuration, seed, percent FROM trainings"):
                found.setdefault(name, {})[str(seed)] = percent
        return found

    @contextlib.contextmanager
    def open(self, write: bool = False) -> Iterator[sqlite3.Connection]:
        """Give a connection in one transaction, brought to the present version; nothing else writes during `write`.

        Raises:
            GraderError: the file is not a store, is of a later version, cannot be written, or is held by another.
        """
        with self._told(), contextlib.ExitStack() as stack:
            connection = self._held or stack.enter_context(contextlib.closing(self._connected()))
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextlib.contextmanager
    def one_connection(self) -> Iterator[None]:
        """Use one connection for all that follows: to open and close the file each time costs more than to write."""
        with self._told(), contextlib.closing(self._connected()) as connection:
            connection.execute("PRAGMA synchronous=NORMAL")  # what a lost machine loses is marked again
            self._held = connection
            try:
                yield
            finally:
                self._held = None

    def _connected(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            if self._version(connection) < len(_MIGRATIONS):
                self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Say in words what SQLite says."""
        try:
            yield
        except sqlite3.OperationalError as error:
            hint = "another process holds it; try again" if "locked" in str(error) else "free some space or its rights"
            raise GraderError(f"{self.path}: cannot be used ({error}); {hint}") from None
        except (sqlite3.DatabaseError, OSError) as error:
            raise GraderError(f"{self.path}: not a store of the grader ({error}); move it away") from None

    def _version(self, connection: sqlite3.Connection) -> int:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > len(_MIGRATIONS):
            raise GraderError(f"{self.path}: written by a later version of the grader; use that one")
        return version

    def _migrate(self, connection: sqlite3.Connection) -> None:
        """Bring the file to the present version, whole or not at all; another process may have done so meanwhile."""
        connection.execute("BEGIN IMMEDIATE")
        for step in _MIGRATIONS[self._version(connection) :]:
            for statement in filter(str.strip, step.split(";")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(_MIGRATIONS)}")
        connection.execute("COMMIT")

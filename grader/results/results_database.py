"""The results of an output folder in one SQLite file, which Python's own `sqlite3` reads.

Overrides and decisions are only ever added: the last one counts, and those before it are its history.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader.errors import GraderError
from grader.model import GroupDecision, Message, Override
from grader.model.language import Language
from grader.model.message import NOTHING, Text
from grader.model.summary import SubmissionSummary
from grader.results.connection import Connection
from grader.results.effort import Effort
from grader.results.flagged_overrides import flagged_overrides
from grader.results.migrate import migrate
from grader.results.submissions import Total
from grader.results.tables import Tables

NAME = "grader.sqlite"


class ResultsDatabase:
    """The results database of one output folder; it may be used by several threads.

    Every method raises `GraderError` if the file is no results database, is of a later version, cannot be written, or
    if another process is using it for too long.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._file: tuple[int, int] | None = None  # device and inode of the file that was opened first
        self._shared: Connection | None = None
        self._thread = threading.local()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Tables]:
        """Give the tables as they are now; they do not change within the block, which may only read them.

        If there is no file, the tables are empty and none is created.
        """
        with self._transaction(write=False) as tables:
            yield tables

    @contextlib.contextmanager
    def writing(self) -> Iterator[Tables]:
        """Give the tables for one transaction: everything is saved when the block ends, or nothing if it raises."""
        with self._transaction(write=True) as tables:
            yield tables

    @contextlib.contextmanager
    def one_connection(self) -> Iterator[None]:
        """Use one connection for all transactions of the block, which must all be in this thread.

        A batch writes thousands of times; to open and close the file each time takes longer than to write.
        """
        with contextlib.closing(self._connect()) as connection:
            connection.execute("PRAGMA synchronous=NORMAL")  # submissions that a power failure loses are graded again
            self._shared = connection
            try:
                yield
            finally:
                self._shared = None

    def expect_in_place(self) -> None:
        """Make sure that the file is still the one that was opened first; a folder may be moved while it is used.

        Raises:
            GraderError: it was moved or removed; what would be written now would be missing there.
        """
        if self._file is not None and self._file != _identity(self.path):
            what = "was moved or removed while it was in use; put it back, or run the same command again"
            raise GraderError(f"{self.path.parent}: {what}")

    @contextlib.contextmanager
    def _transaction(self, write: bool) -> Iterator[Tables]:
        if getattr(self._thread, "in_transaction", False):
            raise RuntimeError("a transaction of the results database is open in this thread; use its tables")
        self.expect_in_place()
        self._thread.in_transaction = True
        try:
            with contextlib.ExitStack() as stack:
                connection = self._shared
                if connection is None:
                    in_memory = not write and not self.path.exists()
                    connection = stack.enter_context(contextlib.closing(self._connect(in_memory)))
                with connection.transaction(write):
                    yield Tables(connection)
        finally:
            self._thread.in_transaction = False

    def _connect(self, in_memory: bool = False) -> Connection:
        connection = Connection(None if in_memory else self.path)
        try:
            with connection.opening():
                connection.execute("PRAGMA journal_mode=WAL")
                migrate(connection, self.path)
        except BaseException:
            connection.close()
            raise
        if not in_memory and self._file is None:
            self._file = _identity(self.path)
        return connection

    # For callers with one question: each of these is a transaction of its own.

    def last_batch(self) -> tuple[int, str, Mapping[str, str]]:
        """Return number, rubric and question keys by check of the last batch; 0 and nothing if there is none."""
        with self.reading() as tables:
            return tables.batches.last()

    def language(self) -> Language:
        """Return the language of the last batch."""
        with self.reading() as tables:
            return tables.batches.language()

    def proof(self) -> Text:
        """Return the sentence on the proof of the last batch's rubric."""
        with self.reading() as tables:
            return tables.batches.proof()

    def origin(self, batch: int) -> str:
        """Return the origin of a batch, as JSON."""
        with self.reading() as tables:
            return tables.batches.origin(batch)

    def names(self, batch: int) -> list[str]:
        """Return the names of a batch's submissions, by team."""
        with self.reading() as tables:
            return tables.submissions.names(batch)

    def rows(self, batch: int | None = None) -> Iterator[SubmissionSummary]:
        """Return the submissions of a batch, or of the last one, by team."""
        with self.reading() as tables:
            return iter(tables.submissions.of_batch(tables.batches.last()[0] if batch is None else batch))

    def row(self, name: str) -> SubmissionSummary | None:
        """Return one submission, or None if there is none of this name."""
        with self.reading() as tables:
            return tables.submissions.summary(name)

    def past(self) -> dict[str, tuple[float, int]]:
        """Return seconds and peak bytes of earlier runs, by the name of the submission's file."""
        with self.reading() as tables:
            return tables.submissions.past()

    def history(self, name: str) -> list[Total]:
        """Return every total that a submission had, the oldest first."""
        with self.reading() as tables:
            return tables.submissions.history(name)

    def overrides(self) -> list[Override]:
        """Return the overrides that count."""
        with self.reading() as tables:
            return tables.overrides.counting()

    def decisions(self) -> Mapping[tuple[str, str], GroupDecision]:
        """Return the group decisions that count, by check and group."""
        with self.reading() as tables:
            return tables.group_decisions.counting()

    def flagged(self) -> list[tuple[Override, Message]]:
        """Return the overrides that a tutor should review again, each with the reason."""
        with self.reading() as tables:
            return flagged_overrides(tables)

    def trainings(self) -> dict[str, dict[str, float]]:
        """Return the percentages of the reference's trainings, by configuration and seed."""
        with self.reading() as tables:
            return tables.trainings.percentages()

    # For callers with one act: the same.

    def begin(
        self,
        rubric: str,
        question_keys: Mapping[str, str],
        language: Language = "en",
        origin: str = "{}",
        proof: Text = NOTHING,
        suggest: str = "",
        rubric_items: str = "{}",
    ) -> int:
        """Begin a batch and return its number; see `BatchesTable.begin`."""
        with self.writing() as tables:
            return tables.batches.begin(rubric, question_keys, language, origin, proof, suggest, rubric_items)

    def put(
        self,
        row: SubmissionSummary,
        batch: int | None,
        effort: Effort | None = None,
        why: str = "graded",
        given: Sequence[Override] = (),
    ) -> None:
        """Write a submission with all of its findings; without `batch` it stays in its present batch.

        Overrides of its team that were `given` with this run are for this submission.
        """
        with self.writing() as tables:
            tables.submissions.put(row, batch, effort, why)
            for override in given:
                if override.team == row.team:
                    tables.overrides.bind(override, row.digest)

    def drop(self, name: str) -> None:
        """Remove a submission from its batch; its findings and its history stay."""
        with self.writing() as tables:
            tables.submissions.drop(name)

    def add_training(self, configuration: str, seed: int, percent: float, made_with: str) -> None:
        """Write the per cent of noise that the reference removed under a configuration with one seed."""
        with self.writing() as tables:
            tables.trainings.put(configuration, seed, percent, made_with)


def _identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode of a file, or None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino

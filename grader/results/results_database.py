"""Submissions, findings and points of an output folder, and the history of every total."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from grader.model import Override, Text, say
from grader.model.language import LANGUAGES, Language
from grader.model.summary import SubmissionSummary
from grader.results.database import Store, now
from grader.results.effort import Effort
from grader.results.submissions import (
    Total,
    _bind,
    _merged,
    _names,
    _number,
    _put_parts,
    _put_submission,
    _put_total,
    _row,
)


class ResultsDatabase(Store):
    """The records of one output folder."""

    def begin(self, rubric: str, asked: Mapping[str, str], language: Language = "en", origin: str = "{}") -> int:
        """Begin a batch and return its number; `origin` is JSON of where rubric and submissions lie (see `again.py`).

        Raises:
            GraderError: the file cannot be written, or another process holds it.
        """
        with self.open(write=True) as connection:
            row = (rubric, json.dumps(dict(asked), sort_keys=True), now(), language, origin)
            query = "INSERT INTO batches (rubric, asked, time, language, origin) VALUES (?,?,?,?,?)"
            return int(connection.execute(query, row).lastrowid or 0)

    def origin(self, batch: int) -> str:
        """What `begin` was given as the origin of a batch."""
        with self.open() as connection:
            row = connection.execute("SELECT origin FROM batches WHERE id = ?", (batch,)).fetchone()
        return str(row[0]) if row else "{}"

    def drop(self, name: str) -> None:
        """Take a submission out of its batch; what was found of it and its history stay."""
        with self.open(write=True) as connection:
            connection.execute("UPDATE hand_ins SET batch = 0 WHERE name = ?", (name,))

    def last_batch(self) -> tuple[int, str, Mapping[str, str]]:
        """Return number, rubric and what each check asked of the last batch; 0 and nothing before the first."""
        if not self.path.exists():
            return 0, "", {}
        with self.open() as connection:
            row = connection.execute("SELECT id, rubric, asked FROM batches ORDER BY id DESC LIMIT 1").fetchone()
        return (row[0], row[1], json.loads(row[2])) if row else (0, "", {})

    def language(self) -> Language:
        """The language that the last batch is shown in."""
        if not self.path.exists():
            return "en"
        with self.open() as connection:
            row = connection.execute("SELECT language FROM batches ORDER BY id DESC LIMIT 1").fetchone()
        return next((one for one in LANGUAGES if row and row[0] == one), "en")

    def put(
        self,
        row: SubmissionSummary,
        batch: int | None,
        effort: Effort | None = None,
        why: str = "marked",
        given: Sequence[Override] = (),
    ) -> None:
        """Write a submission with all of its findings, in one step; without a batch it stays in the one it was in.

        `given` marks came with this run: they are for this submission, whatever they were for before.

        Raises:
            GraderError: the file cannot be written, or another process holds it.
        """
        with self.open(write=True) as connection:
            known = connection.execute(
                "SELECT batch, evidence, run_seconds, memory_bytes, seconds FROM hand_ins WHERE name = ?", (row.name,)
            ).fetchone()
            _put_submission(connection, row, _merged(batch, effort, known))
            _put_parts(connection, row)
            _put_total(connection, row, why)
            for override in given:
                if override.team == row.team:
                    _bind(connection, override, row.digest)

    def rows(self, batch: int | None = None) -> Iterator[SubmissionSummary]:
        """Yield the submissions of a batch, the last one if none is named, by team; one at a time is held.

        Raises:
            GraderError: the file is damaged or of a later version.
        """
        chosen = self.last_batch()[0] if batch is None else batch
        if not chosen:
            return
        with self.open() as connection:
            for name in _names(connection, chosen):
                if (row := _row(connection, name)) is not None:
                    yield row

    def names(self, batch: int) -> list[str]:
        """The names of a batch's submissions, by team."""
        with self.open() as connection:
            return _names(connection, batch)

    def row(self, name: str) -> SubmissionSummary | None:
        """Return one submission by name."""
        with self.open() as connection:
            return _row(connection, name)

    def seconds(self, batch: int) -> Iterator[tuple[str, str]]:
        """Yield name and JSON of how long each submission's cells took."""
        with self.open() as connection:
            query = "SELECT name, seconds FROM hand_ins WHERE batch = ? ORDER BY name"
            yield from connection.execute(query, (batch,))

    def past(self) -> dict[str, tuple[float, int]]:
        """Seconds and peak bytes of what was run before, by the name of the file it came from."""
        if not self.path.exists():
            return {}
        with self.open() as connection:
            query = "SELECT source, run_seconds, memory_bytes FROM hand_ins WHERE run_seconds > 0 ORDER BY time"
            return {source: (seconds, memory) for source, seconds, memory in connection.execute(query)}

    def history(self, name: str) -> list[Total]:
        """Every total that a submission had, the oldest first."""
        with self.open() as connection:
            query = "SELECT hand_in, decided, total, points, why, time FROM totals WHERE hand_in = ? ORDER BY id"
            found = connection.execute(query, (name,)).fetchall()
        return [Total(r[0], Decimal(r[1]), _number(r[2]), Decimal(r[3]), r[4], r[5]) for r in found]

    def flagged(self) -> list[tuple[Override, Text]]:
        """Return the manual grades to review, each with the reason."""
        batch, _, asked = self.last_batch()
        with self.open() as connection:
            query = "SELECT team, digest FROM hand_ins WHERE batch = ?"
            here: dict[str, set[str]] = {}
            for team, digest in connection.execute(query, (batch,)):
                here.setdefault(team, set()).add(digest)
        found: list[tuple[Override, Text]] = []
        for override in self.overrides():
            if override.team in here and override.digest and override.digest not in here[override.team]:
                found.append((override, say("The team has submitted again since; this manual grade is not used.")))
            elif override.check not in asked:
                found.append((override, say("The rubric no longer has this check; this manual grade is not used.")))
            elif override.asked and override.asked != asked[override.check]:
                found.append((override, say("The question or its maximum points have changed since.")))
        return found

"""Grade one submission of a batch again, if the rubric, the lists and the submission are still the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from grader.batch.executor import Executor, GradedReport
from grader.batch.local_workers import ProcessPool
from grader.batch.writer import Writer, prepare
from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.ingest.chosen_code import with_choices
from grader.ingest.source import Source
from grader.lists.code_choices import read_code_choices
from grader.lists.course_lists import read_extensions, read_intake, read_roster
from grader.model.summary import SubmissionSummary
from grader.opening.survey_confined import discover
from grader.results.results_database import ResultsDatabase
from grader.rubric.load import read_rubric
from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.isolation import choose

WHOLE = "grade the whole batch again with 'grader grade'"


@dataclass(frozen=True)
class BatchOrigin:
    """The origin of a batch: absolute paths, and the digest of the rubric and each list."""

    submissions: tuple[str, ...] = ()
    rubric: str = ""
    lists: Mapping[str, str] = field(default_factory=dict)  # intake, extensions, roster and code, if given
    digests: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""
    cell_cpu_seconds: float | None = None
    require: str = ""
    layout: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)  # headings of the worksheet, by purpose

    @classmethod
    def of(
        cls,
        submissions: Sequence[Path],
        rubric: Path,
        lists: Mapping[str, Path | None],
        zone: str = "",
        cell_cpu_seconds: float | None = None,
        require: str = "",
        kinds: Sequence[Path] = (),
        layout: str = "",
        columns: Mapping[str, str] | None = None,
    ) -> BatchOrigin:
        """Return the origin needed to grade one of `submissions` again; `kinds` are the rubric's files with kinds."""
        given = {name: str(path.absolute()) for name, path in lists.items() if path is not None}
        where = str(rubric.absolute())
        digests = {path: _digest(path) for path in (where, *given.values(), *(str(path.absolute()) for path in kinds))}
        paths = tuple(str(path.absolute()) for path in submissions)
        return cls(paths, where, given, digests, zone, cell_cpu_seconds, require, layout, columns or {})

    def text(self) -> str:
        """Return the origin as JSON, as the table of batches stores it."""
        return json.dumps(asdict(self), sort_keys=True)

    def check(self) -> None:
        """Raise an error if the rubric or a list has changed.

        Raises:
            GraderError: a file is unknown, does not exist any more, or was changed.
        """
        if not self.rubric:
            raise GraderError(f"this run did not record where its submissions are; {WHOLE}")
        for path, digest in self.digests.items():
            found = _digest(path)
            if not found:
                raise GraderError(f"{path}: no longer there; put it back, or {WHOLE}")
            if found != digest:
                raise GraderError(f"{path}: changed since the batch was graded; restore it, or {WHOLE}")

    def options(self, out: Path) -> GradingOptions:
        """Return the options of the batch, with the cache ignored."""

        def table(name: str, read: Callable[[Path], Any]) -> Any:
            return read(Path(self.lists[name])) if name in self.lists else None

        return GradingOptions(
            intake=table("intake", lambda path: read_intake(path, self.zone, dict(self.columns)).by_key),
            extensions=table("extensions", read_extensions),
            roster=table("roster", read_roster),
            cell_cpu_seconds=self.cell_cpu_seconds,
            level=_level(self.require),
            layout=self.layout,
            zone=self.zone,
            keep=out,
            fresh=True,
        )

    def source(self, row: SubmissionSummary) -> Source:
        """Return the file or folder of a submission.

        Raises:
            GraderError: it does not exist any more, or cannot be distinguished from another one.
        """
        for path in self.submissions:
            if not Path(path).exists():
                raise GraderError(f"{path}: no longer there; put it back, or {WHOLE}")
        every = discover(map(Path, self.submissions), self.layout, self.zone)
        choices = read_code_choices(Path(self.lists["code"])) if "code" in self.lists else {}
        found = [one for one in every if (one.name, one.team) == (row.source, row.team)]
        if len(found) != 1:
            what = "no longer there" if not found else "found several times"
            raise GraderError(f"{row.source}: {what} in {', '.join(self.submissions)}; put it back, or {WHOLE}")
        return with_choices(found, choices)[0]


def _digest(path: str) -> str:
    """Return the digest of a file; empty if it cannot be read."""
    try:
        return sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""


def _level(require: str) -> Level:
    found = choose()
    if found.level == "C" or (require and found.level > require):
        why = f" ({'; '.join(found.reasons)})" if found.reasons else ""
        raise GraderError(f"the required isolation is not available on this machine{why}; see 'grader doctor'")
    return found.level


@dataclass(frozen=True)
class RegradedSubmission:
    """A submission that was graded again, ready to be written."""

    graded: GradedReport
    writer: Writer
    before: SubmissionSummary

    def write(self) -> str:
        """Write the report in place of the earlier one, and return its name.

        Raises:
            GraderError: the content of the submission changed, or the grader failed before the submission was opened.
        """
        row = self.graded.rendered.row
        if self.before.digest and not row.digest:
            raise GraderError(f"the grader failed again: {' '.join(map(str, row.notices))}")
        if self.before.digest and row.digest != self.before.digest:
            raise GraderError(f"{row.source}: changed since the batch was graded; restore it, or {WHOLE}")
        self.writer.write(self.graded)
        if row.name != self.before.name:  # it was not opened before, so its name had no digest
            self.writer.records.drop(self.before.name)
        return row.name


def regrade_one(out: Path, batch: int, name: str, why: str, begun: Callable[[Executor], None]) -> RegradedSubmission:
    """Grade one submission of a batch again, in a process of its own; only its evidence is written.

    `begun` gets the executor, so that the caller can stop it.

    Raises:
        GraderError: a file is missing or was changed, or this machine does not offer the required isolation.
    """
    records = ResultsDatabase(out)
    values = json.loads(records.origin(batch))
    origin = BatchOrigin(**{**values, "submissions": tuple(values.get("submissions", ()))})
    origin.check()
    before = records.row(name)
    if before is None:
        raise GraderError(f"no submission {name} in {out}")
    source, rubric = origin.source(before), read_rubric(Path(origin.rubric))
    options = prepare(records, rubric, origin.options(out), [source])
    executor = ProcessPool(1, rubric, options)
    begun(executor)
    try:
        executor.submit(0, source)
        [(_, graded)] = executor.finished()
    finally:
        executor.close()
    return RegradedSubmission(graded, Writer(out, records, batch, options, why), before)

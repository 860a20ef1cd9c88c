"""The base of every export format: a name, a summary, and a function from graded submissions to files in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from grader.errors import GraderError
from grader.model import Report
from grader.model.summary import SubmissionSummary, file_name
from grader.results.output_folder import each_report, expect_reports, page_of, report_of, seconds_of
from grader.results.results_database import ResultsDatabase

EXPORTS = "exports"  # the folder in an output folder to write to by default
Files = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Options:
    """The options of exports; each format names those that it needs."""

    worksheet: Path | None = None  # Moodle's, as downloaded
    gradebook: Path | None = None  # Canvas's, as downloaded
    assignment: str = ""  # its column in the gradebook
    adjustments: Path | None = None  # a file with points of single members
    columns: Mapping[str, str] = field(default_factory=dict)  # headings in another language, by purpose
    maximum: Decimal | None = None  # of the platform, if its file does not have it
    replace_feedback: bool = False  # also over feedback of a tutor
    below: str = ""  # the folder of the submission in the repository that a service annotates


@dataclass(frozen=True)
class Inputs:
    """The results in `folder`, read on demand, and the options."""

    folder: Path
    options: Options = Options()

    def rows(self) -> Iterator[SubmissionSummary]:
        """Yield a line for each submission, by team.

        Raises:
            GraderError: nothing was graded there.
        """
        expect_reports(self.folder)
        yield from ResultsDatabase(self.folder).rows()

    def reports(self, doubts: list[str] | None = None) -> Iterator[Report]:
        """Yield every report, one at a time.

        With `doubts`, a sentence on each one that cannot be used is added to them, and the others are yielded.

        Raises:
            GraderError: nothing was graded there, or without `doubts` a report cannot be used.
        """
        expect_reports(self.folder)
        decided = {row.name: row for row in ResultsDatabase(self.folder).rows()}
        for report in each_report(self.folder, doubts):
            problem = _not_written(report, decided.get(file_name(report)))
            if problem and doubts is None:
                raise GraderError(problem)
            if problem and doubts is not None:
                doubts.append(problem)
            else:
                yield report

    def seconds(self) -> dict[str, float]:
        """Return the wall time of each submission's run, in seconds, by the digest of its content."""
        by_name = seconds_of(self.folder)
        return {row.digest: by_name.get(row.name, 0.0) for row in self.rows()}

    def page(self, row: SubmissionSummary) -> bytes:
        """Return the page of a submission.

        Raises:
            GraderError: it cannot be read, or an override was added since it was written.
        """
        if problem := _not_written(report_of(self.folder, row.name), row):
            raise GraderError(problem)
        return read(page_of(row, self.folder))


def _not_written(report: Report, row: SubmissionSummary | None) -> str:
    """Return a sentence if a report differs from the database, as grades of the desk do until they are published."""
    if row is not None and (row.total, row.certain) != (report.grade.total, report.grade.certain):
        return f"{row.team}: grades changed since its report was written; publish them in 'grader desk'"
    return ""


@dataclass(frozen=True)
class Export:
    """Files by name, below the folder that they are written to, with lists of changes, of warnings and of doubts.

    A doubt is about one student, who is left out and whom a person has to look at.

    A service that runs the grader may read `commands` from standard output, and `appended` at the end of the files that
    its variables name.
    """

    files: Files
    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    appended: Mapping[str, bytes] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Format:
    """One format; `needs` are its required options.

    A format that is made `always` needs none, and is written whenever grades are published.
    """

    name: str
    summary: str
    make: Callable[[Inputs], Export]
    needs: tuple[str, ...] = ()
    always: bool = False


def read(path: Path) -> bytes:
    """Return a file's content.

    Raises:
        GraderError: the file cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the path") from None

"""The base of every export format: a name, a summary, and a function from graded submissions to files in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from grader.errors import GraderError
from grader.model import Report
from grader.model.summary import SubmissionSummary, file_name
from grader.results.output_folder import each_report, expect_reports, page_of, report_of
from grader.results.results_database import ResultsDatabase

EXPORTS = "exports"  # where they are written in an output folder, if nothing else is said
Files = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Options:
    """What a person may give to an export; each format says which of them it needs."""

    worksheet: Path | None = None  # Moodle's, as downloaded
    gradebook: Path | None = None  # Canvas's, as downloaded
    assignment: str = ""  # its column there
    adjustments: Path | None = None  # points of single members
    columns: Mapping[str, str] = field(default_factory=dict)  # headings in another language, by what they are for
    maximum: Decimal | None = None  # of the platform, where its file does not say
    replace_feedback: bool = False  # also where a person has written some


@dataclass(frozen=True)
class Inputs:
    """The results in `folder`, read on demand, and the options."""

    folder: Path
    options: Options = Options()

    def rows(self) -> Iterator[SubmissionSummary]:
        """Yield a line for each submission, by team.

        Raises:
            GraderError: nothing was marked there.
        """
        expect_reports(self.folder)
        yield from ResultsDatabase(self.folder).rows()

    def reports(self) -> Iterator[Report]:
        """Yield every report, one at a time.

        Raises:
            GraderError: nothing was marked there, or a report cannot be read.
        """
        expect_reports(self.folder)
        decided = {row.name: row for row in ResultsDatabase(self.folder).rows()}
        for report in each_report(self.folder):
            _expect_written(report, decided.get(file_name(report)))
            yield report

    def page(self, row: SubmissionSummary) -> bytes:
        """Return the page of a submission.

        Raises:
            GraderError: it cannot be read, or something was decided since it was written.
        """
        _expect_written(report_of(self.folder, row.name), row)
        return read(page_of(row, self.folder))


def _expect_written(report: Report, row: SubmissionSummary | None) -> None:
    """Raise an error if a report differs from the database: grades from the desk are in it once they are published.

    Raises:
        GraderError: it says something else.
    """
    if row is not None and (row.total, row.certain) != (report.grade.total, report.grade.certain):
        raise GraderError(f"{row.team}: grades changed since its report was written; publish them in 'grader desk'")


@dataclass(frozen=True)
class Export:
    """Files by name, below the folder that they are written to; what changes, a line each; what to look at.

    A service that runs us may read `commands` from standard output, and `appended` at the end of the files that its
    variables name.
    """

    files: Files
    said: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    appended: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Format:
    """One format: `needs` are the options without which it cannot be made.

    One that is made `always` needs none, and is written whenever marks are published.
    """

    name: str
    summary: str
    make: Callable[[Inputs], Export]
    needs: tuple[str, ...] = ()
    always: bool = False


def read(path: Path) -> bytes:
    """Return a file's content.

    Raises:
        GraderError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the path") from None

"""Publish the grades of the desk, and list the published totals that changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader import atomic_write
from grader.desk.manual_grading import GradingDesk
from grader.errors import GraderError
from grader.exports import export_formats
from grader.exports.export_format import EXPORTS, Inputs
from grader.model.message import Message
from grader.model.summary import SubmissionSummary, common_failures
from grader.report.class_medians import medians_of
from grader.results.current_reports import current_report, refresh_rows
from grader.results.output_folder import REPORTS, report_of, write_report, write_tables


@dataclass(frozen=True)
class Change:
    """A total that changed since it was published."""

    team: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class Line:
    """One submission to publish, with the number of its unresolved checks."""

    name: str
    team: str
    certain: Decimal
    total: Decimal | None
    unresolved: int


def lines(rows: Iterable[SubmissionSummary]) -> list[Line]:
    """Return the submissions to publish, in the order of `rows`."""
    return [Line(row.name, row.team, row.certain, row.total, len(row.unresolved)) for row in rows]


def alerts(rows: Sequence[SubmissionSummary]) -> list[Message]:
    """Return what a tutor should look at before anything is published: checks that most teams fail in the same way."""
    return [failure.in_words() for failure in common_failures(rows)]


def rows_of(desk: GradingDesk) -> list[SubmissionSummary]:
    """Return the submissions of the batch, by team."""
    with desk.records.reading() as tables:
        return tables.submissions.of_batch(desk.batch)


def is_open(desk: GradingDesk) -> bool:
    """Return whether a report is not fully graded."""
    with desk.records.reading() as tables:
        return any(row.unresolved for row in tables.submissions.without_checks(desk.batch))


def changes(desk: GradingDesk) -> list[Change]:
    """Return the totals that changed since they were published."""
    with desk.records.reading() as tables:
        return [Change(*change) for change in tables.published.changes(desk.batch)]


@dataclass(frozen=True)
class Published:
    """The number of reports that changed on disk, and the reasons why exports could not be made."""

    reports: int
    problems: tuple[str, ...] = ()


def publish(desk: GradingDesk) -> Published:
    """Write all reports, the overview and the exports that need no options, with the present grades.

    Rows that do not agree with their reports and overrides are made again first. The totals count as published once
    all files are written: if the process ends before, publishing again writes the rest.

    Raises:
        GraderError: a report cannot be read, or the folder cannot be written.
    """
    refresh_rows(desk.records, desk.folder, desk.batch)
    changed, totals = 0, {}
    with desk.records.reading() as tables:
        medians = medians_of(tables.submissions.of_batch(desk.batch))
        for name in tables.submissions.names(desk.batch):
            report = current_report(report_of(desk.folder, name), tables)
            path = desk.folder / REPORTS / f"{name}.html"
            before = path.read_bytes() if path.exists() else b""
            write_report(report, desk.folder, medians)
            changed += path.read_bytes() != before
            totals[name] = report.grade.total
        write_tables(desk.folder, tables)
    problems = tuple(_exported(desk))
    with desk.records.writing() as tables:
        tables.published.put(totals)
    return Published(changed, problems)


def _exported(desk: GradingDesk) -> Iterator[str]:
    """Write the exports and yield the reason for each that could not be made; the others are written all the same."""
    for one in export_formats().values():
        if not one.always:
            continue
        try:
            made = one.make(Inputs(desk.folder))
        except GraderError as error:
            yield f"{one.name}: {error}"
            continue
        for name, data in made.files:
            atomic_write.write(desk.folder / EXPORTS / name, data)

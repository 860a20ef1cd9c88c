"""Reports with the overrides and group decisions that count now, and the rows of submissions that follow from them.

A report's JSON has the overrides that counted when it was written; tutors add later ones. The rows of submissions in
the results database are a cache of both, and `refresh_rows` writes those again that differ.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from grader.errors import GraderError
from grader.model import LineComment, RegradeAnswer, Report
from grader.model.summary import file_name, summary_of
from grader.results.output_folder import report_of
from grader.results.results_database import ResultsDatabase
from grader.results.submissions import as_stored
from grader.results.tables import Tables
from grader.scoring.group_decisions import overrides_from_decisions
from grader.scoring.score import apply_overrides

log = logging.getLogger(__name__)


def current_report(report: Report, tables: Tables) -> Report:
    """Return a report with exactly the overrides, group decisions and words of tutors that count now."""
    if not tables.submissions.has(file_name(report)):  # from a version without a database
        given = [scored.override for q in report.grade.questions for scored in q.checks if scored.override is not None]
        own = [override for override in given if override.team]
    else:
        own = [one for one in tables.overrides.counting(team=report.team) if one.digest == report.digest]
    decided = overrides_from_decisions(report.grade, tables.group_decisions.counting(), own)
    return replace(
        report, grade=apply_overrides(report.grade, [*own, *decided]), regrades=_regrades(report, tables),
        line_comments=_line_comments(report, tables),
    )  # fmt: skip


def _regrades(report: Report, tables: Tables) -> tuple[RegradeAnswer, ...]:
    found = tables.regrade_requests.of(report.team, report.digest)
    return tuple(
        RegradeAnswer(one.question, one.request, one.answer, one.by, one.earned) for one in found if one.answer
    )


def _line_comments(report: Report, tables: Tables) -> tuple[LineComment, ...]:
    found = tables.line_comments.of(report.team, report.digest)
    return tuple(LineComment(one.question, one.cell, one.line, one.text, one.by) for one in found)


def put_current_rows(tables: Tables, folder: Path, names: Iterable[str], why: str) -> None:
    """Write the rows of submissions as they follow from their reports and the overrides that count now.

    Raises:
        GraderError: a report cannot be read.
    """
    for name in names:
        tables.submissions.put(summary_of(current_report(report_of(folder, name), tables)), why=why)


def refresh_rows(results: ResultsDatabase, folder: Path, batch: int) -> list[str]:
    """Write the rows of a batch that differ from reports and overrides, and return their names.

    A row whose report cannot be read stays as it is.
    """
    with results.reading() as tables:
        outdated = list(_outdated(tables, folder, batch))
    if outdated:
        with results.writing() as tables:
            put_current_rows(tables, folder, outdated, "made again from report and overrides")
    return outdated


def _outdated(tables: Tables, folder: Path, batch: int) -> Iterator[str]:
    for name in tables.submissions.names(batch):
        try:
            report = report_of(folder, name)
        except GraderError as error:
            log.warning("the row of a submission was not compared with its report: %s", error)
            continue
        if as_stored(summary_of(current_report(report, tables))) != tables.submissions.summary(name):
            yield name

"""Render one report as HTML and JSON."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from grader.model import Notice, NoticeCode, Report
from grader.model.message import say
from grader.model.summary import SubmissionSummary, summary_of
from grader.report.class_medians import Medians
from grader.report.pages import report_page
from grader.report.serialize import to_json

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RenderedReport:
    """A rendered report: its summary for the overview, its page and its JSON."""

    row: SubmissionSummary
    page: str
    data: str


def rendered(report: Report, medians: Medians | None = None) -> RenderedReport:
    """Render a report, with the `medians` of the class where the rubric says so.

    If that fails, it is rendered without its details, and with a notice.
    """
    try:
        page = report_page(report, medians)
    except Exception:
        log.exception("the report of %s could not be drawn", report.team)
        page = report_page(_without_details(report))
    return RenderedReport(summary_of(report), page, to_json(report))


def _without_details(report: Report) -> Report:
    """Return a report without tables, charts and quotes, with a notice: one of them could not be rendered."""
    questions = tuple(
        replace(q, checks=tuple(replace(s, finding=replace(s.finding, details=())) for s in q.checks))
        for q in report.grade.questions
    )
    notice = Notice(
        NoticeCode.grader_error,
        say("Tables, charts and quotes of this report could not be drawn."),
        say("The log has the details."),
        True,
    )
    grade = replace(report.grade, questions=questions)
    return replace(report, grade=grade, notices=(*report.notices, notice), pages={})

"""Apply group decisions to reports that were written before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.model import GroupDecision, Override, Report
from grader.model.summary import file_name, summary_of
from grader.results.current_reports import current_report
from grader.results.output_folder import write_overview, write_report
from grader.results.results_database import ResultsDatabase


def decide_groups(decisions: Sequence[GroupDecision], reports: Sequence[Report], folder: Path) -> list[Report]:
    """Save group decisions, write the reports of `folder` that they change, and return those reports.

    Decisions and rows are saved together before any file is written. If the process ends in between, the same call
    writes the files.

    Raises:
        GraderError: the folder cannot be read or written.
    """
    results = ResultsDatabase(folder)
    changed: dict[str, Report] = {}
    with results.writing() as tables:
        for decision in decisions:
            tables.group_decisions.add(decision)
        for report in reports:
            current = current_report(report, tables)
            if _group_overrides(current) != _group_overrides(report):
                name = file_name(report)
                changed[name] = current
                if tables.submissions.has(name):
                    tables.submissions.put(summary_of(current), why=f"decided by {decisions[-1].by}")
    for report in changed.values():
        write_report(report, folder)
    rows = [summary_of(changed.get(file_name(report), report)) for report in reports]
    write_overview(rows, folder, reports[0].rubric, results.flagged(), reports[0].language, results.proof())
    return list(changed.values())


def _group_overrides(report: Report) -> Mapping[str, Override]:
    """Return the overrides of a report that follow from group decisions, by check."""
    return {
        scored.finding.check: scored.override
        for question in report.grade.questions
        for scored in question.checks
        if scored.override is not None and not scored.override.team
    }

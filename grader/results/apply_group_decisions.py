"""Apply decisions on equal answers to reports that were written before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.model import Report
from grader.model.summary import file_name, summary_of
from grader.results.output_folder import write_overview, write_team
from grader.results.results_database import ResultsDatabase
from grader.scoring.group_decisions import overrides_from_decisions
from grader.scoring.score import apply_overrides


def decide_again(reports: Sequence[Report], folder: Path) -> list[Report]:
    """Apply the decisions that `folder` keeps to its reports, write what changed, and return those reports.

    Raises:
        GraderError: the folder cannot be read or written.
    """
    records = ResultsDatabase(folder)
    decisions = records.decisions()
    changed, all_of_them = [], []
    for report in reports:
        given = [scored.override for q in report.grade.questions for scored in q.checks if scored.override is not None]
        own = [override for override in given if override.team]  # what was decided for a group can be decided again
        overrides = [one for one in overrides_from_decisions(report.grade, decisions, own) if one not in given]
        grade = apply_overrides(report.grade, [*given, *overrides]) if overrides else report.grade
        one = report if grade is report.grade else replace(report, grade=grade)
        all_of_them.append(one)
        if one is not report:
            changed.append(one)
            write_team(one, folder)
            if records.row(file_name(one)) is not None:
                records.put(summary_of(one), None, why=f"decided by {overrides[-1].by}")
    write_overview(map(summary_of, all_of_them), folder, reports[0].rubric, records.flagged(), reports[0].language)
    return changed

"""Apply decisions on equal answers to reports that were written before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.model import Report
from grader.model.summary import file_name, row_of
from grader.results.output_folder import write_overview, write_team
from grader.results.results_database import Records
from grader.scoring.group_decisions import decided
from grader.scoring.score import with_marks


def decide_again(reports: Sequence[Report], folder: Path) -> list[Report]:
    """Apply the decisions that `folder` keeps to its reports, write what changed, and return those reports.

    Raises:
        GraderError: the folder cannot be read or written.
    """
    records = Records(folder)
    decisions = records.decisions()
    changed, all_of_them = [], []
    for report in reports:
        findings = [scored.finding for question in report.grade.questions for scored in question.checks]
        given = [scored.mark for q in report.grade.questions for scored in q.checks if scored.mark is not None]
        own = [mark for mark in given if mark.team]  # what was decided for a group can be decided again
        worths = {scored.finding.check: scored.worth for q in report.grade.questions for scored in q.checks}
        marks = [mark for mark in decided(findings, decisions, worths, own) if mark not in given]
        one = replace(report, grade=with_marks(report.grade, marks)) if marks else report
        all_of_them.append(one)
        if one is not report:
            changed.append(one)
            write_team(one, folder)
            if records.row(file_name(one)) is not None:
                records.put(row_of(one), None, why=f"decided by {marks[-1].by}")
    write_overview(map(row_of, all_of_them), folder, reports[0].rubric, records.flagged(), reports[0].language)
    return changed

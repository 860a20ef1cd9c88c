"""`grader report`: write the report pages again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import GRADING, app


@app.command(rich_help_panel=GRADING)
def report(folder: Annotated[Path, typer.Argument(help="The output folder of 'grader grade'.")]) -> None:
    """Write the report pages again.

    Uses the results of an earlier run; no student code is run and no check is judged.
    """
    from grader.model.summary import summary_of
    from grader.report.class_medians import medians_of
    from grader.results.folder_lock import hold
    from grader.results.output_folder import each_report, expect_reports, write_overview, write_report
    from grader.results.results_database import ResultsDatabase
    from grader.text import counted

    expect_reports(folder)
    rows, title = [], ""
    with hold(folder, "grader report"):
        records = ResultsDatabase(folder)
        medians = medians_of(records.rows())
        for one in each_report(folder):
            write_report(one, folder, medians)
            rows.append(summary_of(one))
            title = one.rubric
        index = write_overview(rows, folder, title, records.flagged(), records.language(), records.proof())
    typer.echo(f"{counted(len(rows), 'report')} written; index: {index}")

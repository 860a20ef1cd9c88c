"""`grader report`: write the pages again from the JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.app import app

if TYPE_CHECKING:
    pass


@app.command()
def report(folder: Annotated[Path, typer.Argument(help="The folder that 'grader grade' wrote.")]) -> None:
    """Write the pages again from the JSON of an earlier run; nothing is run or judged."""
    from grader.model.summary import summary_of
    from grader.results.folder_lock import hold
    from grader.results.output_folder import each_report, expect_reports, write_overview, write_team
    from grader.results.results_database import ResultsDatabase

    expect_reports(folder)
    rows, title = [], ""
    with hold(folder, "grader report"):
        for one in each_report(folder):
            write_team(one, folder)
            rows.append(summary_of(one))
            title = one.rubric
        records = ResultsDatabase(folder)
        index = write_overview(rows, folder, title, records.flagged(), records.language())
    typer.echo(f"{len(rows)} reports written; index: {index}")

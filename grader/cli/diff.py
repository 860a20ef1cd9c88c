"""`grader diff`: compare two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import app


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A folder that 'grader grade' wrote.")],
    new: Annotated[Path, typer.Argument(help="Another one, after a change of the rubric or of the grader.")],
) -> None:
    """List who gains and who loses what between two runs; nothing is changed."""
    from grader.results.compare_runs import changes, missing
    from grader.results.output_folder import read_reports
    from grader.text import plain, points

    before, after = read_reports(old), read_reports(new)
    found = changes(before, after)
    for one in found:
        typer.echo(f"{plain(one.team)}: {plain(one.title)} ({one.check}) {points(one.before)} -> {points(one.after)}")
        typer.echo(f"    {plain(one.why)}")
    for team in missing(before, after):
        typer.echo(f"{plain(team)}: not in {new}")
    teams = len({one.team for one in found})
    typer.echo(f"{len(found)} changes in {teams} of {len(after)} reports")

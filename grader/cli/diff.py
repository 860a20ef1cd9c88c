"""`grader diff`: compare the grades of two runs."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import GRADING, AsJson, app


@app.command(rich_help_panel=GRADING)
def diff(
    old: Annotated[Path, typer.Argument(help="An output folder of 'grader grade'.")],
    new: Annotated[Path, typer.Argument(help="Another one, after a change to the rubric or the grader.")],
    as_json: AsJson = False,
) -> None:
    """Compare the grades of two runs.

    Lists each change of points with its reason; changes no file.
    """
    from grader.results.compare_runs import changes, missing
    from grader.results.output_folder import read_reports
    from grader.text import counted, one_line, plain, points

    before, after = read_reports(old), read_reports(new)
    found = changes(before, after)
    if as_json:
        rows = [
            {
                "team": one.team, "check": one.check, "title": str(one.title), "before": _number(one.before),
                "after": _number(one.after), "why": str(one.why),
            }
            for one in found
        ]  # fmt: skip
        typer.echo(json.dumps({"changes": rows, "missing": missing(before, after)}, indent=1, ensure_ascii=False))
        return
    for one in found:
        typer.echo(
            f"{one_line(one.team)}: {plain(one.title)} ({one.check}) {points(one.before)} -> {points(one.after)}"
        )
        typer.echo(f"    {plain(one.why)}")
    for team in missing(before, after):
        typer.echo(f"{one_line(team)}: not in {new}")
    teams = len({one.team for one in found})
    typer.echo(f"{counted(len(found), 'change')} in {teams} of {counted(len(after), 'report')}")


def _number(points: Decimal | None) -> str | None:
    return None if points is None else str(points)

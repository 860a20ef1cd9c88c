"""`grader groups`: list the answers that need review, equal ones grouped."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from grader.cli.app import GRADING, AsJson, app
from grader.cli.decide import Folder, shortened


@app.command(rich_help_panel=GRADING)
def groups(
    folder: Folder,
    decided: Annotated[
        bool, typer.Option("--decided", help="Also list groups that have been graded; they can be graded again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List answers to grade, equal ones grouped.

    Each group is shown with its id for 'grader decide', the answer and the reason why it needs review.
    """
    from grader.results.output_folder import read_reports
    from grader.similarity.answer_groups import open_groups
    from grader.text import counted, plain

    found = open_groups(read_reports(folder), decided)
    if as_json:
        rows = [
            {"group": g.id, "check": g.check, "teams": g.teams, "near": g.near, "doubt": str(g.message)} for g in found
        ]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for group in found:
        near = f", similar: {', '.join(group.near)}" if group.near else ""
        typer.echo(
            f"{group.id}  {group.check}, {counted(len(group.teams), 'team')}, up to {group.max_effect} points{near}"
        )
        typer.echo(f"          {plain(group.message)}")
        typer.echo(f"          answer: {shortened(plain(group.text))}")
    typer.echo(
        f"{counted(len(found), 'group')}; grade one: grader decide {folder} GROUP --points N --by NAME --reason WHY"
    )

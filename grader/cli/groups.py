"""`grader groups`: open answers, equal ones together."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from grader.cli.app import AsJson, app
from grader.cli.decide import Folder, _count, _short


@app.command()
def groups(
    folder: Folder,
    decided: Annotated[
        bool, typer.Option("--decided", help="List also what was decided; it can be decided again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what waits, answers that mean the same together, with what is in doubt."""
    from grader.results.output_folder import read_reports
    from grader.similarity.answer_groups import open_groups
    from grader.text import plain

    found = open_groups(read_reports(folder), decided)
    if as_json:
        rows = [
            {"group": g.id, "check": g.check, "teams": g.teams, "near": g.near, "doubt": str(g.message)} for g in found
        ]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for group in found:
        near = f", nearly the same words: {', '.join(group.near)}" if group.near else ""
        typer.echo(f"{group.id}  {group.check}, {_count(group.teams)}, up to {group.max_effect} points{near}")
        typer.echo(f"          {plain(group.message)}")
        typer.echo(f"          answer: {_short(plain(group.text))}")
    typer.echo(f"{len(found)} groups; 'grader decide {folder} GROUP --points N --by NAME --reason WHY' decides one")

"""`grader explain`: show how one written answer is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import RUBRICS, AsJson, app


@app.command(rich_help_panel=RUBRICS)
def explain(
    answer: Annotated[str, typer.Argument(help="A formula or an answer as a team wrote it.")],
    rubric: Annotated[Path, typer.Option("--rubric", "-r", help="The rubric, a YAML file.")],
    question: Annotated[str, typer.Option("--question", "-q", help="The id of the question in the rubric.")],
    as_json: AsJson = False,
) -> None:
    """Show how a written answer is read.

    Prints the formula as read, its tree, the comparison with the expected one and the resulting finding.
    """
    from grader.grading.explain import explain as explained
    from grader.rubric.load import read_rubric

    found = explained(answer, read_rubric(rubric), question)
    if as_json:
        data = [
            {
                "check": one.check, "title": str(one.finding.title), "steps": [line.strip() for line in one.lines],
                "status": one.finding.status, "message": str(one.finding.message), "hint": str(one.finding.hint),
            }
            for one in found
        ]  # fmt: skip
        typer.echo(json.dumps(data, indent=1, ensure_ascii=False))
        return
    typer.echo("\n\n".join(map(str, found)))

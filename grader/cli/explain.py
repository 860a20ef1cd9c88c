"""`grader explain`: show how one written answer is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import RUBRICS, app


@app.command(rich_help_panel=RUBRICS)
def explain(
    answer: Annotated[str, typer.Argument(help="A formula or an answer as a team wrote it.")],
    rubric: Annotated[Path, typer.Option("--rubric", "-r", help="The rubric, a YAML file.")],
    question: Annotated[str, typer.Option("--question", "-q", help="The id of the question in the rubric.")],
) -> None:
    """Show how a written answer is read.

    Prints the formula as read, its tree, the comparison with the expected one and the resulting finding.
    """
    from grader.grading.explain import explain as explained
    from grader.rubric.load import read_rubric

    typer.echo(explained(answer, read_rubric(rubric), question))

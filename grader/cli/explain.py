"""`grader explain`: show how one answer is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import app


@app.command()
def explain(
    answer: Annotated[str, typer.Argument(help="A formula or an answer, as a team wrote it.")],
    rubric: Annotated[Path, typer.Option("--rubric", "-r", help="The rubric, YAML.")],
    question: Annotated[str, typer.Option("--question", "-q", help="The question's id in the rubric.")],
) -> None:
    """Show how an answer is read and judged: the reading, its tree, the comparison."""
    from grader.grading.explain import explain as explained
    from grader.rubric.load import read_rubric

    typer.echo(explained(answer, read_rubric(rubric), question))

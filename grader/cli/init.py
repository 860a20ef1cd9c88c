"""`grader init`: start a course in a new folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import RUBRICS, app
from grader.text import counted


@app.command(rich_help_panel=RUBRICS)
def init(
    course: Annotated[Path, typer.Argument(help="The new folder.")],
    solution: Annotated[
        Path | None, typer.Option("--from", help="A solution to start from: a notebook, a Python file or a folder.")
    ] = None,
) -> None:
    """Start a course in a new folder.

    With --from, the solution is run in isolation, and the rubric gets a check for all that it calls.
    """
    from grader.cli.isolation import isolation_or_error
    from grader.grading.options import GradingOptions
    from grader.starting.course_folder import start_from, start_from_nothing

    if solution is None:
        made = start_from_nothing(course)
    else:
        isolation_or_error(None, unsafe=True)  # it is the course's own code
        made = start_from(solution, course, GradingOptions())
    typer.echo(f"{course}: a rubric with {counted(len(made.checks), 'check')} ({', '.join(made.checks)})")
    for cell in made.errors:
        typer.echo(f"warning: the solution stopped in cell {cell}", err=True)
    for target, reason in made.left_out:
        typer.echo(f"  no check for {target}: {reason}")
    typer.echo(f"next: grader rubric try {course / 'rubric.yaml'}")

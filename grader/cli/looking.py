"""Look at rubrics, at how an answer is read, and at this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import DONE, USER, app, rubrics
from grader.errors import GraderError


@rubrics.command("check")
def rubric_check(paths: Annotated[list[Path], typer.Argument(help="Rubrics, YAML files.")]) -> None:
    """Say whether rubrics are right; every mistake at once, with file and line."""
    from grader.rubric import read_rubric

    problems = []
    for path in paths:
        try:
            found = read_rubric(path)
        except GraderError as error:
            problems.append(str(error))
        else:
            count = sum(1 for _ in found.checks())
            typer.echo(f"{path}: right; {found.points} points, {len(found.questions)} questions, {count} checks")
    if problems:
        raise GraderError("\n" + "\n".join(problems))


@rubrics.command("schema")
def rubric_schema() -> None:
    """Print the JSON schema of rubrics, for editors."""
    from grader.rubric import json_schema

    typer.echo(json.dumps(json_schema(), indent=1))


@rubrics.command("kinds")
def rubric_kinds(markdown: Annotated[bool, typer.Option("--markdown", help="With keys and examples.")] = False) -> None:
    """List the check kinds with what each holds a hand-in to."""
    from grader.checks import documentation, kinds

    if markdown:
        typer.echo(documentation.markdown())
        return
    for name, kind in kinds().items():
        typer.echo(f"{name:16} {(kind.__doc__ or '').strip().splitlines()[0]}")


@app.command()
def explain(
    answer: Annotated[str, typer.Argument(help="A formula or an answer, as a team wrote it.")],
    rubric: Annotated[Path, typer.Option("--rubric", "-r", help="The rubric, YAML.")],
    question: Annotated[str, typer.Option("--question", "-q", help="The question's id in the rubric.")],
) -> None:
    """Show how an answer is read and judged: the reading, its tree, the comparison."""
    from grader.explain import explain as explained
    from grader.rubric import read_rubric

    typer.echo(explained(answer, read_rubric(rubric), question))


@app.command()
def doctor() -> None:
    """Print what this machine offers: versions, limits, and whether a kernel starts."""
    from grader.execute import environment
    from grader.sandbox import groups
    from grader.sandbox.choosing import choose
    from grader.sandbox.host import Limits, open_kernel

    isolation = choose()
    for name, value in environment(isolation).items():
        typer.echo(f"{name:10} {value}")
    for reason in isolation.reasons:
        typer.echo(f"{'':10} not {reason}")
    typer.echo(f"{'memory':10} {groups.how()}")
    with open_kernel({}, Limits(seconds=60, cell_seconds=30)) as kernel:
        done = kernel.run(1, "import os; print(os.getcwd() != '')")
    typer.echo(f"{'kernel':10} {'starts and runs a cell' if done.status == 'ok' else done.error}")
    raise typer.Exit(DONE if done.status == "ok" else USER)

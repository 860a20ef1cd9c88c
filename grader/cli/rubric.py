"""Look at rubrics, at how an answer is read, and at this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import rubrics
from grader.errors import GraderError


@rubrics.command("check")
def rubric_check(paths: Annotated[list[Path], typer.Argument(help="Rubrics, YAML files.")]) -> None:
    """Say whether rubrics are right; every mistake at once, with file and line."""
    from grader.rubric.load import read_rubric

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
    from grader.rubric.schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=1))


@rubrics.command("kinds")
def rubric_kinds(markdown: Annotated[bool, typer.Option("--markdown", help="With keys and examples.")] = False) -> None:
    """List the check kinds with what each holds a submission to."""
    from grader.checks import documentation, kinds

    if markdown:
        typer.echo(documentation.markdown())
        return
    for name, kind in kinds().items():
        typer.echo(f"{name:16} {(kind.__doc__ or '').strip().splitlines()[0]}")

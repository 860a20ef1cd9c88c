"""`grader rubric`: validate rubrics, print the schema, list the check kinds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.app import AsJson, rubrics
from grader.errors import GraderError
from grader.text import counted

if TYPE_CHECKING:
    from grader.rubric.course_kinds import Kinds
    from grader.rubric.schema import Rubric


@rubrics.command("check")
def rubric_check(
    paths: Annotated[list[Path], typer.Argument(help="Rubrics, YAML files.")], as_json: AsJson = False
) -> None:
    """Validate rubric files, and load and call their references once."""
    from grader.grading.solution_targets import mistakes_in_targets
    from grader.rubric.blind_inputs import warnings_on_inputs
    from grader.rubric.course_modules import warnings_on_modules
    from grader.rubric.load import read_rubric

    problems, valid = [], []
    for path in paths:
        try:
            found = read_rubric(path, references=True)
        except GraderError as error:
            problems.append(str(error))
        else:
            questions, checks = len(found.questions), sum(1 for _ in found.checks())
            sizes = counted(questions, "question"), counted(checks, "check"), counted(found.points, "point")
            if wrong := [f"{path}: {mistake}" for mistake in mistakes_in_targets(found)]:
                problems += wrong
                continue
            valid.append({"rubric": str(path), "questions": questions, "checks": checks, "points": str(found.points)})
            if not as_json:
                typer.echo(f"{path}: valid ({', '.join(sizes)})")
                typer.echo(f"  next: {_next(path, found)}")
            for warning in (*warnings_on_modules(found), *warnings_on_inputs(found)):
                typer.echo(f"warning: {path}: {warning}", err=True)
    if as_json:
        typer.echo(json.dumps({"valid": valid, "mistakes": problems}, indent=1, ensure_ascii=False))
    if problems:
        raise GraderError("\n".join(problems))


def _next(path: Path, rubric: Rubric) -> str:
    """Return what to do with a valid rubric."""
    if rubric.student_pack is not None:
        return f"grader check SUBMISSION --rubric {path}"
    if rubric.solution:
        return f"grader rubric try {path}"
    return "name the solution of the course ('solution: FILE'), so that 'grader rubric try' can prove the rubric"


OfRubric = Annotated[Path | None, typer.Argument(help="A rubric, for the kinds of its own files.")]


@rubrics.command("schema")
def rubric_schema(rubric: OfRubric = None) -> None:
    """Print the JSON schema for editors."""
    from grader.rubric.schema import json_schema

    typer.echo(json.dumps(json_schema(_known(rubric)), indent=1))


@rubrics.command("kinds")
def rubric_kinds(
    rubric: OfRubric = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print keys and examples.")] = False,
) -> None:
    """List all check kinds."""
    from grader.checks import documentation

    known = _known(rubric)
    if markdown:
        typer.echo(documentation.markdown(known))
        return
    for name, kind in known.items():
        typer.echo(f"{name:16} {(kind.__doc__ or '').strip().splitlines()[0]}")


def _known(rubric: Path | None) -> Kinds:
    from grader.checks import kinds
    from grader.rubric.course_kinds import kinds_of_rubric

    return kinds() if rubric is None else kinds_of_rubric(rubric)

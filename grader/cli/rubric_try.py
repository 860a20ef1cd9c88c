"""`grader rubric try`: run a rubric against what is known, before it grades anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.app import DONE, OPEN, AsJson, rubrics
from grader.cli.isolation import isolation_or_error
from grader.errors import GraderError
from grader.text import counted

if TYPE_CHECKING:
    from grader.model.proof import CheckTrial, Proof


@rubrics.command("try")
def rubric_try(
    path: Annotated[Path, typer.Argument(metavar="RUBRIC", help="A rubric that names its solution, a YAML file.")],
    unsafe: Annotated[
        bool, typer.Option("--unsafe-no-isolation", help="Run without isolation: trusted code only.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a rubric against its own solution: every automatic check has to pass it.

    Exits with 1 if a check does not pass.
    """
    from grader.grading.options import GradingOptions
    from grader.grading.solution import proof_of
    from grader.rubric.load import read_rubric

    rubric = read_rubric(path, references=True)
    if not rubric.solution:
        raise GraderError(f"{path}: names no solution; add a line such as 'solution: solution.py'")
    options = GradingOptions(level=isolation_or_error(None, unsafe))
    proof = proof_of(rubric, options)
    for line in solution_json(proof) if as_json else solution_lines(path, proof):
        typer.echo(json.dumps(line, ensure_ascii=False) if as_json else line)
    raise typer.Exit(OPEN if proof.faulty else DONE)


def solution_lines(path: Path, proof: Proof) -> Iterator[str]:
    """Yield what the checks say about the solution: the number that pass, and a line for each of the others."""
    tried = [one for one in proof.trials if one.trial != "not_tried"]
    passing = len(tried) - len(proof.faulty)
    yield f"{path}: {proof.solution} passes {passing} of {counted(len(tried), 'check')}"
    for one in proof.trials:
        if one.trial != "passes":
            yield f"  {one.check} {_WORDS[one.trial]}: {_why(one)}"


_WORDS = {"does_not_pass": "does not pass", "not_tried": "was not tried"}


def _why(one: CheckTrial) -> str:
    where = str(one.place.in_words()) if one.place is not None else ""
    return f"{where}: {one.why}" if where and where not in str(one.why) else str(one.why)


def solution_json(proof: Proof) -> Iterator[dict[str, Any]]:
    """Yield one object for each check."""
    for one in proof.trials:
        yield {
            "type": "check", "check": one.check, "question": one.question, "title": str(one.title),
            "result": str(one.trial), "why": _why(one),
        }  # fmt: skip

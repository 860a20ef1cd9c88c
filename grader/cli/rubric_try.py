"""`grader rubric try`: run a rubric against what is known, before it grades anybody."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.batch import forkserver
from grader.cli.app import DONE, OPEN, AsJson, rubrics
from grader.cli.isolation import isolation_or_error
from grader.errors import GraderError
from grader.text import counted

if TYPE_CHECKING:
    from grader.model.proof import CheckTrial, Proof
    from grader.rubric.schema import Rubric
    from grader.trying.run_mutants import MutantResult


@rubrics.command("try")
def rubric_try(
    path: Annotated[Path, typer.Argument(metavar="RUBRIC", help="A rubric that names its solution, a YAML file.")],
    mutants: Annotated[bool, typer.Option(help="Run wrong variants of the solution, too.")] = True,
    minimum: Annotated[float, typer.Option(min=0, max=100, help="The percentage of mutants that must be noticed.")] = 0,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Parallel mutants; 0 is one per core.")] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ignore kept results and run everything again.")] = False,
    unsafe: Annotated[
        bool, typer.Option("--unsafe-no-isolation", help="Run without isolation: trusted code only.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a rubric against its own solution, which has to pass, and against wrong variants of it.

    Exits with 1 if a check does not pass the solution, or if fewer mutants than --minimum percent are noticed.
    """
    if mutants and jobs != 1:
        forkserver.begin()
    from grader.grading.options import GradingOptions
    from grader.grading.solution import proof_of
    from grader.rubric.load import read_rubric

    rubric = read_rubric(path, references=True)
    if not rubric.solution:
        raise GraderError(f"{path}: names no solution; add a line such as 'solution: solution.py'")
    options = GradingOptions(level=isolation_or_error(None, unsafe))
    proof = proof_of(rubric, options)
    _print(solution_json(proof) if as_json else solution_lines(path, proof), as_json)
    if proof.faulty:
        raise typer.Exit(OPEN)
    if not mutants:
        raise typer.Exit(DONE)
    from grader.batch.queue import default_jobs
    from grader.grading.options import limits_of
    from grader.trying.run_mutants import run_mutants

    results = run_mutants(rubric, options, jobs or default_jobs(limits_of(rubric).memory_bytes), fresh)
    raise typer.Exit(_conclude(rubric, results, minimum, as_json))


def _conclude(rubric: Rubric, results: Sequence[MutantResult], minimum: float, as_json: bool) -> int:
    """Print the results, keep the strength for `grader grade`, and return the exit code."""
    from grader.grading.proof_file import write_strength
    from grader.trying.run_mutants import strength

    noticed, of = strength(results)
    write_strength(rubric, noticed, of)
    _print(mutant_json(results) if as_json else mutant_lines(results), as_json)
    if 100 * noticed < minimum * of:
        typer.echo(f"fewer than {minimum:g} % of the mutants were noticed", err=True)
        return OPEN
    return DONE


def _print(lines: Iterator[Any], as_json: bool) -> None:
    for line in lines:
        typer.echo(json.dumps(line, ensure_ascii=False) if as_json else line)


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


def mutant_lines(results: Sequence[MutantResult]) -> Iterator[str]:
    """Yield the number of mutants that were noticed, those of each check, and every survivor with its diff."""
    from grader.trying.run_mutants import NOTICED, Fate, strength

    noticed, of = strength(results)
    equal = sum(one.fate is Fate.equal for one in results)
    same = f"; {equal} more compute the same as the solution" if equal else ""
    yield f"{noticed} of {counted(of, 'mutant')} noticed{same}"
    by_check = Counter(one.check for one in results if one.fate in NOTICED)
    for name, count in by_check.most_common():
        for_people = sum(one.check == name and one.fate is Fate.needs_review for one in results)
        review = f", of which {for_people} for a person" if for_people else ""
        yield f"  {name} noticed {count}{review}"
    for one in results:
        if one.fate is Fate.survived:
            yield f"survived: {one.where}: {one.title}"
            yield from (f"  {line}" for line in one.diff.splitlines())


def mutant_json(results: Sequence[MutantResult]) -> Iterator[dict[str, Any]]:
    """Yield one object for each mutant, and one with the numbers."""
    from grader.trying.run_mutants import strength

    for one in results:
        yield {
            "type": "mutant", "operator": one.operator, "where": one.where, "diff": one.diff,
            "result": str(one.fate), "check": one.check, "why": one.message,
        }  # fmt: skip
    noticed, of = strength(results)
    yield {"type": "mutants", "noticed": noticed, "mutants": of}

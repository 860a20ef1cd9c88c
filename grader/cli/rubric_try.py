"""`grader rubric try`: run a rubric against what is known, before it grades anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.batch import forkserver
from grader.cli import try_lines
from grader.cli.app import DONE, OPEN, AsJson, rubrics
from grader.cli.isolation import isolation_or_error
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.grading.options import GradingOptions
    from grader.rubric.schema import Rubric


@rubrics.command("try")
def rubric_try(
    path: Annotated[Path, typer.Argument(metavar="RUBRIC", help="A rubric that names its solution, a YAML file.")],
    mutants: Annotated[bool, typer.Option(help="Run wrong variants of the solution, too.")] = True,
    minimum: Annotated[float, typer.Option(min=0, max=100, help="The percentage of mutants that must be noticed.")] = 0,
    answers: Annotated[
        Path | None, typer.Option(help="Try written answers: CSV or JSONL with question, answer, expected.")
    ] = None,
    submissions: Annotated[
        Path | None, typer.Option(help="Try known submissions: a folder for each, with expected.yaml.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Parallel processes; 0 is one per core.")] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ignore earlier results and run everything again.")] = False,
    unsafe: Annotated[
        bool, typer.Option("--unsafe-no-isolation", help="Run without isolation: trusted code only.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a rubric against its solution, which has to pass, and against wrong variants of it.

    With --answers or --submissions, against these instead.

    Exits with 1 if a check does not pass the solution, fewer mutants than --minimum percent are noticed, or a result
    is not as expected; answers that need review are counted only.
    """
    if jobs != 1:
        forkserver.begin()
    from grader.batch.queue import default_jobs
    from grader.grading.options import limits_of
    from grader.rubric.load import read_rubric

    rubric = read_rubric(path, references=True)
    known = answers is not None or submissions is not None
    if not rubric.solution and not known:
        raise GraderError(f"{path}: names no solution; add a line such as 'solution: solution.py'")
    attempt = _Try(path, rubric, jobs or default_jobs(limits_of(rubric).memory_bytes), fresh, unsafe, as_json)
    done = [attempt.answers(answers)] if answers is not None else []
    done += [attempt.submissions(submissions)] if submissions is not None else []
    if not known:
        done.append(attempt.solution() and (not mutants or attempt.mutants(minimum)))
    raise typer.Exit(DONE if all(done) else OPEN)


@dataclass(frozen=True)
class _Try:
    """Runs the parts of a try and prints them; each part returns whether all is as it should be."""

    path: Path
    rubric: Rubric
    jobs: int
    fresh: bool
    unsafe: bool
    as_json: bool

    @property
    def _options(self) -> GradingOptions:
        from grader.grading.options import GradingOptions

        return GradingOptions(level=isolation_or_error(None, self.unsafe))

    def solution(self) -> bool:
        from grader.grading.solution import proof_of

        proof = proof_of(self.rubric, self._options)
        self._print(try_lines.solution_lines(self.path, proof), try_lines.solution_json(proof))
        return not proof.faulty

    def mutants(self, minimum: float) -> bool:
        """Run the mutants, and keep their number for `grader grade`."""
        from grader.grading.proof_file import write_strength
        from grader.trying.run_mutants import run_mutants, strength

        results = run_mutants(self.rubric, self._options, self.jobs, self.fresh)
        noticed, of = strength(results)
        write_strength(self.rubric, noticed, of)
        self._print(try_lines.mutant_lines(results), try_lines.mutant_json(results))
        if 100 * noticed < minimum * of:
            typer.echo(f"fewer than {minimum:g} % of the mutants were noticed", err=True)
            return False
        return True

    def answers(self, path: Path) -> bool:
        from grader.trying.known_answers import Agreement, read_answers, try_answers

        results = try_answers(self.rubric, read_answers(path, self.rubric), self.jobs)
        self._print(try_lines.answer_lines(path, results), try_lines.answer_json(results))
        return all(one.agreement is not Agreement.differs for one in results)

    def submissions(self, folder: Path) -> bool:
        from grader.trying.known_submissions import read_submissions, try_submissions

        known = read_submissions(folder, self.rubric)
        results = try_submissions(self.rubric, self._options, known, self.jobs)
        self._print(try_lines.submission_lines(folder, known, results), try_lines.submission_json(known, results))
        return not any(results)

    def _print(self, lines: Iterator[str], objects: Iterator[dict[str, Any]]) -> None:
        for line in lines if not self.as_json else (json.dumps(one, ensure_ascii=False) for one in objects):
            typer.echo(line)

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
    from grader.trying.try_page import TryResults


@rubrics.command("try")
def rubric_try(
    path: Annotated[Path, typer.Argument(metavar="RUBRIC", help="A rubric that names its solution, a YAML file.")],
    mutants: Annotated[bool, typer.Option(help="Run wrong variants of the solution, too.")] = True,
    minimum: Annotated[
        float, typer.Option(min=0, max=100, help="The percentage of mutants and of wrong answers to be noticed.")
    ] = 0,
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
    page: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the results as an HTML page, too.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a rubric against its solution, which has to pass, and against wrong variants of it.

    With --answers or --submissions, against these instead.

    Exits with 1 if a check does not pass the solution, fewer mutants or wrong answers than --minimum percent are
    noticed, or a result is not as expected; answers that need review are counted only.
    """
    from grader.batch.queue import default_jobs
    from grader.grading.options import limits_of
    from grader.rubric.load import read_rubric
    from grader.trying.try_page import TryResults

    rubric = read_rubric(path, references=True)
    if jobs != 1:
        forkserver.begin()
    known = answers is not None or submissions is not None
    if not rubric.solution and not known:
        raise GraderError(f"{path}: names no solution; add a line such as 'solution: solution.py'")
    attempt = _Try(
        path, rubric, jobs or default_jobs(limits_of(rubric).memory_bytes), fresh, unsafe, as_json, TryResults(rubric)
    )
    done = [attempt.answers(answers)] if answers is not None else []
    done += [attempt.submissions(submissions)] if submissions is not None else []
    if not known:
        done.append(attempt.solution() and (not mutants or attempt.wrong_variants(minimum)))
    if page is not None:
        attempt.write_page(page)
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
    found: TryResults

    @property
    def _options(self) -> GradingOptions:
        from grader.grading.options import GradingOptions

        return GradingOptions(level=isolation_or_error(None, self.unsafe))

    def solution(self) -> bool:
        from grader.grading.solution import proof_of

        proof = proof_of(self.rubric, self._options)
        self.found.proof = proof
        self._print(try_lines.solution_lines(self.path, proof), try_lines.solution_json(proof))
        return not proof.faulty

    def wrong_variants(self, minimum: float) -> bool:
        """Run mutants of the solution and wrong answers made from its own."""
        done = [self._mutants(minimum), self._wrong_answers(minimum)]
        return all(done)

    def _mutants(self, minimum: float) -> bool:
        """Run the mutants, and keep their number for `grader grade`."""
        from grader.grading.proof_file import write_strength
        from grader.trying.run_mutants import run_mutants, strength

        results = self.found.mutants = run_mutants(self.rubric, self._options, self.jobs, self.fresh)
        write_strength(self.rubric, *strength(results))
        self._print(try_lines.mutant_lines(results), try_lines.mutant_json(results))
        return _enough("mutants", *strength(results), minimum)

    def _wrong_answers(self, minimum: float) -> bool:
        from grader.trying.wrong_answers import noticed, wrong_answers

        results = self.found.wrong_answers = wrong_answers(self.rubric, self._options, self.jobs)
        self._print(try_lines.wrong_answer_lines(results), try_lines.wrong_answer_json(results))
        return _enough("wrong answers", *noticed(results), minimum)

    def answers(self, path: Path) -> bool:
        from grader.trying.known_answers import Agreement, read_answers, try_answers

        results = self.found.answers = try_answers(self.rubric, read_answers(path, self.rubric), self.jobs)
        self._print(try_lines.answer_lines(path, results), try_lines.answer_json(results))
        return all(one.agreement is not Agreement.differs for one in results)

    def submissions(self, folder: Path) -> bool:
        from grader.trying.known_submissions import read_submissions, try_submissions

        known = read_submissions(folder, self.rubric)
        results = try_submissions(self.rubric, self._options, known, self.jobs)
        self.found.submissions = list(zip(known, results, strict=True))
        self._print(try_lines.submission_lines(folder, known, results), try_lines.submission_json(known, results))
        return not any(results)

    def write_page(self, path: Path) -> None:
        """Write what was found as a page."""
        from grader import atomic_write
        from grader.trying.try_page import try_page

        atomic_write.write(path, try_page(self.found).encode())
        typer.echo(f"results as a page: {path}", err=True)

    def _print(self, lines: Iterator[str], objects: Iterator[dict[str, Any]]) -> None:
        for line in lines if not self.as_json else (json.dumps(one, ensure_ascii=False) for one in objects):
            typer.echo(line)


def _enough(what: str, noticed: int, of: int, minimum: float) -> bool:
    """Return whether enough of the wrong variants were noticed, and say so if not."""
    if 100 * noticed < minimum * of:
        typer.echo(f"fewer than {minimum:g} % of the {what} were noticed", err=True)
        return False
    return True

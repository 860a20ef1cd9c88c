"""`grader grade`: grade submissions and write the reports."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.batch import forkserver
from grader.cli.app import DONE, GRADING, OPEN, AsJson, Out, Quiet, Rubrics, app
from grader.cli.export import columns_by_purpose
from grader.cli.isolation import isolation_or_error, required_level
from grader.cli.result_table import print_rows
from grader.cli.submissions import LayoutName, print_survey
from grader.errors import GraderError
from grader.sandbox.limits import expect_linux

if TYPE_CHECKING:
    from grader.batch.executor import Executor
    from grader.grading.options import GradingOptions
    from grader.lists.code_choices import CodeChoice
    from grader.results.results_database import ResultsDatabase
    from grader.rubric.schema import Rubric


@app.command(rich_help_panel=GRADING)
def grade(
    submissions: Annotated[list[Path], typer.Argument(help="Archives, folders, notebooks, or a folder of them.")],
    rubric: Rubrics,
    out: Out = Path("graded"),
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Parallel submissions; 0 is one per core.")] = 0,
    submission_times: Annotated[
        Path | None,
        typer.Option("--submission-times", "--intake", help="CSV with file,received, or Moodle's worksheet."),
    ] = None,
    zone: Annotated[str, typer.Option(help="Time zone of the platform's local times, such as Europe/Berlin.")] = "",
    column: Annotated[list[str] | None, typer.Option(help="Heading of a worksheet column, such as name=Nom.")] = None,
    layout: LayoutName = "",
    extensions: Annotated[Path | None, typer.Option(help="CSV with team,until,hours,reason,by.")] = None,
    roster: Annotated[
        Path | None, typer.Option(help="CSV with name,id,email,team; email and team may be missing.")
    ] = None,
    overrides: Annotated[Path | None, typer.Option(help="CSV with team,check,points,by,reason.")] = None,
    code: Annotated[
        Path | None, typer.Option(help="CSV with team,file,by,reason: the code that counts where several could.")
    ] = None,
    cell_cpu_seconds: Annotated[
        float | None, typer.Option(min=1, help="A lower limit of CPU time for each cell and request.")
    ] = None,
    require: Annotated[str | None, typer.Option("--require-isolation", help="Minimum isolation level: A or B.")] = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe-no-isolation", help="Grade without isolation: trusted submissions only.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ignore the cache and run everything again.")] = False,
    cluster: Annotated[
        str | None, typer.Option(help="Grade on other machines: tcp://HOST:PORT of a Dask scheduler, or a YAML file.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Grade submissions and write the reports.

    Writes one report per team, an index, JSON and CSV. If the run is interrupted, the same command resumes it.
    """
    if cluster is None:
        expect_linux()
    from grader.batch.regrade_one import BatchOrigin
    from grader.grading.options import GradingOptions
    from grader.grading.solution import with_proof
    from grader.ingest.chosen_code import with_choices, without_submission
    from grader.ingest.open_submission import names_in_lists
    from grader.lists.code_choices import read_code_choices
    from grader.lists.course_lists import read_extensions, read_intake, read_roster
    from grader.opening.survey_confined import survey
    from grader.rubric.course_modules import warnings_on_modules
    from grader.rubric.load import read_rubric
    from grader.scoring.overrides_csv import read_overrides
    from grader.text import plain

    chosen = read_rubric(rubric, references=True)
    if jobs != 1 and cluster is None:
        forkserver.begin()
    for warning in warnings_on_modules(chosen):
        typer.echo(f"warning: {rubric}: {warning}", err=True)
    headings = columns_by_purpose(column or [])
    times = read_intake(submission_times, zone, headings) if submission_times else None
    options = GradingOptions(
        intake=times.by_key if times else None,
        extensions=read_extensions(extensions) if extensions else None,
        roster=read_roster(roster) if roster else None,
        overrides=read_overrides(overrides) if overrides else (),
        cell_cpu_seconds=cell_cpu_seconds,
        level=None if cluster else isolation_or_error(require, unsafe),
        layout=layout,
        zone=zone,
        keep=out,
        fresh=fresh,
    )
    found = survey(submissions, layout, zone, options.level)  # a wrong path is reported before the solution runs
    if inside := [one.name for one in found.sources if one.has_file(rubric)]:
        raise GraderError(f"{rubric}: is a file of the submission {plain(inside[0])}, which could read it; move it out")
    if not quiet:
        lists_given = (submission_times, extensions, roster, overrides, code, rubric)
        print_survey(found.without(submissions, lists_given), as_json)
    for line in times.unmatched(name for one in found.sources for name in names_in_lists(one)) if times else ():
        typer.echo(f"warning: {plain(line)} matches no submission", err=True)
    choices = read_code_choices(code) if code else {}
    for line in without_submission(choices, with_choices(found.sources, choices)):
        typer.echo(f"warning: {plain(line)} matches no submission", err=True)
    options = with_proof(chosen, options)
    if not quiet:
        _print_proof(options, as_json)
    elsewhere = _cluster(cluster, require, unsafe) if cluster else None
    lists = {"intake": submission_times, "extensions": extensions, "roster": roster, "code": code}
    kinds = [Path(file.path) for file in chosen.kind_files]
    origin = BatchOrigin.of(submissions, rubric, lists, zone, cell_cpu_seconds, require or "", kinds, layout, headings)
    still_open = grade_into(
        submissions, chosen, out, options, jobs, elsewhere, quiet, as_json, origin.text(), choices=choices
    )
    raise typer.Exit(OPEN if still_open else DONE)


def grade_into(
    submissions: Sequence[Path],
    rubric: Rubric,
    out: Path,
    options: GradingOptions,
    jobs: int = 0,
    elsewhere: Callable[[Rubric, GradingOptions], Executor] | None = None,
    quiet: bool = False,
    as_json: bool = False,
    origin: str = "{}",
    with_rows: bool = True,
    choices: Mapping[str, CodeChoice] | None = None,
) -> int:
    """Grade into `out`, show the progress, print the result, and return how many submissions are open."""
    from grader.batch.grade_batch import grade_all
    from grader.batch.log_file import NAME, logging_to
    from grader.cli.progress import follow
    from grader.model.summary import common_failures
    from grader.results.folder_lock import hold
    from grader.results.results_database import ResultsDatabase
    from grader.text import plain

    log, size = out / NAME, _size(out / NAME)
    with hold(out, "grader grade"):
        steps = grade_all(submissions, rubric, out, options, jobs, elsewhere, origin, choices)
        try:
            with contextlib.closing(steps), logging_to(out):
                follow(steps, quiet, as_json)
        except KeyboardInterrupt:
            raise GraderError("interrupted; results so far are saved - run the same command to resume") from None
    records = ResultsDatabase(out)
    still_open = print_rows(records, out, as_json) if with_rows else 0
    if flagged := records.flagged():
        what = "manual grade needs" if len(flagged) == 1 else "manual grades need"
        typer.echo(f"{len(flagged)} {what} review; see the index", err=True)
    for failure in common_failures(list(records.rows())):
        typer.echo(f"warning: {plain(str(failure.in_words()))}", err=True)
    for name in _unmatched_extensions(records, options):
        typer.echo(f"warning: the extension for {name} matches no submission", err=True)
    if _size(log) > size:
        typer.echo(f"internal errors: see {log}", err=True)
    return still_open


def _print_proof(options: GradingOptions, as_json: bool) -> None:
    """Say first whether the rubric is proved, so that nobody relies on one that is not."""
    proof = options.proof
    if proof is None:
        return
    data = {"proof": str(proof.sentence()), "noticed": proof.noticed, "mutants": proof.mutants}
    typer.echo(json.dumps(data, ensure_ascii=False) if as_json else str(proof.sentence()), err=True)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _unmatched_extensions(records: ResultsDatabase, options: GradingOptions) -> list[str]:
    """Return the extensions that match no submission: with a typo in its name, a team would silently be late."""
    from grader.text import plain

    if not options.extensions:
        return []
    known: set[str] = set()
    for row in records.rows():
        known |= {row.team, *(person.student_id for person in row.people)}
    return [plain(name) for name in options.extensions if name not in known]


def _cluster(where: str, require: str | None, unsafe: bool) -> Callable[[Rubric, GradingOptions], Executor]:
    """Return a function that connects to a cluster whose workers offer the required isolation."""
    if find_spec("distributed") is None:
        raise GraderError("--cluster needs Dask; run pip install '.[cluster]' in the project folder of the grader")
    lowest = required_level(require) or ("C" if unsafe else "B")

    def connect(rubric: Rubric, options: GradingOptions) -> Executor:
        from grader.batch.dask_workers import DaskWorkers

        return DaskWorkers(where, rubric, options, lowest)

    return connect

"""Mark submissions, check one's own, write pages again, and the demonstration."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.batch import forkserver
from grader.cli.app import DONE, OPEN, AsJson, Out, Rubrics, app
from grader.cli.isolation import _level, isolation_or_error
from grader.cli.result_table import _print_rows
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.batch.executor import Executor
    from grader.grading.options import GradingOptions
    from grader.results.results_database import ResultsDatabase
    from grader.rubric.schema import Rubric


@app.command()
def grade(
    submissions: Annotated[list[Path], typer.Argument(help="Archives, folders, notebooks, or a folder of them.")],
    rubric: Rubrics,
    out: Out = Path("graded"),
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Submissions at a time; 0 is one a core.")] = 0,
    intake: Annotated[Path | None, typer.Option(help="CSV with file,received, or Moodle's worksheet.")] = None,
    zone: Annotated[str, typer.Option(help="Whose clock the times of Moodle's worksheet are: Europe/Berlin.")] = "",
    extensions: Annotated[Path | None, typer.Option(help="CSV with team,until,hours,reason,by: more time.")] = None,
    roster: Annotated[Path | None, typer.Option(help="CSV with name,id,email.")] = None,
    overrides: Annotated[Path | None, typer.Option(help="CSV with team,check,points,by,reason.")] = None,
    cell_seconds: Annotated[float | None, typer.Option(min=1, help="A tighter limit for each cell.")] = None,
    require: Annotated[str | None, typer.Option("--require-isolation", help="A or B: less is an error.")] = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe-no-isolation", help="Mark without isolation: trusted work only.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run everything again; what was kept is replaced.")] = False,
    cluster: Annotated[
        str | None, typer.Option(help="Mark on other machines: tcp://HOST:PORT of a Dask scheduler, or a YAML file.")
    ] = None,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")] = False,
) -> None:
    """Mark submissions and write one report per team, an index, JSON and CSV; stopped, the next run goes on."""
    if jobs != 1 and cluster is None:
        forkserver.begin()
    from grader.batch.regrade_one import BatchOrigin
    from grader.grading.options import GradingOptions
    from grader.lists.course_lists import read_extensions, read_intake, read_roster
    from grader.rubric.load import read_rubric
    from grader.scoring.overrides_csv import read_overrides

    chosen = read_rubric(rubric)
    options = GradingOptions(
        intake=read_intake(intake, zone) if intake else None,
        extensions=read_extensions(extensions) if extensions else None,
        roster=read_roster(roster) if roster else None,
        overrides=read_overrides(overrides) if overrides else (),
        cell_seconds=cell_seconds,
        level=None if cluster else isolation_or_error(require, unsafe),
        keep=out,
        fresh=fresh,
    )
    elsewhere = _cluster(cluster, require, unsafe) if cluster else None
    lists = {"intake": intake, "extensions": extensions, "roster": roster}
    origin = BatchOrigin.of(submissions, rubric, lists, zone, cell_seconds, require or "")
    still_open = mark(submissions, chosen, out, options, jobs, elsewhere, quiet, as_json, origin.text())
    raise typer.Exit(OPEN if still_open else DONE)


def mark(
    submissions: Sequence[Path],
    rubric: Rubric,
    out: Path,
    options: GradingOptions,
    jobs: int = 0,
    elsewhere: Callable[[Rubric, GradingOptions], Executor] | None = None,
    quiet: bool = False,
    as_json: bool = False,
    origin: str = "{}",
) -> int:
    """Mark into `out`, show how far it is, print the result, and return how many submissions are open."""
    from grader.batch.grade_batch import grade_all
    from grader.cli.progress import follow
    from grader.results.folder_lock import hold
    from grader.results.results_database import ResultsDatabase

    with hold(out, "grader grade"):
        steps = grade_all(submissions, rubric, out, options, jobs, elsewhere, origin)
        try:
            with contextlib.closing(steps):
                follow(steps, quiet, as_json)
        except KeyboardInterrupt:
            raise GraderError("stopped; what is done is kept, and the same command goes on from here") from None
    records = ResultsDatabase(out)
    still_open = _print_rows(records, out, as_json)
    if flagged := records.flagged():
        typer.echo(f"{len(flagged)} marks are to be looked at again; the index says which and why", err=True)
    for name in _of_nobody(records, options):
        typer.echo(f"look at: the extension for {name} is nobody's: no submission has this team name or id", err=True)
    return still_open


def _of_nobody(records: ResultsDatabase, options: GradingOptions) -> list[str]:
    """The extensions that fit no submission, as a slip in a name leaves them: that team would silently be late."""
    from grader.text import plain

    if not options.extensions:
        return []
    known: set[str] = set()
    for row in records.rows():
        known |= {row.team, *(number for _, number, _ in row.people)}
    return [plain(name) for name in options.extensions if name not in known]


def _cluster(where: str, require: str | None, unsafe: bool) -> Callable[[Rubric, GradingOptions], Executor]:
    """Return what connects to a cluster whose workers keep submissions in as is asked for."""
    if find_spec("distributed") is None:
        raise GraderError("--cluster needs Dask; pip install 'grader[cluster]'")
    lowest = _level(require) or ("C" if unsafe else "B")

    def connect(rubric: Rubric, options: GradingOptions) -> Executor:
        from grader.batch.dask_workers import DaskWorkers

        return DaskWorkers(where, rubric, options, lowest)

    return connect

"""Mark hand-ins, check one's own, write pages again, and the demonstration."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader import forking
from grader.cli.app import DONE, OPEN, AsJson, Out, Rubrics, app
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.executors import Executor
    from grader.pipeline import Course
    from grader.records import Records
    from grader.rows import Row
    from grader.rubric import Rubric
    from grader.sandbox.policy import Level

MOST_LINES = 60  # of the table that is printed at the end; the index has them all


@app.command()
def grade(
    submissions: Annotated[list[Path], typer.Argument(help="Archives, folders, notebooks, or a folder of them.")],
    rubric: Rubrics,
    out: Out = Path("graded"),
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Hand-ins at a time; 0 is one a core.")] = 0,
    intake: Annotated[Path | None, typer.Option(help="CSV with file,received, or Moodle's worksheet.")] = None,
    zone: Annotated[str, typer.Option(help="Whose clock the times of Moodle's worksheet are: Europe/Berlin.")] = "",
    extensions: Annotated[Path | None, typer.Option(help="CSV with team,until,hours,reason,by: more time.")] = None,
    roster: Annotated[Path | None, typer.Option(help="CSV with name,id,email.")] = None,
    marks: Annotated[Path | None, typer.Option(help="CSV with team,check,points,by,reason.")] = None,
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
    """Mark hand-ins and write one report per team, an index, JSON and CSV; stopped, the next run goes on."""
    if jobs != 1 and cluster is None:
        forking.begin()
    from grader.again import Origin
    from grader.ingest.tables import read_extensions, read_intake, read_roster
    from grader.pipeline import Course
    from grader.rubric import read_rubric
    from grader.score import read_marks

    chosen = read_rubric(rubric)
    course = Course(
        intake=read_intake(intake, zone) if intake else None,
        extensions=read_extensions(extensions) if extensions else None,
        roster=read_roster(roster) if roster else None,
        marks=read_marks(marks) if marks else (),
        cell_seconds=cell_seconds,
        level=None if cluster else isolation_or_error(require, unsafe),
        keep=out,
        fresh=fresh,
    )
    elsewhere = _cluster(cluster, require, unsafe) if cluster else None
    lists = {"intake": intake, "extensions": extensions, "roster": roster}
    origin = Origin.of(submissions, rubric, lists, zone, cell_seconds, require or "")
    still_open = mark(submissions, chosen, out, course, jobs, elsewhere, quiet, as_json, origin.text())
    raise typer.Exit(OPEN if still_open else DONE)


def mark(
    submissions: Sequence[Path],
    rubric: Rubric,
    out: Path,
    course: Course,
    jobs: int = 0,
    elsewhere: Callable[[Rubric, Course], Executor] | None = None,
    quiet: bool = False,
    as_json: bool = False,
    origin: str = "{}",
) -> int:
    """Mark into `out`, show how far it is, print the result, and return how many hand-ins are open."""
    from grader.batch import mark_all
    from grader.cli.progress import follow
    from grader.lock import hold
    from grader.records import Records

    with hold(out, "grader grade"):
        steps = mark_all(submissions, rubric, out, course, jobs, elsewhere, origin)
        try:
            with contextlib.closing(steps):
                follow(steps, quiet, as_json)
        except KeyboardInterrupt:
            raise GraderError("stopped; what is done is kept, and the same command goes on from here") from None
    records = Records(out)
    still_open = _print_rows(records, out, as_json)
    if flagged := records.flagged():
        typer.echo(f"{len(flagged)} marks are to be looked at again; the index says which and why", err=True)
    for name in _of_nobody(records, course):
        typer.echo(f"look at: the extension for {name} is nobody's: no hand-in has this team name or id", err=True)
    return still_open


def _of_nobody(records: Records, course: Course) -> list[str]:
    """The extensions that fit no hand-in, as a slip in a name leaves them: that team would silently be late."""
    from grader.report.text import plain

    if not course.extensions:
        return []
    known: set[str] = set()
    for row in records.rows():
        known |= {row.team, *(number for _, number, _ in row.people)}
    return [plain(name) for name in course.extensions if name not in known]


def _cluster(where: str, require: str | None, unsafe: bool) -> Callable[[Rubric, Course], Executor]:
    """Return what connects to a cluster whose workers keep hand-ins in as is asked for."""
    if find_spec("distributed") is None:
        raise GraderError("--cluster needs Dask; pip install 'grader[cluster]'")
    lowest = _level(require) or ("C" if unsafe else "B")

    def connect(rubric: Rubric, course: Course) -> Executor:
        from grader.cluster import Cluster

        return Cluster(where, rubric, course, lowest)

    return connect


def _level(require: str | None) -> Level | None:
    if require not in (None, "A", "B"):
        raise GraderError(f"--require-isolation is A or B, found {require}")
    return require  # type: ignore[return-value]


def isolation_or_error(require: str | None, unsafe: bool) -> Any:
    """Return the level that holds here; less than is asked for, or none at all, is an error."""
    from grader.sandbox.choosing import choose

    _level(require)
    try:
        found = choose()
    except OSError as error:
        raise GraderError(f"no room for temporary files: {error.strerror}; free some space or set TMPDIR") from None
    why = f" ({'; '.join(found.reasons)})" if found.reasons else ""
    if require and found.level > require:
        raise GraderError(f"isolation {require} does not hold here{why}; see 'grader doctor'")
    if found.level == "C" and not unsafe:
        raise GraderError(
            f"this machine keeps no hand-in in{why}; mark in a container or a virtual machine that allows it, "
            "or give --unsafe-no-isolation for work that you trust"
        )
    return found.level


def _summary(row: Row, out: Path) -> dict[str, Any]:
    from grader.writing import page_of

    return {
        "team": row.team,
        "decided": str(row.decided),
        "total": None if row.total is None else str(row.total),
        "points": str(row.points),
        "waits_for": list(row.open),
        "report": str(page_of(row, out)),
    }


def _print_rows(records: Records, out: Path, as_json: bool) -> int:
    """Print the last batch, a table where it fits on a page, and return how many hand-ins are open."""
    batch, title, _ = records.last_batch()
    names = records.names(batch)
    if as_json:
        found = [_summary(row, out) for row in records.rows(batch)]
        typer.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return sum(bool(one["waits_for"]) for one in found)
    if len(names) <= MOST_LINES:
        rows = list(records.rows(batch))
        _print_table(title, rows, out)
        still_open = sum(bool(row.open) for row in rows)
    else:
        still_open = sum(bool(row.open) for row in records.rows(batch))
        typer.echo(f"{title}: {len(names)} hand-ins, {len(names) - still_open} done, {still_open} wait for a person")
    typer.echo(f"\nindex: {out / 'index.html'}")
    return still_open


def _print_table(title: str, rows: Sequence[Row], out: Path) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from grader.report.pages import points
    from grader.report.text import plain
    from grader.writing import page_of

    table = Table(title=title, title_justify="left", show_edge=False)
    for name in ("team", "points", "waits for a person", "report"):
        table.add_column(name, justify="right" if name == "points" else "left", overflow="fold")
    for row in rows:
        listed = ", ".join(row.open[:3]) + (f" and {len(row.open) - 3} more" if len(row.open) > 3 else "")
        so_far = f"{points(row.decided)} of {points(row.points)}"
        table.add_row(Text(plain(row.team)), so_far, Text(listed or "-"), Text(str(page_of(row, out))))
    Console(width=None if sys.stdout.isatty() else 200).print(table)


@app.command()
def report(folder: Annotated[Path, typer.Argument(help="The folder that 'grader grade' wrote.")]) -> None:
    """Write the pages again from the JSON of an earlier run; nothing is run or judged."""
    from grader.lock import hold
    from grader.records import Records
    from grader.rows import row_of
    from grader.writing import each_report, expect_reports, write_overview, write_team

    expect_reports(folder)
    rows, title = [], ""
    with hold(folder, "grader report"):
        for one in each_report(folder):
            write_team(one, folder)
            rows.append(row_of(one))
            title = one.rubric
        records = Records(folder)
        index = write_overview(rows, folder, title, records.flagged(), records.language())
    typer.echo(f"{len(rows)} reports written; index: {index}")


@app.command()
def demo(out: Out = Path("grader-demo")) -> None:
    """Mark a small hand-in that comes with the grader and say where the report lies."""
    from grader.batch import mark_all
    from grader.demo import demo_hand_in, demo_rubric
    from grader.lock import hold
    from grader.records import Records

    with hold(out, "grader demo"):
        for _ in mark_all([demo_hand_in(out)], demo_rubric(), out, jobs=1):
            pass
    _print_rows(Records(out), out, as_json=False)

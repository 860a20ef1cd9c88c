"""Mark hand-ins, check one's own, write pages again, and the demonstration."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from grader.cli.app import DONE, OPEN, AsJson, Out, Rubrics, app
from grader.errors import GraderError


@app.command()
def grade(
    submissions: Annotated[list[Path], typer.Argument(help="Archives, folders, notebooks, or a folder of them.")],
    rubric: Rubrics,
    out: Out = Path("graded"),
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Hand-ins at a time; 0 is one a core.")] = 0,
    intake: Annotated[Path | None, typer.Option(help="CSV with file,received.")] = None,
    roster: Annotated[Path | None, typer.Option(help="CSV with name,id,email.")] = None,
    marks: Annotated[Path | None, typer.Option(help="CSV with team,check,points,by,reason.")] = None,
    cell_seconds: Annotated[float | None, typer.Option(min=1, help="A tighter limit for each cell.")] = None,
    require: Annotated[str | None, typer.Option("--require-isolation", help="A or B: less is an error.")] = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe-no-isolation", help="Mark without isolation: trusted work only.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run everything again, and keep no evidence.")] = False,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")] = False,
) -> None:
    """Mark hand-ins and write one report per team, an index, JSON and CSV."""
    from grader.execute import limits_of
    from grader.ingest.tables import read_intake, read_roster
    from grader.pipeline import Course, default_jobs, grade_all, write_overview, write_seconds, write_team
    from grader.rubric import read_rubric
    from grader.score import check_marks, read_marks
    from grader.store import Store, enough

    chosen = read_rubric(rubric)
    level = _isolation(require, unsafe)
    course = Course(
        read_intake(intake) if intake else None,
        read_roster(roster) if roster else None,
        read_marks(marks) if marks else (),
        Store(out).decisions(),
        enough(Store(out).trainings()),
        cell_seconds,
        level,
        None if fresh else out,
    )
    done = []
    pages = {}
    for number, count, graded in grade_all(
        submissions, chosen, course, jobs or default_jobs(limits_of(chosen).memory_bytes)
    ):
        done.append(graded)
        pages[id(graded.report)] = write_team(graded.report, out)
        if not quiet:
            typer.echo(f"[{number}/{count}] {_line(graded.report)}", err=True)
    reports = sorted((one.report for one in done), key=lambda report: (report.team, report.digest))
    check_marks(course.marks, chosen, [report.team for report in reports])
    index = write_overview(reports, out, chosen.title)
    write_seconds(done, out)
    if as_json:
        typer.echo(
            json.dumps([_summary(report, pages[id(report)]) for report in reports], indent=1, ensure_ascii=False)
        )
    else:
        _print_table(chosen.title, reports, pages)
        typer.echo(f"\nindex: {index}")
    raise typer.Exit(OPEN if any(report.grade.open for report in reports) else DONE)


def _isolation(require: str | None, unsafe: bool) -> Any:
    """Return the level that holds here; less than is asked for, or none at all, is an error."""
    from grader.sandbox.choosing import choose

    if require not in (None, "A", "B"):
        raise GraderError(f"--require-isolation is A or B, found {require}")
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


def _line(report: Any) -> str:
    from grader.report.pages import points
    from grader.report.text import plain

    waits = f", {len(report.grade.open)} waiting" if report.grade.open else ""
    return f"{plain(report.team)}: {points(report.grade.decided)} of {points(report.grade.points)} points{waits}"


def _summary(report: Any, page: Path) -> dict[str, Any]:
    total = report.grade.total
    return {
        "team": report.team,
        "decided": str(report.grade.decided),
        "total": None if total is None else str(total),
        "points": str(report.grade.points),
        "waits_for": list(report.grade.open),
        "report": str(page),
    }


def _print_table(title: str, reports: list[Any], pages: dict[int, Path]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from grader.report.pages import points
    from grader.report.text import plain

    table = Table(title=title, title_justify="left", show_edge=False)
    for name in ("team", "points", "waits for a person", "report"):
        table.add_column(name, justify="right" if name == "points" else "left", overflow="fold")
    for report in reports:
        waits = list(report.grade.open)
        listed = ", ".join(waits[:3]) + (f" and {len(waits) - 3} more" if len(waits) > 3 else "")
        so_far = f"{points(report.grade.decided)} of {points(report.grade.points)}"
        shown = str(pages[id(report)])
        table.add_row(Text(plain(report.team)), so_far, Text(listed or "-"), Text(shown))
    Console(width=None if sys.stdout.isatty() else 200).print(table)


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="A notebook, archive or folder.")],
    rubric: Rubrics,
    as_json: AsJson = False,
) -> None:
    """Check your own hand-in before handing in: the public checks only."""
    from grader.pipeline import grade_all, public
    from grader.rubric import read_rubric

    chosen = public(read_rubric(rubric))
    if not as_json:
        typer.echo(f"{chosen.title}: {sum(1 for _ in chosen.checks())} public checks", err=True)
    failed = False
    for _, _, graded in grade_all([notebook], chosen):
        findings = [scored.finding for question in graded.report.grade.questions for scored in question.checks]
        failed |= any(finding.status in ("failed", "skipped") for finding in findings)
        if as_json:
            rows = [{"check": f.check, "status": f.status, "message": f.message, "hint": f.hint} for f in findings]
            typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
            continue
        for notice in graded.report.notices:
            typer.echo(f"note: {notice.message}")
        for finding in findings:
            typer.echo(f"{finding.status:8} {finding.title}: {finding.message}")
            if finding.hint and finding.status != "passed":
                typer.echo(f"         {finding.hint}")
    raise typer.Exit(OPEN if failed else DONE)


@app.command()
def report(folder: Annotated[Path, typer.Argument(help="The folder that 'grader grade' wrote.")]) -> None:
    """Write the pages again from the JSON of an earlier run; nothing is run or judged."""
    from grader.pipeline import read_reports, write_overview, write_team

    reports = read_reports(folder)
    for one in reports:
        write_team(one, folder)
    index = write_overview(reports, folder, reports[0].rubric)
    typer.echo(f"{len(reports)} reports written; index: {index}")


@app.command()
def demo(out: Out = Path("grader-demo")) -> None:
    """Mark a small hand-in that comes with the grader and say where the report lies."""
    from grader.demo import demo_hand_in, demo_rubric
    from grader.pipeline import grade_all, write_overview, write_team

    hand_in = demo_hand_in(out)
    chosen = demo_rubric()
    reports = [graded.report for _, _, graded in grade_all([hand_in], chosen)]
    pages = {id(one): write_team(one, out) for one in reports}
    index = write_overview(reports, out, chosen.title)
    _print_table(chosen.title, reports, pages)
    typer.echo(f"\nindex: {index}")

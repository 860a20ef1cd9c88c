"""The command line: arguments, printing and exit codes; the only module that prints or exits."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from grader import __version__
from grader.errors import GraderError

DONE, OPEN, USER, BUG = 0, 1, 2, 3

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
rubrics = typer.Typer(no_args_is_help=True, help="Look at rubrics: check one, print the schema, list the check kinds.")
app.add_typer(rubrics, name="rubric")

Rubrics = Annotated[Path, typer.Option("--rubric", "-r", help="The rubric, a YAML file.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="The folder for reports.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def main() -> None:
    """Run the command line; a `GraderError` is a message and exit code 2, anything else is our bug and 3."""
    logging.basicConfig(level=logging.ERROR, format="%(name)s: %(message)s")
    try:
        app()
    except GraderError as error:
        typer.echo(f"grader: {error}", err=True)
        sys.exit(USER)
    except KeyboardInterrupt:
        typer.echo("grader: stopped; the reports that were finished are kept", err=True)
        sys.exit(USER)
    except Exception:
        path = Path("grader-error.log")
        logging.getLogger().addHandler(logging.FileHandler(path, encoding="utf-8"))
        logging.getLogger(__name__).exception("an error in the grader itself")
        typer.echo(f"grader: this is a fault of the grader, not yours; please send {path.resolve()}", err=True)
        sys.exit(BUG)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"grader {__version__}")
        raise typer.Exit


_Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


@app.callback()
def _options(version: _Version = False) -> None:
    """Mark deep-learning hand-ins: code in isolation, written answers, one report per team."""


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
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")] = False,
) -> None:
    """Mark hand-ins and write one report per team, an index, JSON and CSV."""
    from grader.execute import limits_of
    from grader.ingest.tables import read_intake, read_roster
    from grader.pipeline import Course, default_jobs, grade_all, write_overview, write_seconds, write_team
    from grader.rubric import read_rubric
    from grader.score import check_marks, read_marks

    chosen = read_rubric(rubric)
    level = _isolation(require, unsafe)
    course = Course(
        read_intake(intake) if intake else None,
        read_roster(roster) if roster else None,
        read_marks(marks) if marks else (),
        cell_seconds,
        level,
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


@rubrics.command("check")
def rubric_check(paths: Annotated[list[Path], typer.Argument(help="Rubrics, YAML files.")]) -> None:
    """Say whether rubrics are right; every mistake at once, with file and line."""
    from grader.rubric import read_rubric

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
    from grader.rubric import json_schema

    typer.echo(json.dumps(json_schema(), indent=1))


@rubrics.command("kinds")
def rubric_kinds(markdown: Annotated[bool, typer.Option("--markdown", help="With keys and examples.")] = False) -> None:
    """List the check kinds with what each holds a hand-in to."""
    from grader.checks import documentation, kinds

    if markdown:
        typer.echo(documentation.markdown())
        return
    for name, kind in kinds().items():
        typer.echo(f"{name:16} {(kind.__doc__ or '').strip().splitlines()[0]}")


@app.command()
def explain(
    answer: Annotated[str, typer.Argument(help="A formula or an answer, as a team wrote it.")],
    rubric: Annotated[Path, typer.Option("--rubric", "-r", help="The rubric, YAML.")],
    question: Annotated[str, typer.Option("--question", "-q", help="The question's id in the rubric.")],
) -> None:
    """Show how an answer is read and judged: the reading, its tree, the comparison."""
    from grader.explain import explain as explained
    from grader.rubric import read_rubric

    typer.echo(explained(answer, read_rubric(rubric), question))


@app.command()
def doctor() -> None:
    """Print what this machine offers: versions, limits, and whether a kernel starts."""
    from grader.execute import environment
    from grader.sandbox import groups
    from grader.sandbox.choosing import choose
    from grader.sandbox.host import Limits, open_kernel

    isolation = choose()
    for name, value in environment(isolation).items():
        typer.echo(f"{name:10} {value}")
    for reason in isolation.reasons:
        typer.echo(f"{'':10} not {reason}")
    typer.echo(f"{'memory':10} {groups.how()}")
    with open_kernel({}, Limits(seconds=60, cell_seconds=30)) as kernel:
        done = kernel.run(1, "import os; print(os.getcwd() != '')")
    typer.echo(f"{'kernel':10} {'starts and runs a cell' if done.status == 'ok' else done.error}")
    raise typer.Exit(DONE if done.status == "ok" else USER)


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


if __name__ == "__main__":
    main()

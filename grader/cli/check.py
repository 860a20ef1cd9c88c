"""`grader check`: a student's own check before submitting."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.app import STUDENTS, AsJson, Quiet, app, show
from grader.text import counted, plain

if TYPE_CHECKING:
    from grader.cli.check_lines import Line, Result
    from grader.ingest.discover import Source
    from grader.model import Finding
    from grader.rubric.schema import Rubric
    from grader.student.selfcheck import Opened, Remark


@app.command(rich_help_panel=STUDENTS)
def check(
    work: Annotated[Path, typer.Argument(help="Your notebook, your folder or your zip.")],
    rubric: Annotated[
        Path | None, typer.Option("--rubric", "-r", help="The student pack or rubric; by default the nearest one.")
    ] = None,
    submit: Annotated[
        Path | None, typer.Option(help="Make this zip of a notebook or folder, and check what is in it.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Check your own work before you submit.

    Runs the public checks, first those that do not need your code to run. A notebook is checked with the documents and
    modules beside it. The exit code is 0 if there is nothing to do, 1 if something failed, 2 if something could not run
    here, and 3 if the grader failed.
    """
    from grader.cli.check_lines import last_lines
    from grader.student.selfcheck import opened_source
    from grader.student.student_pack import find_rubric, read_public, unchecked, without_name
    from grader.student.submitted_files import is_in_archive, work_of

    source = work_of(work)
    whole, public = read_public(rubric or find_rubric(work))
    source = source if submit is None else _zipped(source, submit)
    named = is_in_archive(source)
    chosen = public if named else without_name(public)
    one = opened_source(source, chosen)
    if not as_json:
        _print_head(one, chosen, submit)
    result = _result(one, chosen, quiet, as_json)
    left, every = unchecked(whole)
    if as_json:
        typer.echo(json.dumps(_data(result, one, str(left), str(every)), indent=1, ensure_ascii=False))
    else:
        unnamed = not named and any(one.judges_name for _, one in public.checks())
        _print(last_lines(result, left, every, work, unnamed))
    raise typer.Exit(result.exit_code)


def _result(one: Opened, chosen: Rubric, quiet: bool, as_json: bool) -> Result:
    """Return all that is found, and print it as soon as it is known: first what needs no run."""
    from grader.cli.check_lines import Result, finding_lines, remark_lines
    from grader.student.selfcheck import at_once, remarks

    first, noted = tuple(at_once(one, chosen)), tuple(remarks(one, chosen))
    if not as_json:
        _print([*remark_lines(noted, chosen.language), *finding_lines(first, chosen)])
    ran, stopped = _run(one, chosen, {finding.check for finding in first}, quiet or as_json)
    if any(remark.prevents_run for remark in noted):  # which cells that prevents is clear
        stopped = tuple(remark for remark in stopped if not remark.prevents_run)
    if not as_json:
        _print([*remark_lines(stopped, chosen.language, "stopped"), *finding_lines(ran, chosen)])
    return Result((*first, *ran), noted, stopped)


def _zipped(source: Source, path: Path) -> Source:
    """Write the work as a zip, and return that zip as what is checked."""
    from grader import atomic_write
    from grader.student.submitted_files import work_of, zip_of

    atomic_write.write(path, zip_of(source, path))
    return work_of(path)


def _print_head(one: Opened, chosen: Rubric, submit: Path | None) -> None:
    """Say what is checked, and how its code runs."""
    from grader.sandbox.limits import can_confine

    others = sorted(name for name in one.submission.files if name != one.source.name)
    named = ", ".join(others[:10]) + (f" and {len(others) - 10} more" if len(others) > 10 else "")
    show(plain(f"{chosen.title}: {one.source.name}" + (f" with {named}" if others else "")))
    if submit is not None:
        show(f"written: {submit}")
    if not can_confine():
        show("Your code runs in an ordinary kernel here; submissions are graded in a sandbox.")


def _print(lines: Iterable[Line]) -> None:
    for line in lines:
        show(f"{typer.style(line.first, fg=line.colour) if line.colour else line.first}{line.text}")


def _run(one: Opened, chosen: Rubric, known: set[str], quiet: bool) -> tuple[tuple[Finding, ...], tuple[Remark, ...]]:
    """Return the findings of the checks that need the code to run, and the cells that stopped if no check says so."""
    from grader.student.selfcheck import stopped_cells

    count = sum(1 for _, check in chosen.checks()) - len(known)
    cells = len(one.submission.cells)
    if not count and not cells:
        return (), ()
    with _progress(f"running {counted(cells, 'cell')} and {counted(count, 'public check')}", quiet):
        from grader.comparing.inside_parts import inside_parts
        from grader.grading.options import GradingOptions
        from grader.grading.pipeline import grade_safely
        from grader.sandbox.interface import own_code_sandbox

        options = GradingOptions(sandbox=own_code_sandbox(inside_parts()))
        report = grade_safely(one.source, chosen, options).report
    found = [scored.finding for question in report.grade.questions for scored in question.checks]
    ran = tuple(finding for finding in found if finding.check not in known)
    judged = any(finding.kind == "notebook_runs" for finding in ran)
    return ran, () if judged else tuple(stopped_cells(report, one.submission))


@contextmanager
def _progress(text: str, quiet: bool) -> Iterator[None]:
    """Show that something is running: a spinner in a terminal, one line of text elsewhere."""
    if quiet:
        yield
        return
    sys.stdout.flush()
    if not sys.stderr.isatty():
        typer.echo(f"{text} ...", err=True)
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(text):
        yield


def _data(result: Result, one: Opened, left: str, every: str) -> dict[str, object]:
    """Return the result for programs."""
    rows = [
        {
            "check": f.check, "question": f.question, "title": str(f.title), "status": f.status,
            "message": str(f.message), "hint": str(f.hint),
        }
        for f in result.findings
    ]  # fmt: skip
    notes = [{"message": str(n.message), "hint": str(n.hint)} for n in (*result.remarks, *result.stopped)]
    return {
        "files": sorted(one.submission.files), "notes": notes, "findings": rows, "points_not_checked": left,
        "points": every, "exit_code": result.exit_code,
    }  # fmt: skip

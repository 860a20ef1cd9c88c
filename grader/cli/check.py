"""`grader check`: a student's own check before submitting."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.app import DONE, OPEN, STUDENTS, AsJson, app
from grader.model import Status
from grader.report.status_words import WORDS
from grader.text import counted, plain, points

if TYPE_CHECKING:
    from grader.model import Finding
    from grader.rubric.schema import Rubric
    from grader.student.selfcheck import Opened


@app.command(rich_help_panel=STUDENTS)
def check(
    notebook: Annotated[Path, typer.Argument(help="A notebook, an archive or a folder.")],
    rubric: Annotated[
        Path | None, typer.Option("--rubric", "-r", help="The student pack or rubric; by default the nearest one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check your own work before you submit.

    Runs the public checks, first those that do not need your code to run.
    """
    from grader.model.message import sentences
    from grader.report.i18n import translated
    from grader.student.selfcheck import at_once, opened, remarks
    from grader.student.student_pack import find_rubric, read_public

    whole, chosen = read_public(rubric or find_rubric(notebook))
    one = opened(notebook, chosen)
    first = list(at_once(one, chosen))
    noted = list(remarks(one, chosen))
    show: Callable[[str], None] = (lambda text: None) if as_json else typer.echo
    show(f"{chosen.title}: {one.submission.team}")
    for remark in noted:
        show(f"note: {plain(translated(sentences(remark.message, remark.hint), chosen.language))}")
    for finding in first:
        _say(finding, chosen, show)
    ran = _run(one, chosen, {finding.check for finding in first}, as_json)
    for finding in ran:
        _say(finding, chosen, show)
    failed = any(finding.status in ("failed", "skipped") for finding in (*first, *ran))
    _last(whole, (*first, *ran), noted, as_json)
    raise typer.Exit(OPEN if failed else DONE)


def _run(one: Opened, chosen: Rubric, known: set[str], quiet: bool) -> list[Finding]:
    """Return the findings of the checks that need the code to run."""
    count = sum(1 for _, check in chosen.checks()) - len(known)
    if not count:
        return []
    cells = len(one.submission.cells)
    with _progress(f"running {counted(cells, 'cell')} and {counted(count, 'public check')}", quiet):
        from grader.grading.options import GradingOptions
        from grader.grading.pipeline import grade_safely

        report = grade_safely(one.source, chosen, GradingOptions()).report
    found = [scored.finding for question in report.grade.questions for scored in question.checks]
    return [finding for finding in found if finding.check not in known]


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


def _say(finding: Finding, rubric: Rubric, show: Callable[[str], None]) -> None:
    from grader.report.i18n import translated

    show(f"{WORDS[finding.status]:13} {plain(finding.title)}: {plain(translated(finding.message, rubric.language))}")
    if finding.hint and finding.status != "passed":
        show(f"{'':13} {plain(translated(finding.hint, rubric.language))}")


def _last(whole: Rubric, findings: tuple[Finding, ...], noted: list[Any], as_json: bool) -> None:
    from grader.student.student_pack import unchecked

    left, every = unchecked(whole)
    if not as_json:
        if any(finding.status == "needs_review" for finding in findings):
            typer.echo(f"{WORDS[Status.needs_review]}: a tutor grades these checks after you submit.")
        if any(finding.status == "error" for finding in findings):
            typer.echo(f"{WORDS[Status.error]}: the grader failed, not you; please tell your tutor.")
        typer.echo(f"{points(left)} of {counted(every, 'point')} are graded only after you submit.")
        return
    rows = [
        {"check": f.check, "title": str(f.title), "status": f.status, "message": str(f.message), "hint": str(f.hint)}
        for f in findings
    ]
    result = {
        "notes": [{"message": str(one.message), "hint": str(one.hint)} for one in noted],
        "findings": rows,
        "points_not_checked": str(left),
        "points": str(every),
    }
    typer.echo(json.dumps(result, indent=1, ensure_ascii=False))

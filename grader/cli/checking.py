"""A student's own check, and the edition of a rubric that students get."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.app import DONE, OPEN, AsJson, Rubrics, app
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.model import Finding
    from grader.rubric import Rubric
    from grader.selfcheck import Opened

WORDS = {
    "passed": "passed",
    "failed": "NOT PASSED",
    "skipped": "not checked",
    "waiting": "a person decides",
    "broken": "our fault",
}


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="A notebook, archive or folder.")],
    rubric: Annotated[
        Path | None, typer.Option("--rubric", "-r", help="A rubric or student edition; otherwise one nearby.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check your own hand-in before handing in: first what needs no run, then the public checks."""
    from grader.edition import find_rubric, read_public
    from grader.selfcheck import at_once, opened, remarks

    whole, chosen = read_public(rubric or find_rubric(notebook))
    one = opened(notebook, chosen)
    first = list(at_once(one, chosen))
    noted = list(remarks(one, chosen))
    say: Callable[[str], None] = (lambda text: None) if as_json else typer.echo
    say(f"{chosen.title}: {one.submission.team}")
    for remark in noted:
        say(f"note: {_plain(remark.message)}" + (f" {_plain(remark.hint)}" if remark.hint else ""))
    for finding in first:
        _say(finding, chosen, say)
    ran = _run(one, chosen, {finding.check for finding in first}, as_json)
    for finding in ran:
        _say(finding, chosen, say)
    failed = any(finding.status in ("failed", "skipped") for finding in (*first, *ran))
    _last(whole, (*first, *ran), noted, as_json)
    raise typer.Exit(OPEN if failed else DONE)


def _run(one: Opened, chosen: Rubric, known: set[str], quiet: bool) -> list[Finding]:
    """Run what needs a run, and return what was found besides what is known."""
    count = sum(1 for _, check in chosen.checks()) - len(known)
    if not count:
        return []
    cells = len(one.submission.cells)
    with _progress(f"running {cells} cells and {count} public checks", quiet):
        from grader.pipeline import Course, grade_safely

        report = grade_safely(one.source, chosen, Course()).report
    found = [scored.finding for question in report.grade.questions for scored in question.checks]
    return [finding for finding in found if finding.check not in known]


@contextmanager
def _progress(text: str, quiet: bool) -> Iterator[None]:
    """Show that something runs: a moving line on a terminal, one plain line elsewhere."""
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


def _say(finding: Finding, rubric: Rubric, say: Callable[[str], None]) -> None:
    from grader.language import said

    say(f"{WORDS[finding.status]:16} {_plain(finding.title)}: {_plain(said(finding.message, rubric.language))}")
    if finding.hint and finding.status != "passed":
        say(f"{'':16} {_plain(said(finding.hint, rubric.language))}")


def _plain(text: str) -> str:
    from grader.report.text import plain

    return plain(text)


def _last(whole: Rubric, findings: tuple[Finding, ...], noted: list[Any], as_json: bool) -> None:
    from grader.edition import unchecked
    from grader.report.pages import points

    left, every = unchecked(whole)
    if not as_json:
        typer.echo(
            f"not checked here: what {points(left)} of {points(every)} points hang on; that comes after handing in"
        )
        return
    rows = [
        {"check": f.check, "title": f.title, "status": f.status, "message": f.message, "hint": f.hint} for f in findings
    ]
    told = {
        "notes": [{"message": one.message, "hint": one.hint} for one in noted],
        "findings": rows,
        "points_not_checked": str(left),
        "points": str(every),
    }
    typer.echo(json.dumps(told, indent=1, ensure_ascii=False))


@app.command()
def pack(
    rubric: Rubrics,
    into: Annotated[Path | None, typer.Option(help="The file to write, or a folder for it.")] = None,
    gradescope: Annotated[bool, typer.Option("--gradescope", help="An autograder zip for Gradescope instead.")] = False,
    wheel: Annotated[
        Path | None, typer.Option(help="The grader's wheel: a copy without the reference is put beside the edition.")
    ] = None,
) -> None:
    """Make the student edition of a rubric: its public checks, and nothing that is hidden."""
    from grader import files
    from grader.edition import ENDING, edition
    from grader.rubric import read_rubric

    chosen = read_rubric(rubric)
    name, data = f"{chosen.name}{ENDING}", b""
    if gradescope and chosen.edition is not None:
        raise GraderError(f"{rubric}: a student edition lacks the hidden checks; pack the rubric itself")
    if gradescope:
        from grader.autograder import NAME, autograder

        name, data = NAME, autograder(rubric.read_bytes())
    else:
        data = edition(chosen).encode()
    path = into or Path(name)
    path = path / name if path.is_dir() or not path.suffix else path
    if path.resolve() == rubric.resolve() or (wheel and (path.parent / wheel.name).resolve() == wheel.resolve()):
        raise GraderError(f"{path}: the rubric or the wheel itself would be replaced; choose another --into")
    cut = _for_students(wheel) if wheel is not None else b""
    files.write(path, data)
    typer.echo(f"written: {path}")
    if wheel is not None:
        files.write(path.parent / wheel.name, cut)
        typer.echo(f"written: {path.parent / wheel.name}, without the reference")


def _for_students(wheel: Path) -> bytes:
    from grader.edition import without_reference

    try:
        return without_reference(wheel.read_bytes())
    except OSError as error:
        raise GraderError(f"{wheel}: cannot be read: {error.strerror}; check the path") from None

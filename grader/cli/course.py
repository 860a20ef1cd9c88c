"""`grader course`: the points of all students over several assignments."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.app import COURSE, DONE, OPEN, AsJson, Quiet, app
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.course.course_schema import Course
    from grader.course.standings import Score, Standings, Student


@app.command(rich_help_panel=COURSE)
def course(
    file: Annotated[Path | None, typer.Argument(help="The course file, YAML.")] = None,
    table: Annotated[Path | None, typer.Option("--csv", help="Also write the table to this CSV file.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    grade: Annotated[bool, typer.Option("--grade", help="First grade all assignments that name submissions.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of course files.")] = False,
) -> None:
    """Add up points over several assignments.

    Prints the points of each student and whether the admission rule is met, as a range while grades are open.
    """
    from grader.course.course_schema import json_schema, read_course
    from grader.course.standings import standings

    if schema:
        typer.echo(json.dumps(json_schema(), indent=1))
        return
    if file is None:
        raise GraderError("give a course file; 'grader course --schema' prints its format")
    chosen = read_course(file)
    if grade:
        _grade(chosen, quiet, as_json)
    found = standings(chosen)
    if table is not None:
        _write(found, table)
    if as_json:
        typer.echo(json.dumps([_as_json(student) for student in found.students], indent=1, ensure_ascii=False))
    else:
        _print(found)
    for warning in found.warnings:
        typer.echo(f"warning: {warning}", err=True)
    still_open = any(score.is_open for student in found.students for score in student.scores.values())
    raise typer.Exit(OPEN if still_open else DONE)


def _grade(chosen: Course, quiet: bool, as_json: bool) -> None:
    """Grade every assignment that names submissions, one after the other, each into its own folder.

    With `as_json` only progress is printed: the result is that of the whole course.
    """
    from grader.cli.grade import grade_into
    from grader.cli.isolation import isolation_or_error
    from grader.grading.options import GradingOptions
    from grader.lists.course_lists import read_extensions, read_intake, read_roster
    from grader.rubric.load import read_rubric

    level = isolation_or_error(None, unsafe=False)
    roster = read_roster(chosen.roster)
    for one in chosen.assignments:
        if one.submissions:
            lists = GradingOptions(
                intake=read_intake(one.submission_times, one.zone).by_key if one.submission_times else None,
                extensions=read_extensions(one.extensions) if one.extensions else None,
                roster=roster,
                level=level,
                keep=one.results,
            )
            chosen_rubric = read_rubric(one.rubric)
            grade_into(
                one.submissions, chosen_rubric, one.results, lists, quiet=quiet, as_json=as_json, with_rows=not as_json
            )


def _cells(found: Standings) -> tuple[list[str], list[list[str]]]:
    from grader.text import plain

    head = ["name", "id", *(one.id for one in found.course.assignments), "points", "of", "admission"]
    rows = [
        [
            plain(student.member.name),
            plain(student.member.student_id),
            *(_span(student.scores[one.id]) for one in found.course.assignments),
            _both(student.worst, student.best),
            _both(student.maximum, student.maximum),
            str(student.standing),
        ]
        for student in found.students
    ]
    return head, rows


def _span(score: Score) -> str:
    return _both(score.worst, score.best)


def _both(worst: object, best: object) -> str:
    """Return one number, or the range from worst to best while something is open."""
    from decimal import Decimal

    from grader.text import points

    assert isinstance(worst, Decimal)
    assert isinstance(best, Decimal)
    return points(worst) if worst == best else f"{points(worst)}–{points(best)}"


def _print(found: Standings) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    head, rows = _cells(found)
    shown = Table(title=found.course.title, title_justify="left", show_edge=False)
    for number, name in enumerate(head):
        shown.add_column(name, justify="left" if number in (0, 1, len(head) - 1) else "right", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else 200).print(shown)


def _write(found: Standings, path: Path) -> None:
    from grader import atomic_write
    from grader.lists import csv_in_place
    from grader.text import safe_cell

    head, rows = _cells(found)
    safe: Sequence[Sequence[str]] = [[safe_cell(cell) for cell in row] for row in rows]
    atomic_write.write(path, csv_in_place.made([safe_cell(cell) for cell in head], safe))


def _as_json(student: Student) -> dict[str, object]:
    return {
        "name": student.member.name,
        "id": student.member.student_id,
        "assignments": {
            name: {"worst": str(one.worst), "best": str(one.best), "maximum": str(one.maximum), "open": one.is_open}
            for name, one in student.scores.items()
        },
        "worst": str(student.worst),
        "best": str(student.best),
        "maximum": str(student.maximum),
        "admission": str(student.standing),
    }

"""`grader import`: make a course folder of an assignment that was made for another tool."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import DONE, OPEN, RUBRICS, app
from grader.text import counted


@app.command("import", rich_help_panel=RUBRICS)
def import_course(
    path: Annotated[Path, typer.Argument(help="A notebook, a percent script, or a folder with tests.")],
    into: Annotated[Path, typer.Option(help="The course folder to write.")],
) -> None:
    """Import from otter, nbgrader or pytest.

    Nothing of the assignment is run. Of a folder with several notebooks, each becomes a course folder of its own.
    Each part that cannot be brought over is a line, with what to do.
    """
    from grader.importers.choose_format import assignments_in

    complete = [_imported(one, into / folder) for folder, one in assignments_in(path).items()]
    raise typer.Exit(DONE if all(complete) else OPEN)


def _imported(path: Path, into: Path) -> bool:
    """Write the course folder of one assignment; return whether nothing was left out."""
    from grader.importers.choose_format import read_assignment
    from grader.importers.write_course import RUBRIC, course_of, write_course
    from grader.rubric.load import read_rubric

    assignment = read_assignment(path)
    course = course_of(assignment)
    for written in write_course(course, into):
        typer.echo(f"written: {written}")
    rubric = read_rubric(into / RUBRIC)
    sizes = counted(len(rubric.questions), "question"), counted(rubric.points, "point")
    typer.echo(f"imported: {assignment.format} ({', '.join(sizes)})")
    for left_out in course.left_out:
        typer.echo(f"left out: {left_out}")
    if course.files.keys() & {f"solution/{name}" for name in assignment.solution}:
        typer.echo(f"next: grader grade {into / 'solution'} --rubric {into / RUBRIC}; each test must pass")
    return not course.left_out

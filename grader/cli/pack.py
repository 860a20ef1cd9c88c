"""`grader pack`: write the student pack of a rubric, or the autograder for Gradescope."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.app import STUDENTS, Rubrics, app
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.rubric.schema import Rubric


@app.command(rich_help_panel=STUDENTS)
def pack(
    rubric: Rubrics,
    into: Annotated[Path | None, typer.Option(help="The file to write, or its folder.")] = None,
    gradescope: Annotated[
        bool, typer.Option("--gradescope", help="Create an autograder for Gradescope; needs --wheel.")
    ] = False,
    wheel: Annotated[
        Path | None, typer.Option(help="The wheel of the grader; students get it without the reference.")
    ] = None,
) -> None:
    """Create the student pack of a rubric.

    It has the public checks only, so that students can check their work before they submit.
    """
    from grader import atomic_write
    from grader.rubric.load import read_rubric
    from grader.student.student_pack import ENDING, pack_rubric
    from grader.student.wheel import without_reference

    chosen = read_rubric(rubric)
    name, data, cut = f"{chosen.name}{ENDING}", b"", b""
    if gradescope:
        name, data = _autograder(chosen, rubric, wheel)
    else:
        data = pack_rubric(chosen).encode()
        cut = without_reference(_read(wheel)) if wheel else b""
    path = into or Path(name)
    path = path / name if path.is_dir() or not path.suffix else path
    beside = wheel is not None and not gradescope and (path.parent / wheel.name).resolve() == wheel.resolve()
    if beside or path.resolve() == rubric.resolve():
        raise GraderError(f"{path}: this would overwrite the rubric or the wheel; choose another --into")
    atomic_write.write(path, data)
    typer.echo(f"written: {path}")
    if wheel is not None and not gradescope:
        atomic_write.write(path.parent / wheel.name, cut)
        typer.echo(f"written: {path.parent / wheel.name}, without the reference")


def _autograder(chosen: Rubric, rubric: Path, wheel: Path | None) -> tuple[str, bytes]:
    from grader.rubric.files_beside import files_beside
    from grader.services.gradescope_zip import NAME, autograder
    from grader.services.locked_versions import locked_versions

    if chosen.student_pack is not None:
        raise GraderError(f"{rubric}: a student pack lacks the hidden checks; pack the rubric itself")
    if wheel is None:
        raise GraderError("--gradescope needs --wheel FILE; build one with 'pip wheel --no-deps .'")
    beside = files_beside(chosen, rubric)
    return NAME, autograder(rubric.read_bytes(), wheel.name, _read(wheel), beside, locked_versions())


def _read(wheel: Path) -> bytes:
    try:
        return wheel.read_bytes()
    except OSError as error:
        raise GraderError(f"{wheel}: cannot be read: {error.strerror}; check the path") from None

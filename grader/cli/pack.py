"""`grader pack`: write the student pack of a rubric."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.app import Rubrics, app
from grader.errors import GraderError


@app.command()
def pack(
    rubric: Rubrics,
    into: Annotated[Path | None, typer.Option(help="The file to write, or a folder for it.")] = None,
    gradescope: Annotated[bool, typer.Option("--gradescope", help="An autograder zip for Gradescope instead.")] = False,
    wheel: Annotated[
        Path | None,
        typer.Option(help="The grader's wheel: a copy without the reference is put next to the student pack."),
    ] = None,
) -> None:
    """Make the student pack of a rubric: its public checks, and nothing that is hidden."""
    from grader import atomic_write
    from grader.rubric.load import read_rubric
    from grader.student.student_pack import ENDING, pack_rubric

    chosen = read_rubric(rubric)
    name, data = f"{chosen.name}{ENDING}", b""
    if gradescope and chosen.student_pack is not None:
        raise GraderError(f"{rubric}: a student pack lacks the hidden checks; pack the rubric itself")
    if gradescope:
        from grader.services.gradescope_zip import NAME, autograder

        name, data = NAME, autograder(rubric.read_bytes())
    else:
        data = pack_rubric(chosen).encode()
    path = into or Path(name)
    path = path / name if path.is_dir() or not path.suffix else path
    if path.resolve() == rubric.resolve() or (wheel and (path.parent / wheel.name).resolve() == wheel.resolve()):
        raise GraderError(f"{path}: the rubric or the wheel itself would be replaced; choose another --into")
    cut = _for_students(wheel) if wheel is not None else b""
    atomic_write.write(path, data)
    typer.echo(f"written: {path}")
    if wheel is not None:
        atomic_write.write(path.parent / wheel.name, cut)
        typer.echo(f"written: {path.parent / wheel.name}, without the reference")


def _for_students(wheel: Path) -> bytes:
    from grader.student.wheel import without_reference

    try:
        return without_reference(wheel.read_bytes())
    except OSError as error:
        raise GraderError(f"{wheel}: cannot be read: {error.strerror}; check the path") from None

"""`grader export`: write points and reports for other programs."""

from __future__ import annotations

import json
import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.app import DONE, GRADING, OPEN, app, printing_to_a_pipe
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.exports.export_format import Export

MAX_LINES = 40


@app.command(rich_help_panel=GRADING)
def export(
    folder: Annotated[Path | None, typer.Argument(help="The output folder of 'grader grade'.")] = None,
    format_: Annotated[str, typer.Option("--format", "-f", help="The format; without it all formats are listed.")] = "",
    into: Annotated[Path | None, typer.Option(help="The folder to write to; by default FOLDER/exports.")] = None,
    worksheet: Annotated[Path | None, typer.Option(help="The grading worksheet downloaded from Moodle.")] = None,
    gradebook: Annotated[Path | None, typer.Option(help="The gradebook downloaded from Canvas.")] = None,
    assignment: Annotated[str, typer.Option(help="Title or id of the assignment in the gradebook.")] = "",
    adjustments: Annotated[Path | None, typer.Option(help="CSV with id or email, points, reason.")] = None,
    column: Annotated[list[str] | None, typer.Option(help="Heading of a worksheet column, such as grade=Note.")] = None,
    maximum: Annotated[str, typer.Option(help="Maximum grade of the platform, if its file has none.")] = "",
    replace_feedback: Annotated[bool, typer.Option(help="Also replace feedback written by a person.")] = False,
    below: Annotated[
        str, typer.Option(help="Folder of the submission in its repository, for the files that annotations name.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change without writing files.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Write nothing while a single student is in doubt.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of the format 'json'.")] = False,
) -> None:
    """Export points and reports to other systems.

    Formats exist for Moodle, Canvas, Gradescope, GitHub, JUnit, JSON and CSV; without --format they are listed.
    A student whose line is not sure is left out and listed; the exit code is 1 then.
    """
    from grader.exports import export_formats
    from grader.exports.export_format import EXPORTS, Inputs, Options

    if schema:
        from grader.exports.result import json_schema

        typer.echo(json.dumps(json_schema(), indent=1))
        return
    if not format_ or folder is None:
        for name, one in export_formats().items():
            typer.echo(f"{name:16} {one.summary}")
        raise typer.Exit(DONE)
    if format_ not in export_formats():
        raise GraderError(f"no format {format_!r}; there are {', '.join(export_formats())}")
    options = Options(
        worksheet,
        gradebook,
        assignment,
        adjustments,
        columns_by_purpose(column or []),
        _number(maximum),
        replace_feedback,
        below,
    )
    chosen = export_formats()[format_]
    if lacking := [name for name in chosen.needs if not getattr(options, name)]:
        raise GraderError(f"{format_} needs --{lacking[0]}; see 'grader export --help'")
    made = chosen.make(Inputs(folder, options))
    if strict and made.doubts:
        raise GraderError("\n".join(made.doubts))
    written = [] if dry_run else _write(made, folder / EXPORTS if into is None else into)
    for line in made.warnings:
        _print(f"warning: {line}", err=True)
    for line in made.doubts:
        _print(f"look at: {line}", err=True)
    with printing_to_a_pipe():
        _print_all(made, written, dry_run)
    raise typer.Exit(OPEN if made.doubts else DONE)


def _print_all(made: Export, written: list[Path], dry_run: bool) -> None:
    """Print the changes, the files and the commands for the calling service."""
    for line in made.changes[:MAX_LINES]:
        _print(f"- {line}")
    if len(made.changes) > MAX_LINES:
        typer.echo(f"and {len(made.changes) - MAX_LINES} more")
    for path in written:
        typer.echo(f"written: {path}")
    if dry_run:
        for name, data in made.files:
            typer.echo(f"would be written: {name} ({len(data)} bytes)")
    for line in ("dry run: no file was written",) if dry_run else made.commands:
        typer.echo(line)


def _write(made: Export, folder: Path) -> list[Path]:
    """Write the files and the outputs that the calling service reads; return the paths of the files."""
    from grader import atomic_write

    paths = [folder / name for name, _ in made.files]
    for path, (_, data) in zip(paths, made.files, strict=True):
        atomic_write.write(path, data)
    for variable, data in made.appended.items():
        if target := os.environ.get(variable):
            _append(Path(target), data)
    return paths


def _append(path: Path, data: bytes) -> None:
    try:
        with path.open("ab") as file:
            file.write(data)
    except OSError as error:
        raise GraderError(f"{path}: cannot be written: {error.strerror}") from None


def _print(line: str, err: bool = False) -> None:
    """Print a line with text of a submission, which must not become a command of the calling service."""
    from grader.text import one_line

    typer.echo(one_line(line).replace("##[", "## ["), err=err)


def columns_by_purpose(given: list[str]) -> dict[str, str]:
    """Return headings of a worksheet by the purpose of their column, from texts such as `grade=Note`.

    Raises:
        GraderError: a text has another form, or there is no such purpose.
    """
    from grader.lists.moodle_worksheet import COLUMNS

    found = {}
    for text in given:
        use, sign, heading = text.partition("=")
        if not sign or use.strip() not in COLUMNS:
            raise GraderError(f"--column {text}: expected FIELD=HEADING; the fields are {', '.join(COLUMNS)}")
        found[use.strip()] = heading.strip()
    return found


def _number(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0:
        raise GraderError(f"--maximum {text}: not a number of points")
    return value

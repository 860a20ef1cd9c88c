"""Write what was marked for other programs."""

from __future__ import annotations

import json
import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.app import DONE, app
from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.exports.export_format import Export

MAX_LINES = 40


@app.command()
def export(
    folder: Annotated[Path | None, typer.Argument(help="The folder that 'grader grade' wrote.")] = None,
    format_: Annotated[str, typer.Option("--format", "-f", help="Which one; without it they are listed.")] = "",
    into: Annotated[Path | None, typer.Option(help="Where to write; DIR/exports otherwise.")] = None,
    worksheet: Annotated[Path | None, typer.Option(help="Moodle's grading worksheet, as downloaded.")] = None,
    gradebook: Annotated[Path | None, typer.Option(help="Canvas's gradebook, as downloaded.")] = None,
    assignment: Annotated[str, typer.Option(help="The assignment's title or number in it.")] = "",
    adjustments: Annotated[Path | None, typer.Option(help="CSV with id or email, points, reason.")] = None,
    column: Annotated[list[str] | None, typer.Option(help="A heading of the worksheet: grade=Note.")] = None,
    maximum: Annotated[str, typer.Option(help="The platform's maximum, where its file has none.")] = "",
    replace_feedback: Annotated[bool, typer.Option(help="Also where a person has written feedback.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of the format 'json'.")] = False,
) -> None:
    """Write points and reports for Moodle, Canvas, pipelines and others; platforms' own files are edited in place."""
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
        worksheet, gradebook, assignment, adjustments, _columns(column or []), _number(maximum), replace_feedback
    )
    chosen = export_formats()[format_]
    if lacking := [name for name in chosen.needs if not getattr(options, name)]:
        raise GraderError(f"{format_} needs --{lacking[0]}; see 'grader export --help'")
    made = chosen.make(Inputs(folder, options))
    _tell(made)
    if dry_run:
        typer.echo("nothing was written")
    else:
        _write(made, folder / EXPORTS if into is None else into)


def _write(made: Export, folder: Path) -> None:
    """Write the files, and hand on what the service that runs us reads."""
    from grader import atomic_write

    for name, data in made.files:
        atomic_write.write(folder / name, data)
        typer.echo(f"written: {folder / name}")
    for variable, data in made.appended.items():
        if path := os.environ.get(variable):
            _append(Path(path), data)
    for line in made.commands:
        typer.echo(line)


def _append(path: Path, data: bytes) -> None:
    try:
        with path.open("ab") as file:
            file.write(data)
    except OSError as error:
        raise GraderError(f"{path}: cannot be written: {error.strerror}") from None


def _tell(made: Export) -> None:
    from grader.text import plain

    for line in made.said[:MAX_LINES]:
        typer.echo(f"- {plain(line)}".replace("##[", "## ["))  # never a command of the service that runs us
    if len(made.said) > MAX_LINES:
        typer.echo(f"and {len(made.said) - MAX_LINES} more")
    for line in made.warnings:
        typer.echo(f"look at: {plain(line)}".replace("##[", "## ["), err=True)


def _columns(given: list[str]) -> dict[str, str]:
    from grader.lists.moodle_worksheet import COLUMNS

    found = {}
    for text in given:
        use, sign, heading = text.partition("=")
        if not sign or use.strip() not in COLUMNS:
            raise GraderError(f"--column {text}: write USE=HEADING; uses are {', '.join(COLUMNS)}")
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

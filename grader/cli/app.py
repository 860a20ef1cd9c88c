"""The application, its common options and what becomes of errors: a message and an exit code."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

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
        typer.echo("grader: stopped; what is finished is kept, and the same command goes on from here", err=True)
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
    """Mark deep-learning submissions: code in isolation, written answers, one report per team."""

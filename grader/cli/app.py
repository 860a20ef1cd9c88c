"""The application, its common options, the order of commands in the help, and how errors become exit codes."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from grader import __version__
from grader.errors import GraderError
from grader.sandbox.boundary.absent_torch import is_installed

DONE, OPEN, USER, BUG = 0, 1, 2, 3

# Panels of `grader --help`.
GRADING, STUDENTS, RUBRICS, COURSE, SYSTEM = "Grading", "Students", "Rubrics", "Course", "System"
ORDER = (
    "grade", "desk", "groups", "decide", "report", "diff", "export", "check", "pack", "init", "rubric", "import",
    "explain", "submissions", "calibrate", "course", "similarity", "demo", "doctor", "gradescope",
)  # fmt: skip


class _OrderedCommands(TyperGroup):
    """The commands in the order in which a newcomer needs them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands, those that the order does not name at the end."""
        return sorted(self.commands, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))


app = typer.Typer(cls=_OrderedCommands, no_args_is_help=True, pretty_exceptions_enable=False)
rubrics = typer.Typer(no_args_is_help=True, help="Validate rubrics and list check kinds.")
app.add_typer(rubrics, name="rubric", rich_help_panel=RUBRICS)

Rubrics = Annotated[Path, typer.Option("--rubric", "-r", help="The rubric, a YAML file.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="The folder to write reports to.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Do not show progress.")]


def show(text: str) -> None:
    """Print a line, with colours only in a terminal and where `NO_COLOR` does not forbid them."""
    typer.echo(text, color=False if os.environ.get("NO_COLOR") else None)


def main() -> None:
    """Run the command line: a `GraderError` ends with a message and exit code 2, an internal error with 3."""
    logging.basicConfig(level=logging.ERROR, format="%(name)s: %(message)s")
    # The tensors of a check are small, so that threads wait for each other longer than they compute. Read with torch.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    _print_any_character()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # the end of a batch job's time is as Ctrl-C
    try:
        app()
    except GraderError as error:
        typer.echo(f"grader: {error}", err=True)
        sys.exit(USER)
    except ModuleNotFoundError as error:
        if (package := _package_not_installed(error)) is None:
            _internal_error()
        typer.echo(f"grader: {package} is not installed here; run: pip install {package}", err=True)
        sys.exit(USER)
    except KeyboardInterrupt:
        typer.echo("grader: interrupted; run the same command again to resume", err=True)
        sys.exit(USER)
    except Exception:
        _internal_error()


def _internal_error() -> NoReturn:
    """Write the exception that is handled to a log file, and end with the exit code of an internal error."""
    path = Path("grader-error.log")
    logging.getLogger().addHandler(logging.FileHandler(path, encoding="utf-8"))
    logging.getLogger(__name__).exception("internal error")
    typer.echo(f"grader: internal error (not your input); please report it with {path.resolve()}", err=True)
    sys.exit(BUG)


def _print_any_character() -> None:
    """Print a sign for what the terminal's encoding lacks, as on Windows: a formula must not end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _package_not_installed(error: ModuleNotFoundError) -> str | None:
    """Return the library that is missing; None for a module of ours, or one of a library that is installed."""
    package = (error.name or "").partition(".")[0]
    return package if package not in ("", "grader", "reference") and not is_installed(package) else None


@contextlib.contextmanager
def printing_to_a_pipe() -> Iterator[None]:
    """Ignore that the reader of the output has left, as in `grader export ... | head`: Typer would exit with 1."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"grader {__version__}")
        raise typer.Exit


_Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


@app.callback()
def _options(version: _Version = False) -> None:
    """Grade deep-learning assignments: code in isolation, written answers, one report per team."""

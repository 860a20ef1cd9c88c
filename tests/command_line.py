"""The command line for tests: in the process of the test, or in a process of its own where that is what is tested."""

from __future__ import annotations

import contextlib
import io
import logging
import multiprocessing.process
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from unittest import mock

from grader.cli import main
from tests.helpers import ROOT

ENVIRONMENT = {"PYTHONPATH": str(ROOT), "COLUMNS": "200"}
MAX_SECONDS = 300
MAX_LINES_BEFORE = 4  # what was found in the paths, and the proof of the rubric
MAX_SECONDS_OF_A_LINE = 200  # below the timeout of a test, so that the message is about the line


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in this process, as `python -m grader` does, and return its exit code and what it printed."""
    command = ["grader", *map(str, arguments)]
    printed, errors = io.StringIO(), io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(cwd or ROOT))
        stack.enter_context(mock.patch.dict(os.environ, ENVIRONMENT))
        stack.enter_context(mock.patch.object(sys, "argv", command))
        # Where multiprocessing starts a process: the folder in which this one was started, were it a command.
        stack.enter_context(mock.patch.object(multiprocessing.process, "ORIGINAL_DIR", os.getcwd()))
        stack.enter_context(contextlib.redirect_stdout(printed))
        stack.enter_context(contextlib.redirect_stderr(errors))
        stack.enter_context(_own_logging())
        code = _exit_code()
    return subprocess.CompletedProcess(command, code, printed.getvalue(), errors.getvalue())


def run_process(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd or ROOT,
        env={**os.environ, **ENVIRONMENT},
        timeout=MAX_SECONDS,
        check=False,
    )


def first_line(process: subprocess.Popen[str], stream: IO[str] | None = None, after: str = "") -> str:
    """Return the first line that a process prints on a pipe, its standard output if none is given.

    With `after`, one of the first lines has to begin with it, and those up to that one are left out.

    Nothing may have been read from the pipe before. A process that prints nothing fails the test.
    """
    pipe = stream or process.stdout
    assert pipe is not None
    ready, _, _ = select.select([pipe], [], [], MAX_SECONDS_OF_A_LINE)
    assert ready, f"{process.args!r} has printed nothing in {MAX_SECONDS_OF_A_LINE} seconds"
    line = pipe.readline()
    if not after:
        return line
    for _ in range(MAX_LINES_BEFORE):
        if line.startswith(after):
            return pipe.readline()
        line = pipe.readline()
    raise AssertionError(f"no line begins with {after!r}")


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


@contextlib.contextmanager
def _own_logging() -> Iterator[None]:
    """Let the command set up logging anew, and put back afterwards what was set up before."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    root.handlers = []
    try:
        yield
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers = before
        root.setLevel(level)

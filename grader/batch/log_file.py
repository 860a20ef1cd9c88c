"""The log of a batch: tracebacks of internal errors go to a file in the output folder, one line to the terminal."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

NAME = "grader.log"


class _OneLine(logging.Formatter):
    """A record without its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the logger's name, the message and the type of the exception."""
        kind = record.exc_info[0] if record.exc_info else None
        return f"{record.name}: {record.getMessage()}" + (f" ({kind.__name__})" if kind else "")


@contextlib.contextmanager
def logging_to(folder: Path | None) -> Iterator[None]:
    """Write errors with their tracebacks to the log of `folder`; the file is created by the first one."""
    root = logging.getLogger()
    before = root.handlers[:]
    terminal = logging.StreamHandler()
    terminal.setFormatter(_OneLine())
    root.handlers = [terminal]
    terminal.addFilter(logging.Filter("grader"))  # not the complaints of libraries about a submission
    if folder is not None:
        file = logging.FileHandler(folder / NAME, encoding="utf-8", delay=True)
        file.addFilter(logging.Filter("grader"))
        file.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s"))
        root.handlers.append(file)
    for handler in root.handlers:
        handler.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers = before

"""Describe an exception of a student's code as data. A part of the worker: it runs beside that code, and before it.

Its source is executed in the names of the worker (see `boundary/worker_module.py`), so it imports nothing of `grader`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

MAX_TEXT = 2000  # characters of an error message
MAX_FRAMES = 6  # of a student's own lines, the innermost ones
OURS, PART = "grader-", "part-"  # begin the file names of the worker, and of recipes
LIBRARIES = tuple({sys.prefix + os.sep, sys.base_prefix + os.sep, os.path.dirname(os.__file__) + os.sep, "<frozen"})
CALLING = (
    "_build",
    "_called",
    "call_by_name",
    "session_call",
)  # the functions of the worker that call a student's object


class Described(Exception):
    """An exception of another process of the submission, with what `describe` returned there."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__()
        self.data = data


def describe(error: BaseException, form: str = "") -> dict[str, Any]:
    """Return an exception as data: what it is, what it names, and the student's own lines that led to it.

    `form` is what the target is where it is no class, such as `function`.
    """
    if isinstance(error, Described):
        return error.data
    every = list(_frames(error))
    own = [frame for frame in every if not _is_library(frame[0]) and not _is_ours(frame[0])]
    syntax = _syntax(error)
    return {
        "type": type(error).__name__[:200],
        "message": _text_of(error),
        "bases": [base.__name__[:200] for base in type(error).__mro__[1:-1]][:8],
        "name": str(getattr(error, "name", None) or getattr(error, "filename", None) or "")[:300],
        "errno": number if isinstance(number := getattr(error, "errno", 0), int) and abs(number) < 1 << 16 else 0,
        "origin": "student" if syntax else _origin(every),
        "target": form,
        "frames": [*own[-MAX_FRAMES:], *syntax][-MAX_FRAMES:],
        "chain": [[type(one).__name__[:200], _text_of(one)[:500]] for one in _before(error)],
    }


def _before(error: BaseException) -> Iterator[BaseException]:
    """Yield the exceptions that this one was raised from, or while they were handled."""
    for _ in range(3):
        earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if earlier is None:
            return
        error = earlier
        yield error


def _text_of(error: BaseException) -> str:
    try:
        return str(error)[:MAX_TEXT]
    except Exception:
        return ""


def _frames(error: BaseException) -> Iterator[list[Any]]:
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        yield [code.co_filename[:300], trace.tb_lineno or 0, code.co_name[:100]]
        trace = trace.tb_next


def _syntax(error: BaseException) -> list[list[Any]]:
    """Return the place of a syntax error in code that was being compiled, as a frame."""
    file = getattr(error, "filename", None)
    if not isinstance(error, SyntaxError) or not isinstance(file, str) or _is_library(file):
        return []
    return [[file[:300], error.lineno or 0, ""]]


def _is_library(file: str) -> bool:
    return file.startswith(LIBRARIES)


def _is_ours(file: str) -> bool:
    return file.startswith((OURS, PART))


def _origin(every: Sequence[Sequence[Any]]) -> str:
    """Return whose line the last one is that is no library's; IPython's own lines call a cell and are a library's."""
    last = next((frame for frame in reversed(every) if not _is_library(frame[0])), None)
    if last is None:
        return "grader"
    if last[0].startswith(OURS):
        return "call" if last[2] in CALLING else "grader"
    return "recipe" if last[0].startswith(PART) else "student"

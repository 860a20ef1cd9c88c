"""What the grader and the process that reads a submission say to each other.

The request is a pickle, as it comes from the grader. The reply comes from a process that a submission may have taken
over: lines of JSON, and the bytes of files whose sizes were named before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from grader.ingest.archives import safe_path
from grader.ingest.budget import MAX_BYTES, MAX_FILES
from grader.ingest.source import Source
from grader.model import Submission
from grader.opening.plain_values import from_plain, to_plain

MAX_LINE = 48 << 20  # bytes of the JSON of a submission: its code and its texts
MAX_VALUES_LINE = 8 << 20  # of the values of a platform's metadata
ANSWERS = ("reading", "done", "values", "user", "failed", "memory")  # the first word of a line


@dataclass(frozen=True)
class ReadRequest:
    """A submission to read: where it is, how its code is chosen, and the files that are not read any more."""

    source: Source
    pattern: str = "*.ipynb"
    targets: tuple[str, ...] = ()
    student_id: str = ""  # a regular expression
    left_out: frozenset[str] = frozenset()
    only_unpack: bool = False  # the files and the notices suffice
    metadata: bytes | None = None  # of a platform, which is all that is read then


class BadReplyError(Exception):
    """The reply is cut off, or is none that the reader gives."""


def write_line(file: BinaryIO, word: str, value: Any) -> None:
    """Write one line: a word of `ANSWERS` and a value."""
    file.write(json.dumps([word, value]).encode("ascii") + b"\n")
    file.flush()


def write_submission(file: BinaryIO, submission: Submission) -> None:
    """Write a submission: a line without its files, and then the bytes of these."""
    sizes = [[path, len(data)] for path, data in submission.files.items()]
    write_line(file, "done", {"submission": to_plain(replace(submission, files={})), "files": sizes})
    for data in submission.files.values():
        file.write(data)
    file.flush()


@dataclass(frozen=True)
class Reply:
    """The last line of a reader, with the submission if it is done, and the file that it read before."""

    word: str
    value: Any = None
    submission: Submission | None = None
    last_file: str = ""


def read_reply(file: BinaryIO) -> Reply:
    """Return what a reader says; the word is empty if it ended before it was done.

    Raises:
        BadReplyError: it says something else than a reader does.
    """
    try:
        return _reply(file)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadReplyError(f"{type(error).__name__}: {error}") from None


def _reply(file: BinaryIO) -> Reply:
    last = ""
    while line := file.readline(MAX_LINE):
        if not line.endswith(b"\n"):
            return Reply("", last_file=last)
        word, value = _line(line)
        if word == "values" and len(line) > MAX_VALUES_LINE:
            raise ValueError("more values than metadata has")
        if word == "reading":
            last = str(value)
        elif word == "done":
            return Reply(word, submission=_submission(file, value), last_file=last)
        else:
            return Reply(word, value, last_file=last)
    return Reply("", last_file=last)


def _line(line: bytes) -> tuple[str, Any]:
    word, value = json.loads(line)
    if word not in ANSWERS:
        raise ValueError("not a word of the reader")
    return word, value


def _submission(file: BinaryIO, value: Any) -> Submission:
    submission = from_plain(Submission, value["submission"])
    sizes = [(str(path), int(size)) for path, size in value["files"]]
    if not all(safe_path(path) for path, _ in sizes):  # they are written to a folder later
        raise ValueError("a path leaves its folder")
    if len(sizes) > MAX_FILES or sum(size for _, size in sizes) > MAX_BYTES or any(size < 0 for _, size in sizes):
        raise ValueError("more files than are unpacked")
    files = {}
    for path, size in sizes:
        files[path] = file.read(size)
        if len(files[path]) < size:
            raise ValueError("a file is cut off")
    return replace(submission, files=files)

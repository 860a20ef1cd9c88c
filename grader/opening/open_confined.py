"""Open a submission in a confined process: what it does there is a finding of this submission alone."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from grader.errors import GraderError
from grader.ingest.open_submission import beyond_limits, open_submission, team_of, with_lists
from grader.ingest.source import Source
from grader.ingest.unpacked import Unpacked
from grader.lists.submission_times import Received
from grader.model import Extension, Member, Submission
from grader.opening.reader_protocol import ReadRequest
from grader.sandbox.boundary.policy import Level
from grader.sandbox.limits import can_confine

log = logging.getLogger(__name__)

MAX_LEFT_OUT = 2  # files that may exceed a limit, before nothing of the submission is read


class Known(Protocol):
    """Submissions that were read before."""

    def get(self, request: ReadRequest) -> Submission | None:
        """Return the submission that was read for such a request, or None."""

    def put(self, request: ReadRequest, submission: Submission) -> None:
        """Save what was read."""


class ReaderError(Exception):
    """The reader failed by a mistake of ours; the message is its traceback."""


def open_confined(
    source: Source,
    pattern: str = "*.ipynb",
    targets: Sequence[str] = (),
    intake: Mapping[str, Received] | None = None,
    roster: Mapping[str, Member] | None = None,
    extensions: Mapping[str, Extension] | None = None,
    level: Level | None = None,
    student_id: str = "",
    known: Known | None = None,
) -> Submission:
    """Return what `open_submission` does, read at isolation level `level` (None: the strongest) and within limits.

    A file that exceeds a limit of time or memory is left out, with a notice, and the rest is read again. A submission
    that `known` has is not read.

    Raises:
        GraderError: a file of the submission cannot be read.
        ReaderError: the reader failed.
    """
    if not can_confine():
        return open_submission(source, pattern, targets, intake, roster, extensions, student_id)
    request = ReadRequest(source, pattern, tuple(targets), student_id)
    submission = known.get(request) if known is not None else None
    if submission is None:
        submission = _read(request, level, known)
    return with_lists(submission, source, intake, roster, extensions)


def unpack_confined(source: Source, level: Level | None = None) -> Unpacked:
    """Return the files of a submission and the notices on them, unpacked in the same way.

    Raises:
        GraderError: a file of the submission cannot be read.
        ReaderError: the reader failed.
    """
    if not can_confine():
        return source.read()
    found = _read(ReadRequest(source, only_unpack=True), level)
    return Unpacked(dict(found.files), list(found.notices))


def _read(request: ReadRequest, level: Level | None, known: Known | None = None) -> Submission:
    """Ask readers until one is done, each without the files on which those before were ended."""
    from grader.opening.reader_client import read_confined  # for Linux only

    while True:
        reply = read_confined(request, level)
        if reply.submission is not None:
            if known is not None:
                known.put(request, reply.submission)
            return reply.submission
        if reply.word == "user":
            raise GraderError(str(reply.value))
        if reply.word == "failed":
            raise ReaderError(str(reply.value))
        log.info("reading %s was ended at %r", request.source.name, reply.last_file)
        hopeless = not reply.last_file or reply.last_file in request.left_out
        if hopeless or len(request.left_out) == MAX_LEFT_OUT:
            return _unread(request.source)
        request = replace(request, left_out=request.left_out | {reply.last_file})


def _unread(source: Source) -> Submission:
    """Return a submission of which nothing could be read; the digest is that of its file, as far as it has one."""
    digest = ""
    if source.path is not None and source.path.is_file():
        with source.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Submission(team_of(source), source.name, digest, notices=(beyond_limits(source.name),))

"""A process that forks a confined reader for each submission: `python -I -m grader.opening.reader_server FD`.

Requests come over an inherited socket, each with two descriptors: of the request and of the pipe for the reply. It has
no rubric, no reference and no lists. A reader opens the submission's files first, then confines itself, and only then
looks into them.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import pickle
import resource
import socket
import sys
import traceback
from typing import BinaryIO

import pypdfium2  # noqa: F401 - loaded before a process is confined
from IPython.core import inputtransformer2  # noqa: F401 - as above

from grader.errors import GraderError
from grader.ingest.layouts.gradescope_metadata import MetadataError, read_metadata
from grader.ingest.open_submission import read_submission
from grader.model import Submission
from grader.opening.plain_values import to_plain
from grader.opening.reader_protocol import ReadRequest, write_line, write_submission
from grader.sandbox.boundary import syscalls
from grader.sandbox.boundary.policy import Policy
from grader.sandbox.child.confine import confine

MAX_REQUEST = 1 << 16  # bytes of a policy as JSON
MAX_TRACEBACK = 4000  # characters


def serve(channel: socket.socket) -> None:
    """Fork a reader for each request, until the host closes its end."""
    gc.collect()
    gc.freeze()
    channel.send(b"ready")
    while True:
        wanted, descriptors, _, _ = socket.recv_fds(channel, MAX_REQUEST, 2)
        if not wanted:
            return
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            syscalls.die_with_parent(parent)
            channel.close()
            _become_reader(wanted, *descriptors)
        descriptor = os.pidfd_open(child)  # opened here: a child that has ended already waits to be reaped
        socket.send_fds(channel, [str(child).encode()], [descriptor])
        for one in (*descriptors, descriptor):
            os.close(one)
        _reap()


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become_reader(wanted: bytes, asked: int, answer: int) -> None:
    """Read one submission in this process, and end it."""
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        values = json.loads(wanted)
        with os.fdopen(asked, "rb") as request, os.fdopen(answer, "wb") as reply:
            os.chdir(values["folder"])
            _read(request, Policy.from_json(values["policy"]), values["bytes"], reply)
    finally:
        os._exit(0)


def _read(asked: BinaryIO, policy: Policy, max_bytes: int, reply: BinaryIO) -> None:
    try:
        request: ReadRequest = pickle.load(asked)  # noqa: S301 - of the host
        unpack = request.source.begin()
        confine(policy)
        resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))
        if request.metadata is not None:
            write_line(reply, "values", to_plain(read_metadata(request.metadata)))
            return
        unpacked = unpack()
        if request.only_unpack:
            submission = Submission("", "", "", files=unpacked.files, notices=tuple(unpacked.notices))
        else:
            submission = read_submission(
                request.source,
                unpacked,
                request.pattern,
                request.targets,
                request.student_id,
                request.left_out,
                lambda path: write_line(reply, "reading", path),
            )
        write_submission(reply, submission)
    except GraderError as error:
        write_line(reply, "user", str(error))
    except MetadataError as error:
        write_line(reply, "user", str(error)[:MAX_TRACEBACK])
    except MemoryError:
        write_line(reply, "memory", "")
    except Exception:
        with contextlib.suppress(OSError):
            write_line(reply, "failed", traceback.format_exc()[-MAX_TRACEBACK:])


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))

"""Start a confined reader for one submission, and take its reply within limits."""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import pickle
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from grader.opening.reader_protocol import BadReplyError, ReadRequest, Reply, read_reply
from grader.sandbox.boundary.policy import Level, Policy
from grader.sandbox.host.process import Process, start_server
from grader.sandbox.host.watchdog import Watchdog
from grader.sandbox.host.workspace import workspace
from grader.sandbox.limits import Limits

log = logging.getLogger(__name__)

CPU_SECONDS = 30
IDLE_SECONDS = 60
MEMORY_BYTES = 1 << 30
START_SECONDS = 60
LIMITS = Limits(CPU_SECONDS, CPU_SECONDS, IDLE_SECONDS, MEMORY_BYTES, file_bytes=1 << 20, processes=16)


def read_confined(request: ReadRequest, level: Level | None) -> Reply:
    """Return the reply of a reader that is confined at `level`; its word is empty if a limit ended it.

    Raises:
        OSError: no reader can be started.
    """
    with workspace({}, replace(LIMITS, level=level)) as policy, _started(policy, request) as (process, answer):
        watchdog = Watchdog(process, policy)
        watchdog.allow(CPU_SECONDS, IDLE_SECONDS)
        watchdog.start()
        try:
            return read_reply(answer)
        except BadReplyError as error:
            log.info("a reader gave no reply that can be read: %s", error)
            return Reply("")
        finally:
            watchdog.stop()


@contextlib.contextmanager
def _started(policy: Policy, request: ReadRequest) -> Iterator[tuple[Process, BinaryIO]]:
    """Start a reader, and give its process and the end of the pipe from which its reply is read."""
    asked = os.memfd_create("request")
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb") as answer:
        try:
            with os.fdopen(os.dup(asked), "wb") as file:
                pickle.dump(request, file)
            os.lseek(asked, 0, os.SEEK_SET)
            process = ReaderServer.start(policy, asked, theirs)
        finally:
            os.close(asked)
            os.close(theirs)
        try:
            yield process, answer
        finally:
            process.close()


class ReaderServer:
    """The process that forks readers for this one; it starts at the first use and ends with this process."""

    _current: ReaderServer | None = None
    _lock = threading.Lock()

    def __init__(self) -> None:
        self.channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.owner = os.getpid()  # a fork of this process must not share the channel
        with theirs:
            self.popen = start_server("grader.opening.reader_server", theirs)
        self.channel.settimeout(START_SECONDS)
        if self.channel.recv(16) != b"ready":
            self._end()
            raise OSError("the process for reading submissions did not start")
        atexit.register(self._end)

    @classmethod
    def start(cls, policy: Policy, asked: int, answer: int) -> Process:
        """Start a reader; a server that has ended is replaced once.

        Raises:
            OSError: no server can be started.
        """
        with cls._lock:
            if cls._current is not None:
                try:
                    return cls._current._fork(policy, asked, answer)
                except (OSError, ValueError) as error:
                    log.info("the process for reading submissions has ended: %s", error)
                    cls._current._end()
            cls._current = cls()
            return cls._current._fork(policy, asked, answer)

    def _fork(self, policy: Policy, asked: int, answer: int) -> Process:
        if self.owner != os.getpid() or self.popen.poll() is not None:
            raise OSError("it belongs to another process or is gone")
        limit = MEMORY_BYTES + (MEMORY_BYTES >> 1)  # of addresses; the watchdog counts memory
        wanted = {"policy": policy.to_json(), "bytes": limit, "folder": str(Path.cwd())}
        socket.send_fds(self.channel, [json.dumps(wanted).encode()], [asked, answer])
        pid, descriptors, _, _ = socket.recv_fds(self.channel, 32, 1)
        if not descriptors:
            raise OSError("it gave no process")
        return Process(int(pid), descriptors[0])

    def _end(self) -> None:
        self.channel.close()
        if self.owner == os.getpid():
            self.popen.kill()
            self.popen.wait(5)

"""Start the process of a run of tests: a fork of a process that has everything loaded, or a new interpreter."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial

from grader.own_tests.wire import Wire

log = logging.getLogger(__name__)

WARM_SECONDS = 120  # until everything is loaded, on a busy machine


class WarmServer:
    """The warm process of this process; it starts at the first use and ends with this process."""

    _current: WarmServer | None = None
    _lock = threading.RLock()

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.owner = os.getpid()  # a fork of this process must not share the channel
        self.popen = _started("grader.own_tests.warm_server", (theirs.fileno(),))
        theirs.close()
        self.channel = ours
        ours.settimeout(WARM_SECONDS)
        if ours.recv(16) != b"ready":
            ours.close()
            raise OSError("the warm process did not start")

    @classmethod
    def get(cls) -> WarmServer | None:
        """Return the warm process, or None if it cannot start; a new interpreter gives the same results."""
        with cls._lock:
            current = cls._current
            if current is not None and current.popen.poll() is None and current.owner == os.getpid():
                return current
            cls._current = None
            try:
                cls._current = cls()
            except OSError as error:
                log.info("no warm process for tests: %s", error)
            return cls._current

    def fork(self, descriptors: tuple[int, int]) -> int:
        """Return the id of a new process that runs tests, with the two ends of its pipes.

        Raises:
            OSError: the warm process has ended.
        """
        with self._lock:
            socket.send_fds(self.channel, [b"run"], descriptors)
            return int(self.channel.recv(32) or self._gone())

    def end(self, pid: int) -> None:
        """End a process that was forked, with all that it started; it ends with the warm process, too."""
        with self._lock, suppress(OSError):
            self.channel.send(b"end %d" % pid)
            self.channel.recv(32)

    def _gone(self) -> str:
        raise OSError("the warm process has ended")

    @classmethod
    def stop(cls) -> None:
        """End the warm process of this process, if there is one."""
        with cls._lock:
            if cls._current is not None and cls._current.owner == os.getpid():
                cls._current.channel.close()
                cls._current.popen.kill()
                cls._current.popen.wait(5)
            cls._current = None


@contextmanager
def tests_process() -> Iterator[Wire]:
    """Give the wire to a new process for tests, which is ended afterwards with all that it started."""
    to_read, their_end = os.pipe()
    their_start, to_write = os.pipe()
    try:
        end = _start((their_start, their_end))
    finally:
        os.close(their_start)
        os.close(their_end)
    wire = Wire(to_read, to_write)
    try:
        yield wire
    finally:
        wire.close()
        end()


def _start(descriptors: tuple[int, int]) -> Callable[[], None]:
    """Start a process; return what ends it with all that it started."""
    if (server := WarmServer.get()) is not None:
        try:
            pid = server.fork(descriptors)
        except (OSError, ValueError) as error:
            log.info("the warm process for tests did not fork: %s", error)
            WarmServer.stop()
        else:
            return lambda: server.end(pid)
    return partial(_end, _started("grader.own_tests.pytest_process", descriptors))


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _started(module: str, descriptors: tuple[int, ...]) -> subprocess.Popen[bytes]:
    """Start one of our modules with descriptors as its arguments."""
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-I", "-m", module, *map(str, descriptors)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        pass_fds=descriptors,
        start_new_session=True,
    )


def _environment() -> Mapping[str, str]:
    """Return the variables of the process: none of the grader's own that a test could depend on."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    fixed = {"MPLBACKEND": "agg", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent"}
    return {**kept, **threads, **fixed}

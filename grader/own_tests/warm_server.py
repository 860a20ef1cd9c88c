"""A process with torch, NumPy and pytest loaded that forks one process for each run of tests.

Run as `python -I -m grader.own_tests.warm_server FD`: requests come over an inherited socket. It never runs a test
itself, so that no run sees what another one did.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
from pathlib import Path

from grader.own_tests.pytest_process import run_tests_of
from grader.sandbox.boundary import syscalls

MAX_REQUEST = 64
SINGLE = 2  # runs of one submission

# Modules that the first tests would otherwise load again in each process.
_PYTEST = (
    "_argcomplete", "assertion.rewrite", "cacheprovider", "capture", "debugging", "doctest", "faulthandler",
    "helpconfig", "junitxml", "legacypath", "logging", "monkeypatch", "pastebin", "python", "python_path", "recwarn",
    "setuponly", "setupplan", "skipping", "stepwise", "terminal", "threadexception", "tmpdir", "unittest",
    "unraisableexception", "warnings",
)  # fmt: skip
_WANTED = (
    "grader.own_tests.asker", "grader.own_tests.guards", "grader.own_tests.plugin", "grader.own_tests.proxies",
    "hypothesis", "hypothesis.strategies", "hypothesis.extra.numpy", "hypothesis.internal.conjecture.engine",
    "numpy.random", "numpy.testing", "pytest", "torch.testing", "unittest.mock",
    *(f"_pytest.{name}" for name in _PYTEST),
)  # fmt: skip


def preload() -> None:
    """Load the modules that tests need."""
    for name in _WANTED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    import torch

    torch.set_num_threads(1)
    gc.collect()
    gc.freeze()


def serve(channel: socket.socket) -> None:
    """Answer the requests of the host until it closes its end: `run` with two descriptors, and `end PID`.

    A process is reaped only when its end is requested, so that its id stands for no other process until then.
    """
    preload()
    if _threads() != 1:
        raise RuntimeError("a process with several threads must not fork")
    channel.send(b"ready")
    forks = 0
    while True:
        request, descriptors, _, _ = socket.recv_fds(channel, MAX_REQUEST, 2)
        if not request:
            return
        what, _, pid = request.partition(b" ")
        if what == b"end":
            _end(int(pid))
            channel.send(b"ended")
            continue
        forks += 1
        if forks == SINGLE + 1:
            syscalls.use_huge_pages()  # takes most of a second, too long for one submission
        channel.send(str(_forked(channel, descriptors)).encode())
        for descriptor in descriptors:
            os.close(descriptor)


def _threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def _end(pid: int) -> None:
    """End a process with all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _forked(channel: socket.socket, descriptors: list[int]) -> int:
    parent, to_read, written = os.getpid(), *os.pipe()
    if child := os.fork():
        os.close(written)
        os.read(to_read, 1)  # the end of the pipe: the child leads its own group
        os.close(to_read)
        return child
    try:
        syscalls.die_with_parent(parent)
        channel.close()
        os.setsid()
        os.close(written)
        os.close(to_read)
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        run_tests_of(*descriptors)
    finally:
        os._exit(0)


if __name__ == "__main__":
    syscalls.die_with_parent(os.getppid())
    serve(socket.socket(fileno=int(sys.argv[1])))

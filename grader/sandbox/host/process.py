"""Start a confined process, as a new interpreter or by a fork, and control it by a file descriptor."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from grader.sandbox.boundary.policy import Policy

log = logging.getLogger(__name__)


Role = Literal["kernel_child", "definitions_child", "probe"]  # the module of `sandbox/child` that the process runs


SWEEP_SECONDS = 0.01


MAX_SWEEPS = 200  # rounds, for a process tree that continues to fork while it is ended


def readable(descriptor: int, seconds: float) -> bool:
    """Return whether a descriptor becomes readable (of a process: has ended) within `seconds`."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(max(0, round(seconds * 1000))))


def _children(pid: int) -> list[int]:
    """Return the processes that `pid` started or adopted, as its threads list them; none if it has ended."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/children", "rb") as listed:
                found += map(int, listed.read().split())
    return found


def _all_children() -> Callable[[int], list[int]]:
    """Return the same from the records of all processes, for kernels without lists of children."""
    children: dict[int, list[int]] = defaultdict(list)
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                stat = Path(f"/proc/{name}/stat").read_text(encoding="utf-8", errors="replace")
                children[int(stat.rpartition(")")[2].split()[1])].append(int(name))
    return children.__getitem__


_LISTS_CHILDREN = os.path.exists(f"/proc/self/task/{os.getpid()}/children")


def _ended(pid: int) -> bool:
    """Return whether a process has ended, reaped or not; one whose first thread has ended still runs."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        return all(thread_state(f"/proc/{pid}/task/{thread}") in (b"Z", b"X") for thread in threads)
    except OSError:
        return True


def thread_state(thread: str) -> bytes:
    """Return the state of a thread, given as its folder in /proc, as one letter; `X` if it does not exist any more."""
    try:
        with open(f"{thread}/stat", "rb") as stat:
            return stat.read().rpartition(b")")[2].split()[0]
    except OSError:
        return b"X"


def descendants(root: int) -> list[int]:
    """Return `root` and the ids of all processes below it that have not ended."""
    children = _children if _LISTS_CHILDREN else _all_children()
    found, todo = [root], [root]
    while todo:
        below = [pid for pid in children(todo.pop()) if not _ended(pid)]
        found += below
        todo += below
    return found


@dataclass
class Process:
    """A started process; `descriptor` is a pidfd, which can never refer to another process."""

    pid: int
    descriptor: int
    popen: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Return whether it runs; a process that has ended and was not reaped yet does not."""
        if self.descriptor < 0:
            return False
        return not readable(self.descriptor, 0)

    def kill(self) -> None:
        """End it and all processes that it started; its guard adopts orphans, so all of them are below it."""
        if self.descriptor < 0:
            return
        empty = 0
        for _ in range(MAX_SWEEPS):
            below = descendants(self.pid)[1:] if self.alive else []
            for pid in below:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            empty = 0 if below else empty + 1
            if empty == 2:  # a list of children may miss one if another one ends while it is read
                break
            if below:
                readable(self.descriptor, SWEEP_SECONDS)  # the guard ends with them, mostly at once
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self.descriptor, signal.SIGKILL)

    def close(self) -> None:
        """Kill it, wait for its end, and close the descriptor."""
        self.kill()
        if self.descriptor >= 0:
            readable(self.descriptor, 5)
            os.close(self.descriptor)
            self.descriptor = -1
        if self.popen is not None:
            self.popen.wait(5)


def environment() -> dict[str, str]:
    """Return the variables that the interpreter itself needs before the policy's environment replaces them."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {
        **kept,
        **threads,
        "MPLBACKEND": "agg",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": "/nonexistent",
    }


def start_server(module: str, channel: socket.socket) -> subprocess.Popen[bytes]:
    """Start a module as a process of its own that answers on one end of a socket pair; it gets nothing else."""
    return subprocess.Popen(
        [sys.executable, "-I", "-m", module, str(channel.fileno())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
        pass_fds=[channel.fileno()],
        start_new_session=True,
    )


def start_cold(policy: Policy, connection: str, role: Role) -> Process:
    """Start a new interpreter that confines itself, runs `role` with `connection`, and ends with this process."""
    policy = replace(policy, host=os.getpid())
    popen = subprocess.Popen(
        [sys.executable, "-I", "-m", f"grader.sandbox.child.{role}", policy.to_json(), connection],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if role == "probe" else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )
    return Process(popen.pid, os.pidfd_open(popen.pid), popen)

"""Watch a submission's processes from outside: CPU time, memory and number of the whole tree, and its work folder."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.model.evidence import Limit
from grader.sandbox.boundary import cgroup
from grader.sandbox.boundary.policy import Policy
from grader.sandbox.host.process import Process, descendants, thread_state

SECONDS = 0.25
MAX_FILES = 20_000
MAX_FOLDER_BYTES = 1 << 30

Ending = Limit | Literal["cpu", "idle"]


@dataclass
class _Allowance:
    """The time that one cell or request may use, from the CPU seconds at its begin."""

    begin: float
    cpu: float
    idle: float
    cpu_last: float
    idle_so_far: float = 0.0

    def exceeded(self, cpu: float, seconds: float, wants_to_run: bool) -> Literal["", "cpu", "idle"]:
        """Return which time is used up after another `seconds`, at which the tree has used `cpu` seconds in all."""
        if not wants_to_run:
            self.idle_so_far += max(0.0, seconds - (cpu - self.cpu_last))
        self.cpu_last = cpu
        if cpu - self.begin >= self.cpu:
            return "cpu"
        return "idle" if self.idle_so_far >= self.idle else ""


class _Spent:
    """The CPU seconds of all processes that were ever below a root.

    A parent that ignores its children's ends is not charged with them, so each process is remembered as it was last.
    """

    def __init__(self, group: str = "") -> None:
        self._group = group
        self._last: dict[tuple[int, int], float] = {}  # by process and the time of its start, which an id alone is not
        self._total = 0.0

    def seconds(self, tree: Sequence[int]) -> float:
        """Return the CPU seconds so far, with those of processes that have ended; it never falls."""
        charged = 0.0  # by the processes that run, each with its reaped children
        for pid in tree:
            if (found := process_times(pid)) is not None:
                started, own, children = found
                self._last[pid, started] = own
                charged += own + children
        self._total = max(self._total, charged, sum(self._last.values()), cgroup.cpu_seconds(self._group))
        return self._total


class Watchdog(threading.Thread):
    """Ends the process if its tree exceeds a limit; `reason` then names the limit for the student."""

    def __init__(self, process: Process, policy: Policy) -> None:
        super().__init__(daemon=True, name="watch")
        self._process, self._policy = process, policy
        self._over = threading.Event()
        self._ended_for: tuple[Ending, str] = ("", "")
        self._allowance: _Allowance | None = None
        self._lock = threading.Lock()
        self.peak_bytes = 0
        self.idle_seconds = 0.0  # of all cells and requests that have ended
        self._tree: list[int] = []
        self._spent = _Spent(policy.group)

    def allow(self, cpu: float, idle: float) -> None:
        """Let the tree use `cpu` more CPU seconds, and do nothing for `idle` seconds, until `rest` is called."""
        with self._lock:
            now = self.cpu_seconds()
            self._allowance = _Allowance(now, cpu, idle, now)

    def rest(self) -> float:
        """Stop counting time, and return the CPU seconds that were used since `allow`."""
        with self._lock:
            allowance, self._allowance = self._allowance, None
            if allowance is None:
                return 0.0
            self.idle_seconds += allowance.idle_so_far
            return max(0.0, self.cpu_seconds() - allowance.begin)

    @property
    def killed_by(self) -> Ending:
        """Return the limit that it exceeded, in one word; empty if it was not ended for that."""
        return self._ending()[0]

    @property
    def reason(self) -> str:
        """Return the exceeded limit as a sentence for the student."""
        return self._ending()[1]

    def _ending(self) -> tuple[Ending, str]:
        """Return limit and sentence, also if the kernel ended the process between two measurements."""
        if not self._ended_for[0] and cgroup.exceeded(self._policy.group):
            self._stop("memory", _too_much_memory(self._policy))
        return self._ended_for

    def cpu_seconds(self) -> float:
        """Return the CPU seconds of its processes so far, with those that have ended; it never falls."""
        return self._spent.seconds(self._tree or descendants(self._process.pid))

    def stop(self) -> None:
        """Stop watching."""
        self._over.set()

    def run(self) -> None:
        """Measure every quarter of a second until the process ends."""
        turn, last = 0, time.monotonic()
        while not self._over.wait(SECONDS) and self._process.alive:
            tree = self._tree = descendants(self._process.pid)
            passed, last = time.monotonic() - last, time.monotonic()
            if not self._judge_tree(tree) or (turn % 4 == 0 and not self._judge_folder()) or self._out_of_time(passed):
                self._process.kill()
                return
            turn += 1

    def _out_of_time(self, seconds: float) -> bool:
        """Return whether the cell or request that runs has used up its time."""
        with self._lock:
            if self._allowance is None:
                return False
            limit = self._allowance.exceeded(self.cpu_seconds(), seconds, _wants_to_run(self._tree))
            if limit == "cpu":
                self._stop("cpu", f"stopped after {self._allowance.cpu:.0f} CPU seconds")
            elif limit == "idle":
                self._stop("idle", f"stopped after {self._allowance.idle:.0f} seconds without any work")
            return bool(limit)

    def _judge_tree(self, tree: list[int]) -> bool:
        files = files_in_memory(tree[-1]) if self._policy.level == "A" else 0
        total = sum(map(resident, tree)) + files
        self.peak_bytes = max(self.peak_bytes, *map(resident, tree))
        most = self._policy.memory_bytes
        if total > most and sum(map(memory, tree)) + files > most:
            self._stop("memory", _too_much_memory(self._policy))
        elif len(tree) > self._policy.processes:
            self._stop("processes", f"it started more than {self._policy.processes} processes")
        return not self.reason

    def _judge_folder(self) -> bool:
        files = size = 0
        stack = [self._policy.work]
        while stack:
            try:
                entries = list(os.scandir(stack.pop()))
            except OSError:
                continue
            for entry in entries:
                files += 1
                try:
                    status = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                size += status.st_blocks * 512
                if entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
            if files > MAX_FILES or size > MAX_FOLDER_BYTES:
                self._stop("files", f"it wrote more than {MAX_FILES} files or {MAX_FOLDER_BYTES >> 20} MiB")
                return False
        return True

    def _stop(self, what: Ending, reason: str) -> None:
        self._ended_for = (what, reason)


def _too_much_memory(policy: Policy) -> str:
    return f"all its processes together used more than {policy.memory_bytes >> 20} MiB of memory"


def process_times(pid: int) -> tuple[int, float, float] | None:
    """Return when a process started (in clock ticks), its CPU seconds, and those of its reaped children."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    user, system, children_user, children_system = (int(field) for field in fields[11:15])
    tick = os.sysconf("SC_CLK_TCK")
    return int(fields[19]), (user + system) / tick, (children_user + children_system) / tick


def files_in_memory(pid: int) -> int:
    """Return the bytes of the files in memory of a submission at level A: in its own /tmp and /dev/shm."""
    found = 0
    with contextlib.suppress(OSError):
        if os.path.samestat(os.stat(f"/proc/{pid}/root"), os.stat("/")):
            return 0  # it has not left the machine's own root yet
        for name in ("tmp", "dev/shm"):
            used = os.statvfs(f"/proc/{pid}/root/{name}")
            found += (used.f_blocks - used.f_bfree) * used.f_frsize
    return found


def _wants_to_run(tree: list[int]) -> bool:
    """Return whether a thread of these processes runs or would if the machine had time for it."""
    for pid in tree:
        try:
            threads = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        if any(thread_state(f"/proc/{pid}/task/{thread}") == b"R" for thread in threads):
            return True
    return False


def memory(pid: int) -> int:
    """Return a process's share of memory in bytes; shared memory counts in parts (PSS)."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return resident(pid)
    found = [int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")]
    return found[0] if found else resident(pid)


def resident(pid: int) -> int:
    """Return a process's memory in bytes, shared or not: never less than its share, and far cheaper to read.

    A process whose first thread has ended has no value there; its other threads do.
    """
    pages = _pages(f"/proc/{pid}")
    if not pages:
        try:
            pages = max((_pages(f"/proc/{pid}/task/{thread}") for thread in os.listdir(f"/proc/{pid}/task")), default=0)
        except OSError:
            return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _pages(place: str) -> int:
    try:
        return int(Path(f"{place}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0

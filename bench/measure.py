"""Measure CPU seconds and memory of a command and of all processes that it starts, with control groups of its own."""

from __future__ import annotations

import contextlib
import datetime
import os
import platform
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_ROOTS = (Path("/sys/fs/cgroup/cpuacct"), Path("/sys/fs/cgroup"))
_MEMORY_SECONDS = 0.02  # between two looks at the memory
_MEMORY = {"total_rss", "total_shmem", "anon", "shmem"}  # without files that the system keeps in memory


@dataclass(frozen=True)
class Cost:
    """The cost of one command: CPU seconds, wall seconds, its exit code, and its output."""

    cpu: float
    wall: float
    code: int
    said: str = ""


def _usage(group: Path) -> float | None:
    with contextlib.suppress(OSError):
        return int((group / "cpuacct.usage").read_text()) / 1e9
    with contextlib.suppress(OSError, IndexError):
        return int((group / "cpu.stat").read_text().split()[1]) / 1e6
    return None


def _make_group() -> Path | None:
    """Return a control group that counts CPU time; None if none can be made (then reaped children are counted)."""
    for root in _ROOTS:
        group = root / f"grader-bench-{os.getpid()}-{time.monotonic_ns()}"
        with contextlib.suppress(OSError):
            group.mkdir()
            if _usage(group) is not None and (group / "cgroup.procs").exists():
                return group
            group.rmdir()
    return None


@dataclass
class OwnCost:
    """What a block has cost: bytes of memory of all processes together at most, and CPU seconds."""

    peak: int = 0
    cpu: float = 0.0


@contextlib.contextmanager
def own_groups() -> Iterator[OwnCost]:
    """Measure a block by the control groups of this process, which `run` has made."""
    memory, time_used = _own_group("memory"), _own_group("cpuacct")
    cost, over = OwnCost(), threading.Event()

    def look() -> None:
        while not over.wait(_MEMORY_SECONDS):
            with contextlib.suppress(OSError):
                values = dict(line.split() for line in (memory / "memory.stat").read_text().splitlines())
                cost.peak = max(cost.peak, sum(int(values.get(name, "0")) for name in _MEMORY))

    watch = threading.Thread(target=look, daemon=True)
    watch.start()
    before = _usage(time_used) or 0.0
    try:
        yield cost
    finally:
        over.set()
        watch.join()
        cost.cpu = (_usage(time_used) or 0.0) - before


def _own_group(controller: str) -> Path:
    """Return the control group of this process for a controller, in the first or the second version."""
    root = Path("/sys/fs/cgroup")
    second = root
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return root / controller / path.strip("/")
        if not controllers:
            second = root / path.strip("/")
    return second


def _make_memory_group() -> Path | None:
    """Return a control group that counts memory, below that of this process; None if none can be made."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(",") or not controllers:
            root = Path("/sys/fs/cgroup/memory") if controllers else Path("/sys/fs/cgroup")
            group = root / path.strip("/") / f"grader-bench-{os.getpid()}-{time.monotonic_ns()}"
            with contextlib.suppress(OSError):
                group.mkdir()
                if (group / "memory.stat").exists():
                    return group
                group.rmdir()
    return None


def machine() -> str:
    """Return date and machine of a measurement, in words."""
    return (
        f"Measured {datetime.datetime.now(datetime.UTC):%Y-%m-%d} on {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, Linux {platform.release().partition('-')[0]}"
    )


def write_part(path: Path, name: str, text: str) -> None:
    """Write one measurement's part of a page; the other parts stay."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    page = path.read_text(encoding="utf-8") if path.exists() else ""
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    parts = [before.strip(), f"{begin}\n{text.strip()}\n{end}", after.strip()]
    path.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")


def run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    watch: Callable[[int], None] | None = None,
) -> Cost:
    """Run `command` in `folder` and return its cost, processes that outlive their parents included.

    `watch` is called with the process id once it runs.
    """
    group, memory = _make_group(), _make_memory_group()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()

    def enter() -> None:
        for one in (group, memory):
            if one is not None:
                (one / "cgroup.procs").write_text(str(os.getpid()))

    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=enter,
    )
    if watch is not None:
        watch(process.pid)
    said, problem = process.communicate()
    wall = time.monotonic() - begun
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {problem.decode()[-800:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    counted = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if group is not None:
        counted = _usage(group) or counted
        _leave(group)
    if memory is not None:
        _leave(memory)
    return Cost(counted, wall, process.returncode, said.decode(errors="replace"))


def _leave(group: Path) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError):
            group.rmdir()
            return
        time.sleep(0.01)


def counts_everything() -> bool:
    """Return whether a control group can be made here."""
    group = _make_group()
    if group is not None:
        group.rmdir()
    return group is not None

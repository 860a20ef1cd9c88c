"""Measure the CPU seconds of a command and of all processes that it starts, with a control group of its own."""

from __future__ import annotations

import contextlib
import datetime
import os
import platform
import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_ROOTS = (Path("/sys/fs/cgroup/cpuacct"), Path("/sys/fs/cgroup"))


@dataclass(frozen=True)
class Cost:
    """The cost of one command: CPU seconds, wall seconds, and its exit code."""

    cpu: float
    wall: float
    code: int


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
    group = _make_group()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()

    def enter() -> None:
        if group is not None:
            (group / "cgroup.procs").write_text(str(os.getpid()))

    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=enter,
    )
    if watch is not None:
        watch(process.pid)
    _, told = process.communicate()
    wall = time.monotonic() - begun
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {told.decode()[-800:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    counted = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if group is not None:
        counted = _usage(group) or counted
        _leave(group)
    return Cost(counted, wall, process.returncode)


def _leave(group: Path) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError):
            group.rmdir()
            return
        os.sched_yield()


def counts_everything() -> bool:
    """Return whether a control group can be made here."""
    group = _make_group()
    if group is not None:
        group.rmdir()
    return group is not None

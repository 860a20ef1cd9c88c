"""Order the submissions of a batch, and limit how many are in progress by their memory."""

from __future__ import annotations

import os
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.ingest.discover import Source

Past = Mapping[str, tuple[float, int]]  # seconds and peak bytes of an earlier run, by file name


ROOM = 1.25  # times the memory that a submission used before, as it may use a little more this time


def available_memory() -> int | None:
    """Return the bytes that processes may still use on this machine; None if it does not report them."""
    return _memory("MemAvailable")


def total_memory() -> int | None:
    """Return the bytes of memory of this machine; None if it does not report them."""
    return _memory("MemTotal")


def _memory(what: str) -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith(f"{what}:"))
    except (OSError, StopIteration, ValueError):
        return None


def default_jobs(memory_bytes: int) -> int:
    """Return how many submissions to grade at once: one for each core, at most as many as the memory holds."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    free = available_memory()
    return cores if free is None else max(1, min(cores, free // memory_bytes))


class Queue:
    """The submissions to grade: the longest first, as far as the memory allows."""

    def __init__(self, sources: Sequence[Source], past: Past, limit_bytes: int, room_bytes: int | None) -> None:
        usual = statistics.median(seconds for seconds, _ in past.values()) if past else 0.0
        order = sorted(range(len(sources)), key=lambda n: -past.get(sources[n].name, (usual, 0))[0])
        self._waiting = [(number, sources[number]) for number in order]
        self._needs = {
            number: min(limit_bytes, int(ROOM * past[source.name][1])) if source.name in past else limit_bytes
            for number, source in enumerate(sources)
        }
        self._room = room_bytes
        self.running: dict[int, Source] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def start(self) -> tuple[int, Source] | None:
        """Return the next submission that fits into memory, and count it as running; a single one always fits."""
        taken = sum(self._needs[number] for number in self.running)
        for position, (number, source) in enumerate(self._waiting):
            if not self.running or self._room is None or taken + self._needs[number] <= self._room:
                del self._waiting[position]
                self.running[number] = source
                return number, source
        return None

    def end(self, number: int) -> None:
        """Count a submission as done."""
        del self.running[number]

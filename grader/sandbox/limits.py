"""The limits of one submission's run and whether this system can confine it, in a module that loads nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass

from grader.errors import GraderError
from grader.sandbox.boundary.policy import MEANING, Level

START_SECONDS = 60
CONFINES = ("fork", "pidfd_open", "memfd_create")  # of `os`: what confining a process needs, and only Linux has
NEEDS_LINUX = (
    "the work of others is graded on Linux only; use a server, Docker or WSL2 (docs/systems.md). "
    "Your own work can be checked here: grader check PATH"
)


def can_confine() -> bool:
    """Return whether this system can confine a process; others than Linux cannot."""
    return all(hasattr(os, name) for name in CONFINES)


def expect_linux() -> None:
    """Refuse to run the work of others where it cannot be confined.

    Raises:
        GraderError: this system is not Linux.
    """
    if not can_confine():
        raise GraderError(NEEDS_LINUX)


@dataclass(frozen=True)
class Limits:
    """Limits of one submission: seconds, bytes of memory and of one file, and its isolation.

    CPU seconds are those of all its processes together; only they can fail a check. `idle_seconds` is the wall time in
    which none of these processes wants to run, in one cell or request; a machine that is busy with other things does
    not count. Idle time counts towards `cpu_seconds`, so that no submission sleeps for ever. `level` None is the
    strongest level of this machine; `warm` forks kernels instead of starting them, with the modules `loads` loaded.
    """

    cpu_seconds: float = 1200
    cell_cpu_seconds: float = 300
    idle_seconds: float = 120
    memory_bytes: int = 4 << 30
    file_bytes: int = 1 << 30
    processes: int = 256
    seed: int = 42
    level: Level | None = None
    warm: bool = True
    loads: tuple[str, ...] = ()  # of those in `fork_server.LARGE`
    observes: tuple[str, ...] = ()  # of `figures` and `training`: what is kept of the run for the checks

    @property
    def wall_seconds(self) -> float:
        """Return a generous wall time for the whole submission, for a machine on which it hardly ever runs."""
        return 20 * self.cpu_seconds + 10 * START_SECONDS


LEVELS: tuple[Level, ...] = ("A", "B", "C")


@dataclass(frozen=True)
class Isolation:
    """The level of this machine, and the reason against each stronger level."""

    level: Level
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.level} ({MEANING[self.level]})"

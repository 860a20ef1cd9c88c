"""The limits of one submission's run, in a module that loads nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from grader.sandbox.boundary.policy import MEANING, Level

START_SECONDS = 60


@dataclass(frozen=True)
class Limits:
    """Limits of one submission: seconds of wall time, bytes of memory and of one file, and its isolation.

    `level` None is the strongest level of this machine; `warm` forks kernels instead of starting them.
    """

    seconds: float = 1200
    cell_seconds: float = 300
    memory_bytes: int = 4 << 30
    file_bytes: int = 256 << 20
    processes: int = 256
    seed: int = 42
    level: Level | None = None
    warm: bool = True


LEVELS: tuple[Level, ...] = ("A", "B", "C")


@dataclass(frozen=True)
class Isolation:
    """The level of this machine, and the reason against each stronger level."""

    level: Level
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.level} ({MEANING[self.level]})"

"""The time and memory that one submission used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Effort:
    """The cost of a submission: seconds of wall time, peak memory in bytes, and the times of cells and processes."""

    run_seconds: float = 0
    memory_bytes: int = 0
    seconds: Mapping[str, Any] | None = None
    evidence: str = ""

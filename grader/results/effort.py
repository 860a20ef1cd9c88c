"""What one submission took to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Effort:
    """What a submission took: seconds of wall time, its peak in bytes, and its cells' and processes' own."""

    run_seconds: float = 0
    memory_bytes: int = 0
    seconds: Mapping[str, Any] | None = None
    evidence: str = ""

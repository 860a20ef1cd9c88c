"""What a cell printed and raised, and what its process used, as plain values of bounded length."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from grader.model import Raised
from grader.sandbox.host.watchdog import Watchdog
from grader.text import clean

MAX_TEXT = 20_000  # characters of the output of one cell that are saved
MAX_ERROR = 500  # characters of a cell's exception


def run_record(status: str, watch: Watchdog | None, begun: float, killed: str) -> Mapping[str, Any]:
    """Return the record of a process, with keys of isolate: `time` (CPU), `time-wall`, `max-rss` (KiB), `killed`.

    `time-idle` is the time in which none of its processes wanted to run.
    """
    return {
        "status": status,
        "time": round(watch.cpu_seconds(), 3) if watch else 0.0,
        "time-idle": round(watch.idle_seconds, 3) if watch else 0.0,
        "time-wall": round(time.monotonic() - begun, 3),
        "max-rss": watch.peak_bytes >> 10 if watch else 0,
        "killed": killed,
    }


def error_of(cell: Any, reply: Any) -> Raised | None:
    """Return the exception of a cell, as shown or else as the kernel replied; None if there was none."""
    shown = [output for output in cell.outputs if output.get("output_type") == "error"]
    content = (reply or {}).get("content")
    content = content if isinstance(content, dict) else {}
    found = shown[0] if shown else content if content.get("status") not in ("ok", None) else None
    if found is None:
        return None
    name, value = clean(str(found.get("ename", "error"))[:100]), clean(str(found.get("evalue", ""))[:MAX_ERROR])
    return Raised(name, value)


def text_of(cell: Any) -> str:
    """Return the end of a cell's output, as text."""
    parts = []
    for output in cell.outputs:
        if output.get("output_type") == "stream":
            parts.append(str(output.get("text", "")))
        elif "text/plain" in output.get("data", {}):
            parts.append(str(output["data"]["text/plain"]) + "\n")
    return clean("".join(parts)[-MAX_TEXT:], MAX_TEXT)

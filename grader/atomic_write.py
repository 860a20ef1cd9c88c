"""Write a file completely or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from grader.errors import GraderError

PART = ".part"


def write(path: Path, data: bytes) -> None:
    """Write `data` to `path` and create its folders; an earlier file is replaced once all data is written.

    A file that has this content already is not written again.

    Raises:
        GraderError: the file cannot be written.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}{PART}")  # two processes may write the same evidence at once
    try:
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise GraderError(
            f"{path}: cannot be written: {error.strerror}; free some space or choose another --out"
        ) from None


def remove_parts(folder: Path) -> None:
    """Remove the incomplete files of killed processes; no other process may write to the folder meanwhile."""
    for path in folder.rglob(f"*{PART}"):
        with contextlib.suppress(OSError):
            path.unlink()

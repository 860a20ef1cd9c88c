"""Write a file whole or not at all."""

from __future__ import annotations

import contextlib
from pathlib import Path

from grader.errors import GraderError


def write(path: Path, data: bytes) -> None:
    """Write `data` to `path`, folders included; what stood there stays until all of it is written.

    Raises:
        GraderError: it cannot be written.
    """
    part = path.with_suffix(path.suffix + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise GraderError(
            f"{path}: cannot be written: {error.strerror}; free some space or choose another --out"
        ) from None

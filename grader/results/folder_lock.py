"""Lock an output folder for one process at a time; the operating system releases the lock when the process ends."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from grader.errors import GraderError

NAME = ".lock"
BEYOND = 1 << 20  # a byte that the file never has


@contextlib.contextmanager
def hold(folder: Path, purpose: str) -> Iterator[None]:
    """Lock `folder` within the block; other processes that try meanwhile get a message with `purpose`.

    Raises:
        GraderError: another process has the lock, or the folder cannot be written.
    """
    path = folder / NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise GraderError(f"{path}: cannot be written: {error.strerror}; choose another --out") from None
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        try:
            _lock(file)
        except OSError:
            raise GraderError(
                f"{folder} is in use: {_who(file.read())}; wait for it, or choose another --out"
            ) from None
        file.truncate(0)
        with contextlib.suppress(OSError):  # on a full disk, the folder is locked all the same
            owner = {"what": purpose, "process": os.getpid(), "host": socket.gethostname(), "since": _now()}
            file.write(json.dumps(owner))
            file.flush()
        yield
        with contextlib.suppress(OSError):
            file.truncate(0)


def _lock(file: IO[str]) -> None:
    """Lock an open file, or raise an `OSError` if another process has it."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(BEYOND)  # a locked byte cannot be read there, and the owner's words are to be read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _who(text: str) -> str:
    try:
        owner = json.loads(text)
        return f"{owner['what']}, process {owner['process']} on {owner['host']}, since {owner['since']}"
    except (ValueError, KeyError, TypeError):
        return "another process writes there"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

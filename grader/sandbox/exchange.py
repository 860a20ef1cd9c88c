"""Requests and replies as files: size-limited JSON and `.npz` without pickles, read as data from a stranger."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from grader.model import Array, Outcome, Request

FOLDER = ".exchange"
MOST_JSON = 4 << 20
MOST_ARRAYS = 64 << 20
MOST_NAMES = 4000
NUMBERS = "fiub"  # dtypes that may come back: float, int, unsigned, bool


class BadReply(Exception):
    """The reply is not one that the worker writes."""


def write_request(folder: Path, number: int, request: Request) -> None:
    """Write `ask-N.json` and `ask-N.npz`."""
    text = json.dumps({"action": request.action, "arguments": request.arguments})
    (folder / f"ask-{number}.json").write_text(text, encoding="utf-8")
    with (folder / f"ask-{number}.npz").open("wb") as file:
        np.savez(file, **request.arrays)  # type: ignore[arg-type]


def read_reply(folder: Path, number: int) -> Outcome:
    """Read the reply to request `number`; whatever is not a proper reply is the hand-in's doing and says so."""
    try:
        value = json.loads(_read(folder / f"reply-{number}.json", MOST_JSON))
        arrays = _arrays(_read(folder / f"reply-{number}.npz", MOST_ARRAYS))
        return _outcome(value, arrays)
    except (BadReply, ValueError, RecursionError) as error:
        return Outcome("raised", message=f"the reply could not be read ({error})")


def _outcome(value: Any, arrays: dict[str, Array]) -> Outcome:
    if not isinstance(value, dict) or value.get("status") not in ("ok", "raised", "missing"):
        raise BadReply("it has no status")
    content = value.get("value", {})
    if not isinstance(content, dict):
        raise BadReply("its value is not a mapping")
    return Outcome(value["status"], content, arrays, str(value.get("message", ""))[:2000])


def _read(path: Path, most: int) -> bytes:
    """Read a regular file of at most `most` bytes; a link, a pipe or a device is refused."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise BadReply(f"{path.name}: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise BadReply(f"{path.name} is not a file")
        data = file.read(most + 1)
    if len(data) > most:
        raise BadReply(f"{path.name} has more than {most} bytes")
    return data


def _arrays(data: bytes) -> dict[str, Array]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_NAMES or sum(entry.file_size for entry in entries) > MOST_ARRAYS:
                raise BadReply("it holds too many numbers")
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (zipfile.BadZipFile, OSError, KeyError, EOFError, MemoryError) as error:
        raise BadReply(f"not an archive of arrays: {error}") from None
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray) or array.dtype.kind not in NUMBERS:
            raise BadReply(f"{name} is not an array of numbers")
    return arrays

"""Requests and replies as files: size-limited JSON and `.npz` without pickles, read as untrusted data.

The folder belongs to the submission. The host keeps a descriptor of it and opens every file relative to that without
following links, so that nothing that the submission puts in its place is ever written to or read.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import stat
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grader.model import Array, Outcome, Raised, Request
from grader.sandbox.boundary.policy import EXCHANGE
from grader.sandbox.host.reply_schema import BadReply, check_value, raised_in_session, raised_of
from grader.text import clean

MAX_JSON = 4 << 20


MAX_ARRAYS = 64 << 20


MAX_NAMES = 4000


_SPOILT = (BadReply, ValueError, RecursionError, MemoryError, OverflowError)


NUMBERS = "fiubc"  # dtypes that may come back: float, int, unsigned, bool, complex


class Channel:
    """The folder of one submission's requests and replies."""

    def __init__(self, work: Path, uid: int = 0) -> None:
        path = work / EXCHANGE
        path.mkdir(mode=0o700)
        if uid:
            os.chown(path, uid, uid)
        self.path = str(path)
        self._folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        self._uid = uid

    def close(self) -> None:
        """Close the folder."""
        os.close(self._folder)

    def write(self, number: int, requests: Sequence[Request]) -> None:
        """Write `ask-N.json` and `ask-N.npz`; an array that several requests share is written once.

        Raises:
            OSError: the submission has damaged its folder, or the disk is full.
        """
        keys: dict[int, str] = {}
        arrays: dict[str, Array] = {}
        asked = []
        for request in requests:
            for array in request.arrays.values():
                if id(array) not in keys:
                    keys[id(array)] = f"a{len(keys)}"
                    arrays[keys[id(array)]] = array
            named = {name: keys[id(array)] for name, array in request.arrays.items()}
            asked.append({"action": request.action, "arguments": request.arguments, "arrays": named})
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # type: ignore[arg-type]
        self._put(f"ask-{number}.json", json.dumps(asked).encode())
        self._put(f"ask-{number}.npz", buffer.getvalue())
        for ending in ("json", "npz"):  # a file that exists before the request is no reply to it
            with contextlib.suppress(OSError):
                self._remove(f"reply-{number}.{ending}")

    def _remove(self, name: str) -> None:
        os.unlink(name, dir_fd=self._folder)

    def _put(self, name: str, data: bytes) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._remove(name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(name, flags, 0o644, dir_fd=self._folder)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)

    def read(self, number: int, requests: Sequence[Request]) -> list[Outcome]:
        """Read the replies to `requests`, which were sent as `number`; the submission answers for an invalid reply."""
        try:
            values = json.loads(self._get(f"reply-{number}.json", MAX_JSON))
            arrays = _arrays(self._get(f"reply-{number}.npz", MAX_ARRAYS))
            if not isinstance(values, list) or len(values) != len(requests):
                raise BadReply("it does not match the requests")
        except _SPOILT as error:
            return [_unread(error)] * len(requests)
        return [_outcome(values[n], _part(arrays, f"{n}/"), request) for n, request in enumerate(requests)]

    def read_error(self, number: int) -> Raised | None:
        """Return the description of an exception that was written as `number`; None if it cannot be read."""
        try:
            return raised_of(json.loads(self._get(f"reply-{number}.json", MAX_JSON)))
        except _SPOILT:
            return None

    def _get(self, name: str, most: int) -> bytes:
        """Read a regular file of at most `most` bytes; a link, a pipe or a device is refused."""
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self._folder)
        except OSError as error:
            raise BadReply(f"{name}: {error.strerror}") from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise BadReply(f"{name} is not a file")
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise BadReply(f"{name} has more than {most} bytes")
        return data


def _unread(error: Exception) -> Outcome:
    return Outcome("unreadable", message=clean(f"the reply could not be read ({error})"))


def _part(arrays: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _outcome(value: Any, arrays: dict[str, Array], request: Request) -> Outcome:
    try:
        if not isinstance(value, dict) or value.get("status") not in ("ok", "raised", "missing"):
            raise BadReply("it has no status")
        if value["status"] == "raised":
            raised = raised_of(value.get("raised"))
            return Outcome("raised", message=str(raised), raised=raised)
        content = value.get("value", {})
        if not isinstance(content, dict):
            raise BadReply("its value is not a mapping")
        if value["status"] == "ok":
            check_value(request.action, content, arrays, len(request.arguments.get("send", ())))
        raised = raised_in_session(content) if request.action == "session" else Raised()
    except _SPOILT as error:
        return _unread(error)
    return Outcome(value["status"], content, arrays, clean(str(value.get("message", ""))), raised=raised)


def _arrays(data: bytes) -> dict[str, Array]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_NAMES or sum(entry.file_size for entry in entries) > MAX_ARRAYS:
                raise BadReply("it holds too many numbers")
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except BadReply:
        raise
    except Exception as error:  # an untrusted archive: zipfile and NumPy raise nearly anything
        raise BadReply(f"not an archive of arrays: {type(error).__name__}") from None
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray) or array.dtype.kind not in NUMBERS:
            raise BadReply(f"{name} is not an array of numbers")
        if array.nbytes > MAX_ARRAYS:
            raise BadReply(f"{name} is too large")
    return arrays

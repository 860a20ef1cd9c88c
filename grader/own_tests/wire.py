"""Messages between the grader and the process of the tests: JSON and arrays, each with its length before it."""

from __future__ import annotations

import io
import json
import os
import select
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.model import Array

MAX_MESSAGE_BYTES = 256 << 20


class WireClosed(Exception):
    """The other process has ended, did not answer in time, or wrote something else than a message."""


class Wire:
    """One end of two pipes."""

    def __init__(self, receives: int, sends: int) -> None:
        self._receives, self._sends = receives, sends

    def close(self) -> None:
        """Close this end of both pipes."""
        os.close(self._receives)
        os.close(self._sends)

    def send(self, message: Mapping[str, Any], arrays: Mapping[str, Array] | None = None) -> None:
        """Send a message.

        Raises:
            WireClosed: the other process has ended.
        """
        buffer = io.BytesIO()
        np.savez(buffer, **(arrays or {}))  # type: ignore[arg-type]
        text, numbers = json.dumps(message).encode(), buffer.getvalue()
        data = memoryview(b"%d %d\n" % (len(text), len(numbers)) + text + numbers)
        try:
            while data:
                data = data[os.write(self._sends, data) :]
        except OSError as error:
            raise WireClosed(str(error)) from None

    def receive(self, seconds: float | None = None) -> tuple[dict[str, Any], dict[str, Array]]:
        """Return the next message and its arrays.

        Raises:
            WireClosed: nothing came in time, or the other process has ended.
        """
        ends = None if seconds is None else time.monotonic() + seconds
        head = b""
        while not head.endswith(b"\n"):
            head += self._bytes(1, ends)
        lengths = [int(length) for length in head.split()]
        if len(lengths) != 2 or sum(lengths) > MAX_MESSAGE_BYTES:
            raise WireClosed("a message of another form")
        message = json.loads(self._bytes(lengths[0], ends))
        with np.load(io.BytesIO(self._bytes(lengths[1], ends)), allow_pickle=False) as stored:
            return message, {name: stored[name] for name in stored.files}

    def _bytes(self, length: int, ends: float | None) -> bytes:
        parts = []
        while length:
            wait = None if ends is None else max(0.0, ends - time.monotonic())
            if not select.select([self._receives], [], [], wait)[0]:
                raise WireClosed("no message in time")
            part = os.read(self._receives, min(length, 1 << 20))
            if not part:
                raise WireClosed("the process has ended")
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

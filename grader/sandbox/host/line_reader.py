"""Read short lines from a pipe that a submission can write to: within a time, and never more than a line may have."""

from __future__ import annotations

import os
import time

from grader.sandbox.host.process import Process, readable

MAX_LINE_BYTES = 1 << 17  # a number, or the description of an exception
_SECONDS = 0.05  # between two looks at the process
_PIECE = 1 << 16


class TooLongError(Exception):
    """The submission wrote more than a line may have."""


class LineReader:
    """Gives the lines that a process writes to a pipe, one after the other."""

    def __init__(self, descriptor: int, process: Process) -> None:
        self._descriptor, self._process = descriptor, process
        self._said = b""

    def line(self, ends: float) -> str | None:
        """Return the next line; None if it is not there at the time `ends`, or the process has ended.

        Raises:
            TooLongError: what was written so far is too long for a line.
        """
        while b"\n" not in self._said:
            if len(self._said) > MAX_LINE_BYTES:
                raise TooLongError
            left = ends - time.monotonic()
            alive = self._process.alive
            if left > 0 and readable(self._descriptor, min(_SECONDS, left)):
                self._said += os.read(self._descriptor, _PIECE)
            elif left <= 0 or not alive:
                return None
        line, _, self._said = self._said.partition(b"\n")
        return line.decode("utf-8", "replace")

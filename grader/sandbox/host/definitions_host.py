"""Control a process that ran only analysed definitions and answers requests to them."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.errors import GraderError
from grader.model import Outcome, Request
from grader.sandbox.boundary.policy import ASK, DONE, OTHER_VERSION, SOURCE, STARTED, Policy
from grader.sandbox.boundary.worker_module import version
from grader.sandbox.host.cell_outputs import run_record
from grader.sandbox.host.channel import Channel
from grader.sandbox.host.fork_client import start
from grader.sandbox.host.line_reader import LineReader, TooLongError
from grader.sandbox.host.process import Process
from grader.sandbox.host.reply_schema import BadReply, raised_of
from grader.sandbox.host.watchdog import Watchdog
from grader.sandbox.host.workspace import workspace
from grader.sandbox.limits import START_SECONDS, Limits

MAX_STARTS = 12
_ENDED = ("cpu_time", "wall_time", "out_of_time", "died", "ended_before")
MAX_FAILED_STARTS = 2  # a machine on which none comes up will not get better within this submission


class DefinitionsProcess:
    """Answers requests from definitions only; a request that hangs or kills the process loses only its own reply."""

    def __init__(
        self, source: str, limits: Limits, parts: Sequence[str] = (), files: Mapping[str, bytes] | None = None
    ) -> None:
        self._source, self._limits, self._parts, self._files = source, limits, tuple(parts), files or {}
        self._stack = contextlib.ExitStack()
        self._running: _Running | None = None
        self._starts = self._failed_starts = 0
        self._cpu_left = limits.cpu_seconds
        self.records: list[Mapping[str, Any]] = []

    @property
    def used_seconds(self) -> float:
        """See `interface.Definitions.used_seconds`."""
        return self._limits.cpu_seconds - self._cpu_left

    def ask(self, requests: Sequence[Request], cpu_seconds: float | None = None) -> list[Outcome]:
        """Send requests together; if one of them hangs or ends the process, one after the other up to that one."""
        limit = self._limits.cell_cpu_seconds
        limit = limit if cpu_seconds is None else min(limit, cpu_seconds)
        outcomes = self._together(requests, limit)
        if len(requests) > 1 and any(outcome.status in _ENDED for outcome in outcomes):
            return list(self._in_turn(requests, limit))
        return outcomes

    def _in_turn(self, requests: Sequence[Request], limit: float) -> Iterator[Outcome]:
        """Yield the outcomes of requests that are sent one after the other, until one ends the process."""
        ended = False
        for request in requests:
            outcome = Outcome("ended_before") if ended else self._together([request], limit)[0]
            ended = ended or outcome.status in _ENDED
            yield outcome

    def _together(self, requests: Sequence[Request], limit: float) -> list[Outcome]:
        """Send all requests at once; a process that has ended is replaced by a new one."""
        if self._cpu_left <= 0:
            return [Outcome("out_of_time")] * len(requests)
        if self._running is None:
            if self._failed_starts >= MAX_FAILED_STARTS:
                return [Outcome("not_asked", message="the process did not start")] * len(requests)
            if self._starts >= MAX_STARTS:
                return [Outcome("died", message="the process ended too often")] * len(requests)
            self._starts += 1
            self._running = self._stack.enter_context(_running(self._source, self._limits, self._parts, self._files))
        outcomes, used = self._running.ask(requests, min(limit, self._cpu_left))
        if self._cpu_left < limit:  # it was the time of the whole submission that ended
            outcomes = [Outcome("out_of_time") if one.status == "cpu_time" else one for one in outcomes]
        self._cpu_left -= used
        self._failed_starts += any(outcome.status == "not_asked" for outcome in outcomes)
        if any(outcome.status in (*_ENDED, "not_asked") for outcome in outcomes):
            self.close()
        return outcomes

    def close(self) -> None:
        """End the process, if one runs."""
        if self._running is not None:
            self.records.append(self._running.record())
            self._running = None
        self._stack.close()


class _Running:
    """One process with its pipes; the parent keeps both ends open, so that no `open` blocks."""

    def __init__(
        self, policy: Policy, limits: Limits, exchange: Channel, process: Process, pipes: tuple[int, int]
    ) -> None:
        self._limits = limits
        self._exchange, self._process, self._to = exchange, process, pipes[0]
        self._answers = LineReader(pipes[1], process)
        self._watch = Watchdog(process, policy)
        self._watch.start()
        self._asked, self._begun = 0, time.monotonic()
        self._status, self._flooded = "OK", False

    def record(self) -> Mapping[str, Any]:
        """Return the record of the process, with the keys of isolate."""
        self._watch.stop()
        return run_record(self._status, self._watch, self._begun, self._watch.killed_by)

    def ask(self, requests: Sequence[Request], cpu: float) -> tuple[list[Outcome], float]:
        """Write the requests, send their number, and wait until the number returns; add the CPU seconds used.

        Raises:
            GraderError: the process was started from another version of the grader.
        """
        if self._asked == 0 and (failed := self._start()) is not None:
            return [failed] * len(requests), 0.0
        self._asked += 1
        try:
            self._exchange.write(self._asked, requests)
            self._watch.allow(cpu, self._limits.idle_seconds)
            os.write(self._to, f"{self._asked}\n".encode())
        except OSError as error:  # of a folder that it has changed, or a pipe that it has filled
            message = f"the request cannot be sent ({error.strerror})"
            return [Outcome("unreadable", message=message)] * len(requests), self._watch.rest()
        answer = self._line(time.monotonic() + self._limits.wall_seconds)
        used = self._watch.rest()
        return self._outcomes(requests, answer, cpu), used

    def _start(self) -> Outcome | None:
        """Wait until the process is ready; return the outcome of all requests if it does not get there."""
        began, _, its_version = (self._line(time.monotonic() + START_SECONDS) or "").partition(" ")
        if began != STARTED.decode():
            self._status = "XX"
            return Outcome("not_asked", message=self._watch.reason or "the process did not start")
        if its_version != version():
            raise GraderError(OTHER_VERSION)
        return None

    def _outcomes(self, requests: Sequence[Request], answer: str | None, cpu: float) -> list[Outcome]:
        killed = self._watch.killed_by  # the kernel may have ended a child of it for lack of memory
        if killed == "cpu":
            self._status = "TO"
            return [Outcome("cpu_time", allowed=cpu)] * len(requests)
        if self._flooded:
            self._status = "SG"
            return [Outcome("died", message="it wrote more than an answer into the pipe of answers")] * len(requests)
        if killed == "idle" or (answer is None and self._process.alive):
            self._status = "TO"
            return [Outcome("wall_time", allowed=self._limits.idle_seconds)] * len(requests)
        if answer is None or killed:
            self._status = "SG"
            reason = self._watch.reason or "the Python process ended"
            return [Outcome("died", message=reason, limit=killed)] * len(requests)
        if answer != str(self._asked):
            return [_undefined(answer)] * len(requests)
        return self._exchange.read(self._asked, requests)

    def _line(self, ends: float) -> str | None:
        """Return the next line, or None if the time is over or the process has ended; one that is too long ends it."""
        try:
            return self._answers.line(ends)
        except TooLongError:
            self._flooded = True
            self._process.kill()
            return None


def _undefined(answer: str) -> Outcome:
    """Return the outcome of every request where the definitions themselves raised an exception."""
    try:
        raised = raised_of(json.loads(answer))
    except (BadReply, ValueError, RecursionError):
        return Outcome("unreadable", message="the definitions did not run, and did not say why")
    return Outcome("raised", message=str(raised), raised=raised)


@contextlib.contextmanager
def _running(source: str, limits: Limits, parts: Sequence[str], files: Mapping[str, bytes]) -> Iterator[_Running]:
    """Give a confined process that has run `source`, with `files` of the course, and none of the submission."""
    with workspace(files, limits, parts) as policy, contextlib.ExitStack() as stack:
        private = Path(policy.private)
        (private / SOURCE).write_text(source, encoding="utf-8")
        ends = []
        for name in (ASK, DONE):
            os.mkfifo(private / name, 0o600)
            end = os.open(private / name, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            stack.callback(os.close, end)
            ends.append(end)
        exchange = Channel(Path(policy.work), policy.uid)
        stack.callback(exchange.close)
        process = start(policy, policy.private, limits.warm, "definitions_child")
        stack.callback(process.close)
        yield _Running(policy, limits, exchange, process, (ends[0], ends[1]))

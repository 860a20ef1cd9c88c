"""Grading on this machine, in this process or several; `dask_workers.py` uses other machines."""

from __future__ import annotations

import contextlib
import gc
import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import reduction
from multiprocessing.connection import Connection, wait
from typing import Any

from grader.batch import forkserver
from grader.batch.executor import Executor, GradedReport, grade_submission, rendered_result
from grader.batch.log_file import logging_to
from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.grading.pipeline import report_of_grader_error
from grader.ingest.discover import Source
from grader.model import say
from grader.rubric.schema import Rubric
from grader.sandbox.interface import shared_processes, take_shared_from

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Wanted:
    """A process asks for a process that can start submissions, with these modules loaded."""

    loads: tuple[str, ...]


MAX_LOSSES = 3  # times that the process of one submission may end early; after that, the report says so


class InProcess:
    """One submission at a time, in this process."""

    slots = 1
    elsewhere = False

    def __init__(self, rubric: Rubric, options: GradingOptions) -> None:
        self._rubric, self._course = rubric, options
        self._todo: list[tuple[int, Source]] = []

    def submit(self, number: int, source: Source) -> None:
        """See `Executor.submit`."""
        self._todo.append((number, source))

    def finished(self) -> Iterator[tuple[int, GradedReport]]:
        """See `Executor.finished`."""
        number, source = self._todo.pop(0)
        yield number, grade_submission(source, self._rubric, self._course)

    def close(self) -> None:
        """See `Executor.close`."""
        self._todo.clear()


class ProcessPool:
    """Several processes on this machine; one that ends early is replaced, and its submission is graded again."""

    elsewhere = False

    def __init__(self, slots: int, rubric: Rubric, options: GradingOptions) -> None:
        self.slots = slots
        self._context = forkserver.begin()
        self._rubric, self._course = rubric, options
        self._idle: list[_Worker] = []
        self._busy: dict[Connection, tuple[_Worker, int, Source]] = {}
        self._losses: dict[int, int] = {}
        self._shared = shared_processes()

    def submit(self, number: int, source: Source) -> None:
        """See `Executor.submit`."""
        worker = self._idle.pop() if self._idle else _Worker(self._context, self._rubric, self._course)
        self._busy[worker.connection] = (worker, number, source)
        with contextlib.suppress(OSError):  # the process has ended: `finished` reads no answer and begins again
            worker.connection.send(source)

    def finished(self) -> Iterator[tuple[int, GradedReport]]:
        """See `Executor.finished`."""
        while self._busy:
            found = [done for one in wait(list(self._busy)) if (done := self._take(one)) is not None]  # type: ignore[arg-type]
            if found:
                yield from found
                return

    def _take(self, connection: Connection) -> tuple[int, GradedReport] | None:
        worker, number, source = self._busy.pop(connection)
        try:
            answer = connection.recv()
            if isinstance(answer, _Wanted):
                self._busy[connection] = (worker, number, source)
                worker.give(self._shared.another(answer.loads))
                return None
        except (EOFError, OSError):
            self._busy.pop(connection, None)
            worker.end()
            self._losses[number] = self._losses.get(number, 0) + 1
            if self._losses[number] < MAX_LOSSES:
                self.submit(number, source)
                return None
            why = say("The grader's process ended {times} times while it graded this submission.", times=MAX_LOSSES)
            return number, rendered_result(report_of_grader_error(source, self._rubric, self._course, why))
        self._idle.append(worker)
        if isinstance(answer, GraderError):
            raise answer
        return number, answer

    def close(self) -> None:
        """See `Executor.close`."""
        for worker in [*self._idle, *(worker for worker, _, _ in self._busy.values())]:
            worker.end()
        self._idle, self._busy = [], {}
        self._shared.close()


class _Worker:
    """One process and the parent's end of the pipe to it."""

    def __init__(self, context: Any, rubric: Rubric, options: GradingOptions) -> None:
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, rubric, options), daemon=False)
        self._process.start()
        theirs.close()

    def give(self, channel: socket.socket | None) -> None:
        """Answer the process that wanted a channel.

        Raises:
            OSError: the process has ended.
        """
        self.connection.send(channel is not None)
        if channel is not None:
            with channel:
                reduction.send_handle(self.connection, channel.fileno(), self._process.pid)

    def end(self) -> None:
        """End the process and all of its children."""
        self.connection.close()
        self._process.terminate()
        self._process.join()


def _serve(connection: Connection, rubric: Rubric, options: GradingOptions) -> None:
    """Grade the submissions that come over `connection`, until it is closed or the parent process has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent process is stopped, and it ends this one
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    take_shared_from(lambda loads: _channel(connection, loads))
    gc.freeze()  # the modules loaded so far stay, so the garbage collector need not examine them again
    with logging_to(options.keep):
        while True:
            try:
                source = connection.recv()
            except (EOFError, OSError):
                return
            try:
                connection.send(grade_submission(source, rubric, options))
            except GraderError as error:
                connection.send(error)


def _channel(connection: Connection, loads: Sequence[str]) -> socket.socket | None:
    """Ask the parent process for a channel; None where it has none."""
    try:
        connection.send(_Wanted(tuple(loads)))
        return socket.socket(fileno=reduction.recv_handle(connection)) if connection.recv() else None
    except (EOFError, OSError):
        return None


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)  # the next run grades its submission again; nothing may be written without the lock


def processes_or_here(jobs: int, count: int, rubric: Rubric, options: GradingOptions) -> Executor:
    """Return an executor for `count` submissions on this machine."""
    slots = min(jobs, count)
    return InProcess(rubric, options) if slots <= 1 else ProcessPool(slots, rubric, options)

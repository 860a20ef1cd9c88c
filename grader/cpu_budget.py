"""CPU time that a part of the grader may take for what a submission wrote, so that no text keeps it busy for ever."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType

AGAIN_SECONDS = 1.0  # after which the exception is raised once more, where the first was caught on the way
LOOK_SECONDS = 0.25  # between two looks at the clock of another thread than the main one


class BudgetUsedError(BaseException):
    """The CPU time is used up. It is no `Exception`, so that no reader takes it for a mistake of a text."""


@contextlib.contextmanager
def cpu_budget(seconds: float) -> Iterator[None]:
    """Raise `BudgetUsedError` in the body once it has used `seconds` of CPU time; in another budget, that one holds.

    In the main thread the time of all threads of this process counts, and also a long regular expression is ended. In
    another thread its own time counts, and the exception comes with the next line of Python.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        with _in_thread(seconds):
            yield
    elif signal.getitimer(signal.ITIMER_PROF)[0]:
        yield
    else:
        with _in_main_thread(seconds):
            yield


@contextlib.contextmanager
def _in_main_thread(seconds: float) -> Iterator[None]:
    open_ = True

    def end(number: int, frame: FrameType | None) -> None:
        if open_:
            raise BudgetUsedError

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        open_ = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def _in_thread(seconds: float) -> Iterator[None]:
    if not hasattr(time, "pthread_getcpuclockid"):  # Windows
        yield
        return
    thread = threading.get_ident()
    clock = time.pthread_getcpuclockid(thread)
    limit, done = time.clock_gettime(clock) + seconds, threading.Event()

    def watch() -> None:
        while not done.wait(LOOK_SECONDS):
            if time.clock_gettime(clock) >= limit:
                _raise_in(thread, BudgetUsedError)
                done.wait(AGAIN_SECONDS)

    watcher = threading.Thread(target=watch, daemon=True, name="cpu budget")
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        _raise_in(thread, None)


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Let a thread raise an exception at its next line; None takes back one that has not been raised yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error) if error else None)

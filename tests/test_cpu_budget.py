"""A budget of CPU time ends what runs too long, in the main thread and in others, and nothing else."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable

import pytest

from grader.cpu_budget import BudgetUsedError, cpu_budget


def loop() -> None:
    while True:
        pass


def swallow() -> None:
    while True:
        try:
            loop()
        except Exception:  # as a reader does that takes every exception for a mistake of the text
            continue


def search() -> None:
    re.search(r"(a+)+b", "a" * 40)


def stubborn() -> None:
    try:
        loop()
    finally:
        loop()


@pytest.mark.parametrize("work", [loop, swallow, search, stubborn])
def test_work_that_does_not_end_is_ended(work: Callable[[], None]) -> None:
    with pytest.raises(BudgetUsedError), cpu_budget(0.05):
        work()


def test_what_was_there_before_is_there_afterwards() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with cpu_budget(60):
        assert signal.getsignal(signal.SIGPROF) is not before
    assert signal.getsignal(signal.SIGPROF) is before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_the_outer_budget_holds_for_what_is_inside() -> None:
    with pytest.raises(BudgetUsedError), cpu_budget(0.05), cpu_budget(60):
        loop()


def test_another_thread_has_a_budget_of_its_own() -> None:
    ended: list[str] = []

    def work() -> None:
        try:
            with cpu_budget(0.05):
                loop()
        except BudgetUsedError:
            ended.append("ended")
        with cpu_budget(60):
            ended.append("goes on")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert ended == ["ended", "goes on"]

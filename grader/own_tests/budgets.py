"""CPU time of the tests' own code: each test has its own, and so has each fixture that several tests share.

What the submission uses is measured by the sandbox; an operation only says whose seconds it uses.
"""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from grader.own_tests.asker import Asker

LEAST = 1e-6  # a timer of 0 seconds would never end


class Budgets:
    """A plugin for pytest that ends a test whose own code has used its CPU seconds.

    The test is ended within one of its phases only, where pytest expects any exception.
    """

    def __init__(self, asker: Asker, seconds: float) -> None:
        self._asker = asker
        asker.seconds = seconds
        self._in_phase = False
        signal.signal(signal.SIGPROF, self._up)

    def _up(self, number: int, frame: FrameType | None) -> None:
        self._asker.time_is_up = True
        if self._in_phase and not self._asker.talking:
            self._asker.use_up()

    @contextmanager
    def _of(self, name: str) -> Iterator[None]:
        """Within the block, CPU time counts for this name; afterwards for the one before, from where that was."""
        before = self._asker.budget
        left = self._count_down(self._asker.seconds)
        self._asker.budget, self._asker.time_is_up = name, False
        try:
            yield
        finally:
            self._asker.budget = before
            self._count_down(max(left, LEAST) if before else 0)

    def _count_down(self, seconds: float) -> float:
        """Let the time be up after so many seconds, and again later if the test goes on; return what was left."""
        return signal.setitimer(signal.ITIMER_PROF, seconds, self._asker.seconds)[0]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Give a test its CPU seconds."""
        with self._of(item.nodeid):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        """Give a fixture that is made once for several tests its own CPU seconds."""
        if fixturedef.scope == "function":
            return (yield)
        case = getattr(request, "param_index", 0)
        with self._of(f"{fixturedef.baseid}::{fixturedef.argname} {case}"):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, Any, Any]:
        """Watch the time of this phase."""
        return (yield from self._phase())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        """Watch the time of this phase."""
        return (yield from self._phase())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, Any, Any]:
        """Watch the time of this phase."""
        return (yield from self._phase())

    def _phase(self) -> Generator[None, Any, Any]:
        self._in_phase = True
        try:
            if self._asker.time_is_up:
                self._asker.use_up()
            return (yield)
        finally:
            self._in_phase = False

"""Run a course's tests in a process of their own, and pass their operations on to the submission's process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from grader.model import Array, Outcome, Request
from grader.own_tests.wire import Wire, WireClosed

SILENT_SECONDS = 900  # of a process of tests that has a limit of CPU time itself
GONE = 0  # the number of no operation
Ask = Callable[[Request], Outcome]
Answer = tuple[dict[str, Any], Mapping[str, Array]]
_NOTHING: Mapping[str, Any] = {"changes": [], "random": {}, "printed": "", "warned": [], "result": None}


@dataclass
class Talk:
    """One run of the tests: what it gave, and the outcomes of operations without a usual result."""

    request: Request
    ask: Ask
    tests: list[dict[str, Any]] = field(default_factory=list)
    collected: dict[str, Any] | None = None
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    done: bool = False

    def run(self, wire: Wire) -> None:
        """Answer the messages of the process until it is done or has ended."""
        arguments = self.request.arguments
        wire.send({name: arguments[name] for name in ("files", "name", "modules")})
        while not self.done:
            message, arrays = wire.receive(SILENT_SECONDS)
            self._take(message, arrays, wire)

    def _take(self, message: dict[str, Any], arrays: dict[str, Array], wire: Wire) -> None:
        what = message["what"]
        if what == "operation":
            wire.send(*self._answer(message, arrays))
        elif what == "collected":
            self.collected, self.tests = message, message["tests"]
            for test in self.tests:
                test["result"] = "not run"
        elif what == "result":
            self.tests[message["place"]] = message["test"]
        else:
            self.done = True

    def _answer(
        self, message: Mapping[str, Any], arrays: dict[str, Array]
    ) -> tuple[dict[str, Any], Mapping[str, Array]]:
        """Ask for one operation; an exception of the submission, or a reply without a value, is kept."""
        outcome = self.ask(Request("session", message["arguments"], arrays))
        if outcome.status == "ok" and outcome.value.get("gone"):
            outcome = Outcome("ended_before")
        if outcome.status != "ok":
            self.outcomes[message["number"]] = replace(outcome, value={}, arrays={})
            return {"status": outcome.status}, {}
        raised = None
        if outcome.raised.type:
            self.outcomes[message["number"]] = replace(outcome, status="raised", value={}, arrays={})
            error = outcome.raised
            raised = {"type": error.type, "bases": list(error.bases), "message": error.message}
        return {"status": "ok", "value": {**_NOTHING, **outcome.value}, "raised": raised}, outcome.arrays

    def results(self) -> dict[str, Any]:
        """Return what the run gave, as JSON."""
        collected = self.collected or {}
        found = {name: collected.get(name) for name in ("error", "operations", "unsupported", "line")}
        return {"tests": self.tests, "ended": not self.done, **found}


def run_tests(request: Request, ask: Ask) -> tuple[Outcome, dict[int, Outcome]]:
    """Run the tests of a request; return its outcome, and by number those of operations without a usual result."""
    talk = Talk(request, ask)
    with _process() as wire, suppress(WireClosed):
        talk.run(wire)
    if not talk.done:  # so that the evidence is not kept: a limit or the machine may have been the reason
        talk.outcomes[GONE] = Outcome("ended_before")
    used = {GONE} | {number for test in talk.tests for number in test["operations"]}
    used |= set((talk.collected or {}).get("operations", ()))
    outcomes = {n: one for n, one in talk.outcomes.items() if n in used}
    return Outcome("ok", talk.results()), outcomes


@contextmanager
def _process() -> Iterator[Wire]:
    """Give the wire to a new process for tests, which is ended afterwards with all that it started."""
    to_read, their_end = os.pipe()
    their_start, to_write = os.pipe()
    process = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-I", "-m", "grader.own_tests.pytest_process", str(their_start), str(their_end)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        pass_fds=(their_start, their_end),
        start_new_session=True,
    )
    os.close(their_start)
    os.close(their_end)
    wire = Wire(to_read, to_write)
    try:
        yield wire
    finally:
        wire.close()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _environment() -> dict[str, str]:
    """Return the variables of the process: none of the grader's own that a test could depend on."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    fixed = {"MPLBACKEND": "agg", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent"}
    return {**kept, **threads, **fixed}

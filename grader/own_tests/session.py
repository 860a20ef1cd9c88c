"""Run a course's tests in a process of their own, and pass their operations on to the submission's process."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader.model import Array, Outcome, Request
from grader.own_tests.start_process import tests_process
from grader.own_tests.wire import Wire, WireClosed
from grader.sandbox.boundary.owner import owned_prefix

SILENT_SECONDS = 900  # of a process of tests that has a limit of CPU time itself
GONE = 0  # the number of no operation
Ask = Callable[[Request, float], tuple[Outcome, float]]  # with the CPU seconds that are left, and those used
Answer = tuple[dict[str, Any], Mapping[str, Array]]
_NOTHING: Mapping[str, Any] = {"changes": [], "random": {}, "printed": "", "warned": [], "result": None}


@dataclass
class Talk:
    """One run of the tests: what it gave, and the outcomes of operations without a usual result."""

    request: Request
    ask: Ask
    seconds: float  # CPU time of a test: as much for the submission's code as for the test's own
    left: dict[str, float] = field(default_factory=dict)  # of the submission's, by what the tests' process calls it
    tests: list[dict[str, Any]] = field(default_factory=list)
    collected: dict[str, Any] | None = None
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    done: bool = False

    def run(self, wire: Wire, folder: str) -> None:
        """Run the tests in a folder; answer the messages of the process until it is done or has ended."""
        arguments = self.request.arguments
        about = {name: arguments[name] for name in ("name", "modules")}
        inside = bool(arguments.get("inside"))
        wire.send({"folder": folder, "seconds": self.seconds, "inside": inside, **about})
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
        outcome = self._asked(Request("session", message["arguments"], arrays), message["budget"])
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

    def _asked(self, operation: Request, budget: str) -> Outcome:
        """Return the outcome of an operation, which may use the CPU seconds that are left of its budget."""
        left = self.left.get(budget, self.seconds)
        if left <= 0:  # the last operation ended before anybody could stop it
            return Outcome("cpu_time", allowed=self.seconds)
        outcome, used = self.ask(operation, left)
        self.left[budget] = left - used
        return replace(outcome, allowed=self.seconds) if outcome.status == "cpu_time" else outcome

    def results(self) -> dict[str, Any]:
        """Return what the run gave, as JSON."""
        collected = self.collected or {}
        found = {name: collected.get(name) for name in ("error", "operations", "unsupported", "place")}
        return {"tests": self.tests, "ended": not self.done, **found}


def run_tests(request: Request, ask: Ask, seconds: float) -> tuple[Outcome, dict[int, Outcome]]:
    """Run the tests of a request; return its outcome, and by number those of operations without a usual result.

    `seconds` are the CPU seconds that each test has for the submission's code, and again for its own.
    """
    talk = Talk(request, ask, seconds)
    with _laid_out(request.arguments["files"]) as folder, tests_process() as wire, suppress(WireClosed):
        talk.run(wire, folder)
    if talk.done:
        ask_inside(talk)
    else:  # so that the evidence is not kept: a limit or the machine may have been the reason
        talk.outcomes[GONE] = Outcome("ended_before")
    used = {GONE} | {number for test in talk.tests for number in test["operations"]}
    used |= set((talk.collected or {}).get("operations", ()))
    outcomes = {n: one for n, one in talk.outcomes.items() if n in used}
    return Outcome("ok", talk.results()), outcomes


def ask_inside(talk: Talk) -> None:
    """Ask for each test that runs inside the submission's process; the list of tests and their points is our own."""
    arguments = {name: talk.request.arguments[name] for name in ("files", "name", "modules")}
    for place, test in enumerate(talk.tests):
        if not test["inside"]:
            continue
        one = Request("inside", {**arguments, "place": place, "test": test["name"]})
        outcome, _ = talk.ask(one, talk.seconds)
        if outcome.status == "ok" and outcome.value["result"] == "ended":
            outcome = Outcome("died")
        if outcome.status == "ok":
            test.update(outcome.value)
            continue
        talk.outcomes[-1 - place] = replace(outcome, value={}, arrays={})
        test.update(result="raised" if outcome.status == "raised" else "ended", operations=[-1 - place])
        if outcome.status == "cpu_time":  # of the submission or of the test, which only that process knows
            test.update(result="stopped", message=f"{talk.seconds:.3g}")


@contextmanager
def _laid_out(files: Mapping[str, str]) -> Iterator[str]:
    """Give a folder with the files of the course, which is removed afterwards with all that the tests wrote there."""
    with tempfile.TemporaryDirectory(prefix=owned_prefix(), ignore_cleanup_errors=True) as above:
        folder = Path(above).resolve() / "tests"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8", "surrogateescape"))
        yield str(folder)

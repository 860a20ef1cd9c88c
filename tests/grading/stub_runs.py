"""Runs of submissions without a process, and a sandbox whose kernels end where a test says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from grader.cache.evidence_cache import InMemoryCache
from grader.checks.base import Check
from grader.grading.options import GradingOptions
from grader.grading.run import Observation, run_and_ask
from grader.model import Cell, CellRun, Outcome, Request, Submission
from tests.grading.asking_check import rubric_of
from tests.sandbox.stub_sandbox import StubKernel, StubSandbox

MODEL = "class Model:\n    pass"


def submission(*sources: str, digest: str = "d", **more: Any) -> Submission:
    cells = tuple(Cell(number, source, f"a.ipynb, cell {number}") for number, source in enumerate(sources, 1))
    return Submission("team", "team.zip", digest, cells=cells, **more)


def observed(
    sandbox: StubSandbox,
    *checks: Check,
    of: Submission | None = None,
    cache: InMemoryCache | None = None,
    **execute: Any,
) -> Observation:
    given = of if of is not None else submission("a = 1", "b = 2")
    return run_and_ask(given, rubric_of(*checks, **execute), GradingOptions(sandbox=sandbox), cache)


def names(kernel: StubKernel) -> list[str]:
    return [f"{request.arguments['name']}{request.arguments.get('from_epoch', '')}" for request in kernel.asked]


@dataclass
class Deaths:
    """Ends the process at the given cells and requests, each time once for every mention."""

    cells: list[int] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    status: Literal["died", "wall_time"] = "died"

    def run(self, kernel: StubKernel, number: int, code: str) -> CellRun:
        if number not in self.cells:
            return CellRun(number, "ok", text=f"of kernel {kernel.number}")
        self.cells.remove(number)
        kernel.alive = False
        return CellRun(number, self.status, "gone")

    def ask(self, kernel: StubKernel, request: Request) -> Outcome:
        name = f"{request.arguments['name']}{request.arguments.get('from_epoch', '')}"
        if name not in self.requests:
            return Outcome("ok", message=f"of kernel {kernel.number}")
        self.requests.remove(name)
        kernel.alive = False
        return Outcome(self.status)

    def sandbox(self) -> StubSandbox:
        return StubSandbox(on_run=self.run, on_ask=self.ask)

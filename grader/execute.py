"""Run a hand-in's cells and put the checks' requests to it: the only stage in which student code runs."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from grader.checks.base import TIME_USED_UP, Seen, request_key
from grader.examine import examine_one
from grader.ingest.answers import find_answers
from grader.ingest.needed import needed_cells
from grader.model import CellRun, Evidence, Finding, Outcome, Request, Submission
from grader.rubric import Rubric
from grader.sandbox.choosing import Isolation, choose
from grader.sandbox.host import Kernel, Limits, open_kernel

MOST_ROUNDS = 200  # of one check asking again; training in segments takes a dozen
MOST_RESTARTS = 6


@dataclass(frozen=True)
class _NoKernel:
    """Answers every request in the same way, where there is no code or no time left."""

    outcome: Outcome
    alive: bool = True
    record: Mapping[str, Any] = field(default_factory=dict)

    def run(self, number: int, code: str) -> CellRun:
        return CellRun(number, "not run", self.outcome.message)

    def ask(self, request: Request) -> Outcome:
        return replace(self.outcome, message=self.outcome.message or str(request.arguments.get("target", "")))


@dataclass
class _Run:
    """The kernel of one hand-in, replaced by a fresh one when it hangs or dies."""

    submission: Submission
    limits: Limits
    wanted: frozenset[int]
    cells: dict[int, CellRun] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    records: list[Mapping[str, Any]] = field(default_factory=list)

    def evidence(self, rest: Evidence) -> Evidence:
        return replace(
            rest, cells=tuple(self.cells.values()), outcomes=dict(self.outcomes), records=tuple(self.records)
        )

    def run_cells(self, kernel: Kernel) -> None:
        """Run what has not been run; replay what was finished before this kernel."""
        if folders := self.submission.code_folders:
            code = f"_s.path[1:1] = [_o.path.abspath(p) for p in {folders!r}]"
            kernel.run(0, f"import sys as _s, os as _o; {code}; del _s, _o")
        for cell in self.submission.cells:
            done = self.cells.get(cell.number)
            if cell.number not in self.wanted:
                self.cells[cell.number] = CellRun(cell.number, "not needed", "no question depends on it")
                continue
            if done is not None and done.status not in ("ok", "error"):
                continue
            result = kernel.run(cell.number, cell.code)
            if done is None or result.status not in ("ok", "error"):
                self.cells[cell.number] = result
            if not kernel.alive:
                return


def collect(submission: Submission, rubric: Rubric, limits: Limits | None = None) -> Evidence:
    """Observe everything that the rubric's checks need of `submission`; judge nothing.

    A cell or a request that hangs or kills the process ends that process: a fresh one replays the cells that
    finished, and the rest goes on there.
    """
    limits = limits or limits_of(rubric)
    rest = Evidence(answers=find_answers(submission, rubric), environment=environment(isolation_of(limits)))
    run = _Run(submission, limits, _wanted(submission, rubric))
    if not submission.cells:
        _ask_all(run, rubric, rest, _NoKernel(Outcome("missing")))
        return run.evidence(rest)
    ends = time.monotonic() + limits.seconds
    for _ in range(MOST_RESTARTS + 1):
        left = ends - time.monotonic()
        if left <= 0:
            break
        with open_kernel(submission.files, replace(limits, seconds=left)) as kernel:
            run.run_cells(kernel)
            done = kernel.alive and _ask_all(run, rubric, rest, kernel)
            run.records.append(kernel.record)
            if done:
                return run.evidence(rest)
    for cell in submission.cells:
        run.cells.setdefault(cell.number, CellRun(cell.number, "not run", "the process had to be ended before"))
    _ask_all(run, rubric, rest, _NoKernel(Outcome("timeout", message=TIME_USED_UP)))
    return run.evidence(rest)


def _wanted(submission: Submission, rubric: Rubric) -> frozenset[int]:
    """The cells that run: all, or with `cells: needed` those that the rubric's targets depend on."""
    if rubric.execute.cells == "all" or not rubric.targets:
        return frozenset(cell.number for cell in submission.cells)
    return frozenset(needed_cells(submission.cells, rubric.targets))


def _ask_all(run: _Run, rubric: Rubric, rest: Evidence, kernel: Kernel) -> bool:
    """Put the requests of all checks, in order; false when the kernel died on the way."""
    findings: dict[str, Finding] = {}
    for question, check in rubric.checks():
        for _ in range(MOST_ROUNDS):
            seen = Seen(run.submission, run.evidence(rest), question, findings, rubric.execute.seed)
            needed = any(findings[need].status != "passed" for need in check.needs)
            wanted = () if needed else _unasked(check.ask(seen), run)
            if not wanted:
                break
            for request in wanted:
                run.outcomes[request_key(request)] = kernel.ask(request)
                if not kernel.alive:
                    return False
        findings[check.id] = examine_one(check, seen)
    return True


def _unasked(requests: Sequence[Request], run: _Run) -> list[Request]:
    return [request for request in requests if request_key(request) not in run.outcomes]


def limits_of(rubric: Rubric) -> Limits:
    """Return the limits that a rubric sets."""
    execute = rubric.execute
    memory = int(execute.memory_gib * (1 << 30))
    return Limits(execute.minutes * 60, execute.cell_minutes * 60, memory, seed=execute.seed)


def isolation_of(limits: Limits) -> Isolation:
    """Return the level that hand-ins are kept in under these limits."""
    return choose() if limits.level is None else Isolation(limits.level)


def environment(isolation: Isolation) -> dict[str, str]:
    """Return what can move a result: versions, and how the hand-in was kept in; they stand in every report."""
    found = {"python": platform.python_version(), "grader": _version("grader")}
    return found | {name: _version(name) for name in ("torch", "numpy")} | {"isolation": str(isolation)}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"

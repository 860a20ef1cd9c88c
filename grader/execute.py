"""Run a hand-in's cells and put the checks' requests to it: the only stage in which student code runs."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from grader.checks.base import TIME_USED_UP, Check, Seen, Verdict
from grader.checks.plain import Plain
from grader.evidence import EvidenceStore, address, steady
from grader.examine import examine_one, plain_of, views
from grader.ingest.answers import find_answers
from grader.ingest.needed import needed_cells
from grader.model import CellRun, Evidence, Finding, Outcome, Request, Submission
from grader.rubric import Rubric
from grader.sandbox.answering import Answerer
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
    plain: Plain = field(default_factory=Plain)
    answerer: Answerer | None = None
    verdicts: dict[tuple[str, bool], Verdict] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    answered: float = 0  # seconds that the definitions alone have taken; they have as many as the notebook

    def ask(self, view: Seen, requests: Sequence[Request], kernel: Kernel) -> None:
        """Put `requests` to the definitions alone or to the notebook's process, whichever the view asks."""
        if view.alone:
            self.outcomes |= zip(map(view.key, requests), self._ask_alone(requests), strict=True)
            return
        for request in requests:
            self.outcomes[view.key(request)] = kernel.ask(request)
            if not kernel.alive:
                return

    def _ask_alone(self, requests: Sequence[Request]) -> list[Outcome]:
        if self.answered > self.limits.seconds:
            return [Outcome("timeout", message=TIME_USED_UP)] * len(requests)
        begun = time.monotonic()
        self.answerer = self.answerer or Answerer(self.plain.source, self.limits)
        outcomes = self.answerer.ask(requests)
        self.answered += time.monotonic() - begun
        return outcomes

    def close(self) -> None:
        """End the process that answers, and keep its record."""
        if self.answerer is not None:
            self.answerer.close()
            self.records += self.answerer.records
            self.answerer = None

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
    """Return what `observe` saw."""
    return observe(submission, rubric, limits)[0]


def observe(
    submission: Submission,
    rubric: Rubric,
    limits: Limits | None = None,
    distributions: Mapping[str, tuple[float, ...]] | None = None,
    kept: EvidenceStore | None = None,
) -> tuple[Evidence, tuple[Finding, ...]]:
    """Observe everything that the rubric's checks need of `submission`, and what they make of it.

    What a check asks depends on what it saw, so asking and judging go hand in hand; `examine` gives the same findings
    from the evidence alone.

    A cell or a request that hangs or kills the process ends that process: a fresh one replays the cells that
    finished, and the rest goes on there. Where what `kept` holds answers everything, nothing is run.
    """
    limits = limits or limits_of(rubric)
    rest = Evidence(
        answers=find_answers(submission, rubric),
        environment=environment(isolation_of(limits)),
        distributions=distributions or {},
    )
    run = _Run(submission, limits, _wanted(submission, rubric), plain=plain_of(submission, rubric))
    key = address(submission, rubric, limits, rest.environment) if kept is not None else ""
    known = kept.get(key, rest) if kept is not None else None
    if known is not None:
        run.outcomes, run.records = dict(known.outcomes), list(known.records)
        run.cells = {cell.number: cell for cell in known.cells}
        if _ask_all(run, rubric, rest, None):
            return run.evidence(rest), tuple(run.findings.values())
        # One question is new: all are put again, as those of a training only make sense in one process.
        run.cells, run.outcomes, run.records, run.verdicts = {}, {}, [], {}
    try:
        _collect(run, rubric, rest)
    finally:
        run.close()
    evidence = run.evidence(rest)
    if kept is not None and steady(evidence):
        kept.put(key, evidence)
    return evidence, tuple(run.findings.values())


def _collect(run: _Run, rubric: Rubric, rest: Evidence) -> None:
    submission, limits = run.submission, run.limits
    if not submission.cells:
        _ask_all(run, rubric, rest, _NoKernel(Outcome("missing")))
        return
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
                return
    for cell in submission.cells:
        run.cells.setdefault(cell.number, CellRun(cell.number, "not run", "the process had to be ended before"))
    _ask_all(run, rubric, rest, _NoKernel(Outcome("timeout", message=TIME_USED_UP)))


def _wanted(submission: Submission, rubric: Rubric) -> frozenset[int]:
    """The cells that run: all, or with `cells: needed` those that the rubric's targets depend on."""
    if rubric.execute.cells == "all" or not rubric.targets:
        return frozenset(cell.number for cell in submission.cells)
    return frozenset(needed_cells(submission.cells, rubric.targets))


def _ask_all(run: _Run, rubric: Rubric, rest: Evidence, kernel: Kernel | None) -> bool:
    """Put the requests of all checks, in order; false when the kernel died on the way, or there is none to ask."""
    findings = run.findings = {}
    for question, check in rubric.checks():
        for _ in range(MOST_ROUNDS):
            evidence = run.evidence(rest)
            seen = Seen(
                run.submission, evidence, question, findings, rubric.execute.seed, False, run.plain, run.verdicts
            )
            needed = any(findings[need].status != "passed" for need in check.needs)
            wanted = None if needed else _unasked(check, seen)
            if wanted is None:
                break
            if kernel is None:
                return False
            run.ask(*wanted, kernel)
            if not kernel.alive:
                return False
        findings[check.id] = examine_one(check, seen)
    return True


def _unasked(check: Check, seen: Seen) -> tuple[Seen, list[Request]] | None:
    """What the first view that is not through still has to ask; None when all is known."""
    for view in views(check, seen):
        if requests := [request for request in check.ask(view) if view.outcome(request) is None]:
            return view, requests
    return None


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


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"

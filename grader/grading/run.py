"""Run a submission's cells and put the checks' requests to it: the only stage in which student code runs."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from grader.cache.evidence_bytes import from_bytes, to_bytes
from grader.cache.evidence_cache import FINDINGS, EvidenceCache, address, is_complete
from grader.cache.findings_cache import FindingsCache, keep_all
from grader.checks.base import CheckContext
from grader.definitions.extract import Definitions
from grader.grading.environment import environment, isolation_of
from grader.grading.interview import _ask_all
from grader.grading.judge import definitions_of
from grader.grading.options import limits_of
from grader.ingest.find_answers import find_answers
from grader.ingest.needed_cells import needed_cells
from grader.model import CellRun, Evidence, Finding, Outcome, Request, Submission
from grader.model.evidence import TIME_USED_UP
from grader.model.verdict import Verdict
from grader.rubric.schema import Rubric
from grader.sandbox.host.definitions_host import DefinitionsProcess
from grader.sandbox.host.kernel import Kernel, open_kernel
from grader.sandbox.limits import Limits

MAX_RESTARTS = 6


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
class KernelRun:
    """The kernel of one submission, replaced by a fresh one when it hangs or dies."""

    submission: Submission
    rubric: Rubric
    limits: Limits
    wanted: frozenset[int]
    cells: dict[int, CellRun] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    records: list[Mapping[str, Any]] = field(default_factory=list)
    answerer: DefinitionsProcess | None = None
    verdicts: dict[tuple[str, bool], Verdict] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    findings_cache: FindingsCache | None = None  # findings that need not be made again
    answered: float = 0  # seconds that the definitions alone have taken; they have as many as the notebook
    before: dict[int, CellRun] = field(default_factory=dict)  # what became of the cells when the evidence was kept
    begun: set[str] = field(default_factory=set)  # trainings that live in a process of this run

    @cached_property
    def plain(self) -> Definitions:
        """What the classes are made of that the rubric asks about; read where something is asked or judged."""
        make = partial(definitions_of, self.submission, self.rubric)
        return make() if self.findings_cache is None else self.findings_cache.plain(make)

    def ask(self, view: CheckContext, requests: Sequence[Request], kernel: Kernel | None) -> None:
        """Put `requests` to the definitions alone or to the notebook's process, whichever the view asks."""
        if view.definitions_only:
            for request, outcome in zip(requests, self._ask_alone(requests), strict=True):
                self._note(view, request, outcome)
            return
        assert kernel is not None
        for request in requests:
            self._note(view, request, kernel.ask(request))
            if not kernel.alive:
                return

    def _note(self, view: CheckContext, request: Request, outcome: Outcome) -> None:
        training = view.training(request)
        self.begun.add(training)
        self.outcomes[view.key(request)] = replace(outcome, training=training)

    def forget(self, trainings: Collection[str]) -> None:
        """Drop what is known of trainings whose process is gone: they begin anew."""
        self.outcomes = {key: one for key, one in self.outcomes.items() if one.training not in trainings}
        self.verdicts.clear()

    def _ask_alone(self, requests: Sequence[Request]) -> list[Outcome]:
        if self.answered > self.limits.seconds:
            return [Outcome("timeout", message=TIME_USED_UP)] * len(requests)
        begun = time.monotonic()
        self.answerer = self.answerer or DefinitionsProcess(self.plain.source, self.limits)
        outcomes = self.answerer.ask(requests)
        self.answered += time.monotonic() - begun
        return outcomes

    def compare(self) -> None:
        """Ask everything again where the cells did not fare as they did when the evidence was kept."""
        if self.before and {n: one.status for n, one in self.cells.items()} != {
            n: one.status for n, one in self.before.items()
        }:
            self.outcomes = {}
            self.verdicts.clear()
        self.before = {}

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
    return run_and_ask(submission, rubric, limits).evidence


@dataclass(frozen=True)
class Observation:
    """What was seen of a submission, what the checks make of it, and where the evidence is kept."""

    evidence: Evidence
    findings: tuple[Finding, ...]
    address: str = ""
    ran: bool = True  # false where all was known


def run_and_ask(
    submission: Submission,
    rubric: Rubric,
    limits: Limits | None = None,
    distributions: Mapping[str, tuple[float, ...]] | None = None,
    cache: EvidenceCache | None = None,
) -> Observation:
    """Observe everything that the rubric's checks need of `submission`, and what they make of it.

    What a check asks depends on what it saw, so asking and judging alternate; `examine` gives the same findings
    from the evidence alone.

    A cell or a request that hangs or kills the process ends that process: a fresh one replays the cells that
    finished, and the rest goes on there. What `kept` answers is not asked again: where that is everything, nothing is
    run, and where only definitions have to be asked, no cell is.
    """
    limits = limits or limits_of(rubric)
    rest = Evidence(
        answers=find_answers(submission, rubric),
        environment=environment(isolation_of(limits)),
        distributions=distributions or {},
    )
    run = KernelRun(submission, rubric, limits, _wanted(submission, rubric))
    key = address(submission, rubric, limits) if cache is not None else ""
    data = cache.get(key) if cache is not None else None
    known = from_bytes(data, rest) if data is not None else None
    try:
        if known is not None and data is not None and cache is not None:
            run.findings_cache = FindingsCache(submission, rubric, rest, data, cache.get(key + FINDINGS))
        if known is None or not _from_kept(run, known, rest):
            run.findings_cache = None
            _collect(run, rest)
    finally:
        run.close()
    evidence = run.evidence(rest)
    new = known is None or evidence.outcomes.keys() != known.outcomes.keys() or evidence.cells != known.cells
    if cache is not None and (is_complete(evidence) or not new):  # what was cut short is kept in no form
        _keep(cache, key, run, evidence, to_bytes(evidence) if new else None)
    elif cache is not None:
        cache.forget(key)
    return Observation(evidence, tuple(run.findings.values()), key, new)


def _keep(cache: EvidenceCache, key: str, run: KernelRun, evidence: Evidence, data: bytes | None) -> None:
    """Keep evidence that is new, and the findings that follow from what is kept."""
    if data is not None:
        cache.put(key, data)
        run.findings_cache = FindingsCache(run.submission, run.rubric, evidence, data, None)
        run.findings_cache.plain(lambda: run.plain)
        keep_all(run.findings_cache, run.rubric, list(run.findings.values()))
    if run.findings_cache is not None and run.findings_cache.changed:
        cache.put(key + FINDINGS, run.findings_cache.to_bytes())


def _from_kept(run: KernelRun, known: Evidence, rest: Evidence) -> bool:
    """Judge from what is kept; false where the notebook has to run for a question that is new."""
    run.outcomes, run.records = dict(known.outcomes), list(known.records)
    run.cells = {cell.number: cell for cell in known.cells}
    if _ask_all(run, rest, None):
        return True
    run.before, run.cells = run.cells, {}
    return False


def _collect(run: KernelRun, rest: Evidence) -> None:
    submission, limits = run.submission, run.limits
    if not submission.cells:
        _ask_all(run, rest, _NoKernel(Outcome("missing")))
        return
    ends = time.monotonic() + limits.seconds
    for _ in range(MAX_RESTARTS + 1):
        left = ends - time.monotonic()
        if left <= 0:
            break
        with open_kernel(submission.files, replace(limits, seconds=left)) as kernel:
            run.begun.clear()
            run.run_cells(kernel)
            run.compare()
            done = kernel.alive and _ask_all(run, rest, kernel)
            run.records.append(kernel.record)
            if done:
                return
    for cell in submission.cells:
        run.cells.setdefault(cell.number, CellRun(cell.number, "not run", "the process had to be ended before"))
    _ask_all(run, rest, _NoKernel(Outcome("timeout", message=TIME_USED_UP)))


def _wanted(submission: Submission, rubric: Rubric) -> frozenset[int]:
    """The cells that run: all, or with `cells: needed` those that the rubric's targets depend on."""
    if rubric.execute.cells == "all" or not rubric.targets:
        return frozenset(cell.number for cell in submission.cells)
    return frozenset(needed_cells(submission.cells, rubric.targets))

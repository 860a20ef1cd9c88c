"""Run a submission's cells and put the checks' requests to it: the only stage in which student code runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from grader.cache.evidence_bytes import from_bytes, to_bytes
from grader.cache.evidence_cache import FINDINGS, EvidenceCache, evidence_key, is_complete
from grader.cache.findings_cache import FindingsCache, keep_all
from grader.checks.base import CheckContext
from grader.comparing.inside_parts import lacking_parts
from grader.definitions.extract import Definitions
from grader.grading.environment import code_folders, environment, isolation_of
from grader.grading.interview import ProcessEnded, interview
from grader.grading.loaded_first import loaded_first
from grader.grading.no_kernel import NoKernel
from grader.grading.options import GradingOptions
from grader.grading.own_tests import of_definitions, of_kernel
from grader.grading.read_definitions import definitions_of
from grader.ingest.find_answers import find_answers
from grader.ingest.needed_cells import needed_cells
from grader.model import CellRun, Evidence, Finding, Outcome, Request, Submission, Text
from grader.model.verdict import Verdict
from grader.rubric.schema import Rubric
from grader.sandbox.interface import Definitions as DefinitionsProcess
from grader.sandbox.interface import Kernel, Sandbox
from grader.sandbox.limits import Limits, can_confine

MAX_RESTARTS = 6


@dataclass(frozen=True)
class Observation:
    """The evidence of a submission, the findings that the checks make of it, and the key of the evidence."""

    evidence: Evidence
    findings: tuple[Finding, ...]
    key: str = ""
    ran: bool = True  # false where all evidence came from the cache


def run_and_ask(
    submission: Submission, rubric: Rubric, options: GradingOptions, cache: EvidenceCache | None = None
) -> Observation:
    """Run the submission, put every request of the rubric's checks to it, and judge the replies.

    The requests of a check depend on earlier replies, so asking and judging alternate; `judge_evidence` gives the same
    findings from the evidence by itself. A cell or a request that hangs or ends the process does not end the rest: a
    new process replays the cells that finished and continues. Requests that `cache` answers are not sent again: if it
    answers all of them, nothing is run; if only the definitions process has open requests, no cell is run.
    """
    limits = options.limits(rubric)
    rest = Evidence(
        answers=find_answers(submission, rubric),
        environment=environment(isolation_of(options.sandbox, limits)),
        distributions=options.distributions,
    )
    faulty = options.proof.faulty if options.proof is not None else {}
    run = KernelRun(submission, rubric, limits, rest, options.sandbox, faulty)
    if cache is None:
        return run.observation(run.observe())
    key = evidence_key(submission, rubric, limits, options.sandbox.parts)
    data = cache.get(key)
    known = from_bytes(data, rest) if data is not None else None
    if known is not None and data is not None:
        run.findings_cache = FindingsCache(submission, rubric, rest, data, cache.get(key + FINDINGS))
        findings = run.observe_from(known)
    else:
        findings = run.observe()
    made = replace(run.observation(findings), key=key)
    made = replace(made, ran=known is None or _differs(made.evidence, known))
    _keep(cache, run, made)
    return made


def _differs(evidence: Evidence, known: Evidence) -> bool:
    return evidence.outcomes.keys() != known.outcomes.keys() or evidence.cells != known.cells


def _keep(cache: EvidenceCache, run: KernelRun, made: Observation) -> None:
    """Cache new evidence and the findings that follow from it; evidence that a limit cut short is not kept."""
    if made.ran and not is_complete(made.evidence):
        cache.forget(made.key)
        return
    if made.ran:
        data = to_bytes(made.evidence)
        cache.put(made.key, data)
        run.findings_cache = FindingsCache(run.submission, run.rubric, made.evidence, data, None)
        run.findings_cache.definitions(lambda: run.definitions)
        keep_all(run.findings_cache, run.rubric, made.findings)
    if run.findings_cache is not None and run.findings_cache.changed:
        cache.put(made.key + FINDINGS, run.findings_cache.to_bytes())


@dataclass
class KernelRun:
    """The kernel of one submission, replaced by a fresh one when it hangs or dies, and the definitions process."""

    submission: Submission
    rubric: Rubric
    limits: Limits
    rest: Evidence  # answers, versions and distributions, which need no run
    sandbox: Sandbox
    faulty: Mapping[str, Text] = field(default_factory=dict)  # checks that do not pass the solution
    cells: dict[int, CellRun] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    records: list[Mapping[str, Any]] = field(default_factory=list)
    findings_cache: FindingsCache | None = None  # findings that need not be made again
    kernel: Kernel | None = None
    process: DefinitionsProcess | None = None
    cells_before: dict[int, CellRun] = field(default_factory=dict)  # the cells' runs when the evidence was cached
    begun: set[str] = field(default_factory=set)  # trainings whose process belongs to this run
    verdicts: dict[tuple[str, bool], Verdict] = field(default_factory=dict)

    @cached_property
    def wanted(self) -> frozenset[int]:
        """Return the cells to run: all, or with `cells: needed` those that the rubric's targets depend on."""
        if self.rubric.execute.cells == "all" or not self.rubric.targets:
            return frozenset(cell.number for cell in self.submission.cells)
        return frozenset(needed_cells(self.submission.cells, self.rubric.targets))

    @cached_property
    def _limits(self) -> Limits:
        observes = tuple(sorted({check.observes for _, check in self.rubric.checks() if check.observes}))
        return replace(self.limits, loads=loaded_first(self.submission, self.rubric), observes=observes)

    @cached_property
    def definitions(self) -> Definitions:
        """Return the source of the classes that the rubric asks about, extracted when it is first needed."""
        make = partial(definitions_of, self.submission, self.rubric)
        return make() if self.findings_cache is None else self.findings_cache.definitions(make)

    def observation(self, findings: Sequence[Finding]) -> Observation:
        """Return the evidence so far, with the findings."""
        evidence = replace(
            self.rest, cells=tuple(self.cells.values()), outcomes=dict(self.outcomes), records=tuple(self.records)
        )
        return Observation(evidence, tuple(findings))

    def observe(self) -> tuple[Finding, ...]:
        """Run the cells and put all requests, with fresh processes where one hangs or dies."""
        try:
            return self._observe()
        finally:
            self._close()

    def observe_from(self, known: Evidence) -> tuple[Finding, ...]:
        """Judge from cached evidence; the notebook runs only where a request is new."""
        self.outcomes, self.records = dict(known.outcomes), list(known.records)
        self.cells = {cell.number: cell for cell in known.cells}
        try:
            return tuple(self._interview())
        except ProcessEnded:
            self.cells_before, self.cells, self.findings_cache = self.cells, {}, None
            return self.observe()
        finally:
            self._close()

    def _observe(self) -> tuple[Finding, ...]:
        if not self.submission.cells:
            self.kernel = NoKernel(Outcome("missing"))
            return tuple(self._interview())
        for _ in range(MAX_RESTARTS + 1):
            left = self.limits.cpu_seconds - self._used()
            if left <= 0:
                break
            limits = replace(self._limits, cpu_seconds=left)
            with self.sandbox.open_kernel(self.submission.laid_out, limits) as self.kernel:
                try:
                    return self._run_and_interview(self.kernel)
                except ProcessEnded:
                    continue
                finally:
                    self.records.append(self.kernel.record)
        for cell in self.submission.cells:
            self.cells.setdefault(cell.number, CellRun(cell.number, "not run", "the process had to be ended before"))
        self.kernel = NoKernel(Outcome("out_of_time"))
        return tuple(self._interview())

    def _used(self) -> float:
        """Return the seconds, CPU time and idle time, of the notebook's processes that have ended."""
        times = ("time", "time-idle")
        return sum(float(record.get(name, 0)) for record in self.records for name in times)

    def _run_and_interview(self, kernel: Kernel) -> tuple[Finding, ...]:
        self.begun.clear()
        self._run_cells(kernel)
        self._compare_with_cached_run()
        if not kernel.alive:
            raise ProcessEnded
        return tuple(self._interview())

    def _interview(self) -> Iterator[Finding]:
        evidence = replace(self.rest, cells=tuple(self.cells.values()), outcomes=self.outcomes)
        read, seed = (lambda: self.definitions), self.rubric.execute.seed
        context = CheckContext(self.submission, evidence, seed=seed, read_definitions=read, faulty=self.faulty)
        self.verdicts = context.verdicts
        return interview(self.rubric, context, self._ask, self.findings_cache)

    def _ask(self, context: CheckContext, requests: Sequence[Request]) -> None:
        """Put requests to the definitions process or to the notebook's kernel, whichever the context names."""
        if self.kernel is None and not context.definitions_only:
            raise ProcessEnded
        if gone := {context.training(request) for request in requests if request.goes_on} - self.begun:
            self._forget(gone)
            return
        if lacking := sorted({name for request in requests for name in lacking_parts(request, self.sandbox.parts)}):
            outcome = Outcome("not_asked", message=f"the sandbox has no part named {', '.join(lacking)}")
            for request in requests:
                self._note(context, request, outcome)
            return
        if requests[0].action == "tests" and not can_confine():
            outcome = Outcome("not_asked", message="a course's own tests run on Linux only")
            for request in requests:
                self._note(context, request, outcome)
            return
        if requests[0].action == "tests":
            for request in requests:
                self._run_tests(context, request)
            return
        if context.definitions_only:
            for request, outcome in zip(requests, self._ask_definitions(requests), strict=True):
                self._note(context, request, outcome)
            return
        assert self.kernel is not None
        for position, request in enumerate(requests, 1):
            self._note(context, request, self.kernel.ask(request))
            if not self.kernel.alive:  # the verdict of the check is clear, and the next one would end like it
                for later in requests[position:]:
                    self._note(context, later, Outcome("ended_before"))
                raise ProcessEnded

    def _run_tests(self, context: CheckContext, request: Request) -> None:
        """Run a course's own tests, and note their results and the operations that had none."""
        limit = self.limits.cell_cpu_seconds
        if context.definitions_only:
            kept = of_definitions(request, self._definitions(), self.records, limit)
        else:
            kept = of_kernel(request, self.kernel or NoKernel(Outcome("missing")), limit)
        for part, outcome in kept:
            self._note(context, part, outcome)
        if not context.definitions_only and self.kernel is not None and not self.kernel.alive:
            raise ProcessEnded

    def _note(self, context: CheckContext, request: Request, outcome: Outcome) -> None:
        training = context.training(request)
        self.begun.add(training)
        self.outcomes[context.key(request)] = replace(outcome, training=training)

    def _forget(self, trainings: Collection[str]) -> None:
        """Drop the replies of trainings whose process has ended, so that they begin again."""
        for key in [key for key, outcome in self.outcomes.items() if outcome.training in trainings]:
            del self.outcomes[key]
        self.verdicts.clear()

    def _ask_definitions(self, requests: Sequence[Request]) -> list[Outcome]:
        self.process = self.process or self._definitions()
        return self.process.ask(requests)

    def _definitions(self) -> DefinitionsProcess:
        """Return a new definitions process."""
        return self.sandbox.definitions(self.definitions.source, self._limits, self.submission.course_files)

    def _compare_with_cached_run(self) -> None:
        """Drop all replies where the cells ended otherwise than when the evidence was cached."""
        before = {number: run.status for number, run in self.cells_before.items()}
        if before and before != {number: run.status for number, run in self.cells.items()}:
            self.outcomes.clear()
        self.cells_before = {}

    def _close(self) -> None:
        """End the definitions process and keep its record."""
        if self.process is not None:
            self.process.close()
            self.records += self.process.records
            self.process = None

    def _run_cells(self, kernel: Kernel) -> None:
        """Run the cells that have not been run; replay those that finished before this kernel."""
        if folders := code_folders(self.submission):
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

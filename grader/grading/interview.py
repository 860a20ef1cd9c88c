"""Ask and judge until no check has a question left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.checks.base import Check, CheckContext
from grader.grading.judge import judge_check, processes_to_ask
from grader.model import Evidence, Request
from grader.sandbox.host.kernel import Kernel

if TYPE_CHECKING:
    from grader.grading.run import KernelRun

MAX_ROUNDS = 200  # of one check asking again; training in segments takes a dozen


def _ask_all(run: KernelRun, rest: Evidence, kernel: Kernel | None) -> bool:
    """Put the requests of all checks, in order; false when the kernel died on the way, or there is none to ask."""
    findings = run.findings = {}
    rubric = run.rubric
    for question, check in rubric.checks():
        key = run.findings_cache.key(question, check, findings) if run.findings_cache is not None else ""
        if run.findings_cache is not None and (known := run.findings_cache.get(key)) is not None:
            findings[check.id] = known
            continue
        for _ in range(MAX_ROUNDS):
            evidence = run.evidence(rest)
            context = CheckContext(
                run.submission, evidence, question, findings, rubric.execute.seed, False, run.plain, run.verdicts
            )
            needed = any(findings[need].status != "passed" for need in check.needs)
            wanted = None if needed else _unasked(check, context)
            if wanted is None:
                break
            view, requests = wanted
            if kernel is None and not view.definitions_only:
                return False
            if gone := {view.training(one) for one in requests if one.goes_on} - run.begun:
                run.forget(gone)
                continue
            run.ask(view, requests, kernel)
            if kernel is not None and not kernel.alive:
                return False
        findings[check.id] = judge_check(check, context)
        if run.findings_cache is not None:
            run.findings_cache.put(key, findings[check.id])
    return True


def _unasked(check: Check, context: CheckContext) -> tuple[CheckContext, list[Request]] | None:
    """What the first view that is not through still has to ask; None when all is known."""
    for view in processes_to_ask(check, context):
        if requests := [request for request in check.ask(view) if view.outcome(request) is None]:
            return view, requests
    return None

"""Ask and judge until no check has a question left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.checks.base import Check, Seen
from grader.grading.judge import examine_one, views
from grader.model import Evidence, Request
from grader.sandbox.host.kernel import Kernel

if TYPE_CHECKING:
    from grader.grading.run import _Run

MOST_ROUNDS = 200  # of one check asking again; training in segments takes a dozen


def _ask_all(run: _Run, rest: Evidence, kernel: Kernel | None) -> bool:
    """Put the requests of all checks, in order; false when the kernel died on the way, or there is none to ask."""
    findings = run.findings = {}
    rubric = run.rubric
    for question, check in rubric.checks():
        key = run.judged.key(question, check, findings) if run.judged is not None else ""
        if run.judged is not None and (known := run.judged.get(key)) is not None:
            findings[check.id] = known
            continue
        for _ in range(MOST_ROUNDS):
            evidence = run.evidence(rest)
            seen = Seen(
                run.submission, evidence, question, findings, rubric.execute.seed, False, run.plain, run.verdicts
            )
            needed = any(findings[need].status != "passed" for need in check.needs)
            wanted = None if needed else _unasked(check, seen)
            if wanted is None:
                break
            view, requests = wanted
            if kernel is None and not view.alone:
                return False
            if gone := {view.training(one) for one in requests if one.goes_on} - run.begun:
                run.forget(gone)
                continue
            run.ask(view, requests, kernel)
            if kernel is not None and not kernel.alive:
                return False
        findings[check.id] = examine_one(check, seen)
        if run.judged is not None:
            run.judged.put(key, findings[check.id])
    return True


def _unasked(check: Check, seen: Seen) -> tuple[Seen, list[Request]] | None:
    """What the first view that is not through still has to ask; None when all is known."""
    for view in views(check, seen):
        if requests := [request for request in check.ask(view) if view.outcome(request) is None]:
            return view, requests
    return None

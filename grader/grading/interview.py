"""Ask and judge in turn until no check has a question left: the one loop of every way of grading."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from grader.cache.findings_cache import FindingsCache
from grader.checks.base import Check, CheckContext
from grader.cpu_budget import BudgetUsedError, cpu_budget
from grader.grading.faulty_checks import of_faulty_check
from grader.grading.judge import (
    judge_check,
    note_budget_used,
    note_exception,
    processes_to_ask,
    seconds_for,
)
from grader.grading.read_definitions import definitions_of
from grader.model import Evidence, Finding, Request, Status, Submission
from grader.rubric.schema import Rubric

MAX_ROUNDS = 200  # rounds of requests of one check; a training in segments needs a dozen

Ask = Callable[[CheckContext, Sequence[Request]], None]


class ProcessEnded(Exception):
    """The process that should answer has ended; the interview needs a new one to continue."""


def interview(
    rubric: Rubric,
    context: CheckContext,
    ask: Ask | None = None,
    cache: FindingsCache | None = None,
    only: Callable[[Check], bool] = lambda check: True,
) -> Iterator[Finding]:
    """Yield the finding of each check for which `only` holds, in the rubric's order.

    `ask(context, requests)` adds replies to the context's evidence; without it, checks use the replies that are there.
    A check that depends on one that is left out is left out too. Findings in `cache` are used as they are.

    Raises:
        ProcessEnded: `ask` raised it.
    """
    findings: dict[str, Finding] = {}
    for question, check in rubric.checks():
        if not only(check) or any(need not in findings for need in check.needs):
            continue
        here = replace(context, question=question, findings=findings)
        key = cache.key(question, check, findings) if cache is not None else ""
        finding = cache.get(key) if cache is not None else None
        if finding is None:
            finding = _finding(check, here, ask)
            if cache is not None:
                cache.put(key, finding)
        finding = of_faulty_check(check, finding, here)
        findings[check.id] = finding
        yield finding


def judge_evidence(submission: Submission, evidence: Evidence, rubric: Rubric) -> tuple[Finding, ...]:
    """Return one finding for each check from cached evidence; no request is sent and no student code runs."""
    definitions = functools.cache(lambda: definitions_of(submission, rubric))
    context = CheckContext(submission, evidence, seed=rubric.execute.seed, read_definitions=definitions)
    return tuple(interview(rubric, context))


def _finding(check: Check, context: CheckContext, ask: Ask | None) -> Finding:
    if ask is not None and all(context.findings[need].status is Status.passed for need in check.needs):
        for _ in range(MAX_ROUNDS):
            open_requests = _open_requests(check, context)
            if open_requests is None:
                break
            ask(*open_requests)
    return judge_check(check, context)


def _open_requests(check: Check, context: CheckContext) -> tuple[CheckContext, list[Request]] | None:
    """Return the first context with open requests, and these requests; None when all are answered."""
    for view in processes_to_ask(check, context):
        if (check.id, view.definitions_only) in view.verdicts:
            continue
        try:
            with cpu_budget(seconds_for(check)):
                wanted = list(check.ask(view))
            view.asked.setdefault(check.id, {}).update((request.digest, request) for request in wanted)
            requests = [request for request in wanted if view.outcome(request) is None]
        except BudgetUsedError:
            note_budget_used(check, view)
            continue
        except Exception:
            note_exception(check, view)
            continue
        if requests:
            return view, requests
    return None

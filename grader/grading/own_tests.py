"""Run a course's own tests against the definitions process, or against the notebook's kernel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from grader.model import Outcome, Request
from grader.model.evidence import operation_request
from grader.own_tests.session import Ask, run_tests
from grader.sandbox.interface import Definitions, Kernel


def of_definitions(
    request: Request, process: Definitions, records: list[Mapping[str, Any]], limit: float
) -> Iterator[tuple[Request, Outcome]]:
    """Yield what to keep of tests of definitions; their process is of their own and is closed, and its record noted.

    `limit` are the CPU seconds that any request may use.
    """

    def ask(operation: Request, seconds: float) -> tuple[Outcome, float]:
        before = process.used_seconds
        return process.ask([operation], seconds)[0], process.used_seconds - before

    try:
        yield from _kept(request, ask, limit)
    finally:
        process.close()
        records += process.records


def of_kernel(request: Request, kernel: Kernel, limit: float) -> Iterator[tuple[Request, Outcome]]:
    """Yield what to keep of tests of a kernel; an operation that ends it is the last one."""

    def ask(operation: Request, seconds: float) -> tuple[Outcome, float]:
        if not kernel.alive:
            return Outcome("ended_before"), 0.0
        before = kernel.used_seconds
        return kernel.ask(operation, seconds), kernel.used_seconds - before

    yield from _kept(request, ask, limit)


def _kept(request: Request, ask: Ask, limit: float) -> Iterator[tuple[Request, Outcome]]:
    """Yield the operations without a usual result, and then the results of the tests, each with its request."""
    whole, operations = run_tests(request, ask, min(limit, request.arguments["cpu_seconds"]))
    for number, outcome in operations.items():
        yield operation_request(request, number), outcome
    yield request, whole

"""Run a course's own tests against the definitions process, or against the notebook's kernel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from grader.model import Outcome, Request
from grader.model.evidence import operation_request
from grader.own_tests.session import Ask, run_tests
from grader.sandbox.interface import Definitions, Kernel


def of_definitions(
    request: Request, process: Definitions, records: list[Mapping[str, Any]]
) -> Iterator[tuple[Request, Outcome]]:
    """Yield what to keep of tests of definitions; their process is of their own and is closed, and its record noted."""
    try:
        yield from _kept(request, lambda operation: process.ask([operation])[0])
    finally:
        process.close()
        records += process.records


def of_kernel(request: Request, kernel: Kernel) -> Iterator[tuple[Request, Outcome]]:
    """Yield what to keep of tests of a kernel; an operation that ends it is the last one."""
    yield from _kept(request, lambda one: kernel.ask(one) if kernel.alive else Outcome("ended_before"))


def _kept(request: Request, ask: Ask) -> Iterator[tuple[Request, Outcome]]:
    """Yield the operations without a usual result, and then the results of the tests, each with its request."""
    whole, operations = run_tests(request, ask)
    for number, outcome in operations.items():
        yield operation_request(request, number), outcome
    yield request, whole

"""Tests are put to a process of definitions of their own, or to the kernel while it lives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from grader.grading import own_tests
from grader.model import CellRun, Outcome, Request
from grader.model.evidence import operation_request

REQUEST = Request("tests", {"files": {}, "name": "t.py", "modules": []})


def _run(request: Request, ask: Callable[[Request], Outcome]) -> tuple[Outcome, dict[int, Outcome]]:
    first, second = ask(request), ask(request)
    return Outcome("ok", {"tests": [first.status, second.status]}), {2: second}


@dataclass
class Definitions:
    records: list[Mapping[str, Any]] = field(default_factory=list)
    closed: bool = False

    def ask(self, requests: Sequence[Request]) -> list[Outcome]:
        return [Outcome("cpu_time")] * len(requests)

    def close(self) -> None:
        self.closed = True
        self.records.append({"status": "TO"})


@dataclass
class Kernel:
    alive: bool = True
    record: Mapping[str, Any] = field(default_factory=dict)

    def run(self, number: int, code: str) -> CellRun:
        raise AssertionError

    def ask(self, request: Request) -> Outcome:
        self.alive = False
        return Outcome("died")


def test_definitions_are_closed_and_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_tests, "run_tests", _run)
    process, records = Definitions(), []  # type: ignore[var-annotated]
    kept = list(own_tests.of_definitions(REQUEST, process, records))
    assert kept[0] == (operation_request(REQUEST, 2), Outcome("cpu_time"))
    assert kept[1] == (REQUEST, Outcome("ok", {"tests": ["cpu_time", "cpu_time"]}))
    assert process.closed
    assert records == [{"status": "TO"}]


def test_a_kernel_that_has_ended_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_tests, "run_tests", _run)
    kept = list(own_tests.of_kernel(REQUEST, Kernel()))
    assert kept[-1][1].value == {"tests": ["died", "ended_before"]}

"""Tests are put to a process of definitions of their own, or to the kernel while it lives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from grader.grading import own_tests
from grader.model import CellRun, Outcome, Request
from grader.model.evidence import operation_request

REQUEST = Request("tests", {"files": {}, "name": "t.py", "modules": [], "cpu_seconds": 5})


def _run(
    request: Request, ask: Callable[[Request, float], tuple[Outcome, float]], seconds: float
) -> tuple[Outcome, dict[int, Outcome]]:
    (first, used), (second, _) = ask(request, seconds), ask(request, seconds)
    return Outcome("ok", {"tests": [first.status, second.status], "used": used}), {2: second}


@dataclass
class Definitions:
    records: list[Mapping[str, Any]] = field(default_factory=list)
    closed: bool = False

    used_seconds: float = 0.0

    def ask(self, requests: Sequence[Request], cpu_seconds: float | None = None) -> list[Outcome]:
        self.used_seconds += cpu_seconds or 100
        return [Outcome("cpu_time")] * len(requests)

    def close(self) -> None:
        self.closed = True
        self.records.append({"status": "TO"})


@dataclass
class Kernel:
    alive: bool = True
    record: Mapping[str, Any] = field(default_factory=dict)
    used_seconds: float = 0.0

    def run(self, number: int, code: str) -> CellRun:
        raise AssertionError

    def ask(self, request: Request, cpu_seconds: float | None = None) -> Outcome:
        self.alive = False
        self.used_seconds += cpu_seconds or 100
        return Outcome("died")


def test_definitions_are_closed_and_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_tests, "run_tests", _run)
    process, records = Definitions(), []  # type: ignore[var-annotated]
    kept = list(own_tests.of_definitions(REQUEST, process, records, 3))
    assert kept[0] == (operation_request(REQUEST, 2), Outcome("cpu_time"))
    assert kept[1] == (REQUEST, Outcome("ok", {"tests": ["cpu_time", "cpu_time"], "used": 3})), "the lower limit"
    assert process.closed
    assert records == [{"status": "TO"}]


def test_a_kernel_that_has_ended_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_tests, "run_tests", _run)
    kept = list(own_tests.of_kernel(REQUEST, Kernel(), 30))
    assert kept[-1][1].value == {"tests": ["died", "ended_before"], "used": 5}

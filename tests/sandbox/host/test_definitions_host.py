"""The host's side of a definitions process: what is said where none comes up."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from grader.model import Outcome, Request
from grader.sandbox.host import definitions_host
from grader.sandbox.host.definitions_host import MAX_FAILED_STARTS, MAX_STARTS, DefinitionsProcess
from grader.sandbox.limits import Limits

REQUEST = Request("call", {"target": "Model"})


class Stub:
    """A process that replies in one way."""

    def __init__(self, outcome: Outcome, used: float = 0.0) -> None:
        self.outcome, self.used = outcome, used

    def ask(self, requests: Sequence[Request], cpu: float) -> tuple[list[Outcome], float]:
        return [self.outcome] * len(requests), self.used

    def record(self) -> dict[str, Any]:
        return {}


def processes(monkeypatch: pytest.MonkeyPatch, outcome: Outcome, used: float = 0.0) -> list[Stub]:
    started: list[Stub] = []

    @contextlib.contextmanager
    def running(source: str, limits: Limits, parts: Sequence[str], files: Mapping[str, bytes]) -> Iterator[Stub]:
        started.append(Stub(outcome, used))
        yield started[-1]

    monkeypatch.setattr(definitions_host, "_running", running)
    return started


def test_a_process_that_never_comes_up_is_our_error_for_every_request(monkeypatch: pytest.MonkeyPatch) -> None:
    started = processes(monkeypatch, Outcome("not_asked"))
    process = DefinitionsProcess("", Limits())
    assert {process.ask([REQUEST])[0].status for _ in range(MAX_STARTS + 1)} == {"not_asked"}
    assert len(started) == MAX_FAILED_STARTS


def test_a_process_that_ends_at_every_request_is_not_started_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    started = processes(monkeypatch, Outcome("died"))
    process = DefinitionsProcess("", Limits())
    assert {process.ask([REQUEST])[0].status for _ in range(MAX_STARTS + 1)} == {"died"}
    assert len(started) == MAX_STARTS


def test_the_cpu_time_of_the_whole_submission_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    processes(monkeypatch, Outcome("ok"), used=25)
    process = DefinitionsProcess("", Limits(cpu_seconds=60))
    assert [process.ask([REQUEST])[0].status for _ in range(5)] == ["ok"] * 3 + ["out_of_time"] * 2


def test_the_end_of_the_whole_time_is_no_fault_of_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that is ended before its own limit was reached: an earlier one used the time."""
    processes(monkeypatch, Outcome("cpu_time"), used=2.5)
    process = DefinitionsProcess("", Limits(cpu_seconds=4, cell_cpu_seconds=3))
    ends = [process.ask([REQUEST])[0].status, process.ask([REQUEST], 1)[0].status]
    assert (ends, process.used_seconds) == (["cpu_time", "cpu_time"], 5)
    process = DefinitionsProcess("", Limits(cpu_seconds=4, cell_cpu_seconds=3))
    assert [process.ask([REQUEST])[0].status for _ in range(2)] == ["cpu_time", "out_of_time"]


FLOOD = """
import os
class Model:
    def __init__(self):
        for descriptor in range(3, 64):
            try:
                if os.readlink(f"/proc/self/fd/{descriptor}").endswith("done"):
                    os.set_blocking(descriptor, True)
                    while True:
                        os.write(descriptor, b"x" * 4096)
            except OSError:
                pass
"""


@pytest.mark.slow
def test_definitions_that_flood_the_pipe_of_answers_are_ended() -> None:
    """They use hardly any CPU time, as they wait for the grader to read; once it read without end."""
    request = Request("call", {"target": "Model", "cases": [{"init": {}, "calls": []}]}, {})
    process = DefinitionsProcess(FLOOD, Limits(cpu_seconds=30, cell_cpu_seconds=20))
    assert process.ask([request])[0].status == "died"
    process.close()

"""A machine tries one small request before it grades: what it says where that fails."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from grader.model import Outcome
from grader.sandbox.host import trial_request
from grader.sandbox.host.isolation import choose
from grader.sandbox.host.trial_request import why_no_request


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    why_no_request.cache_clear()
    yield
    why_no_request.cache_clear()


def test_this_machine_answers() -> None:
    assert why_no_request(choose().level) == ""


def test_a_torch_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise ImportError(f"lib{name}_cpu.so: cannot open shared object file")

    monkeypatch.setattr(importlib, "import_module", broken)
    assert why_no_request("A") == (
        "torch cannot be loaded there (ImportError: libtorch_cpu.so: cannot open shared object file)"
    )


def test_a_process_that_does_not_start_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    class Silent:
        def __init__(self, *_: Any) -> None:
            pass

        def ask(self, requests: Any) -> list[Outcome]:
            return [Outcome("not_asked", message="the process did not start")]

        def close(self) -> None:
            closed.append(True)

    monkeypatch.setattr(trial_request, "DefinitionsProcess", Silent)
    assert why_no_request("A") == "a trial request was not answered there (not_asked: the process did not start)"
    assert closed

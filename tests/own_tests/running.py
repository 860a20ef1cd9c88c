"""Run a file of tests in its process, with the outcomes of its operations given."""

from __future__ import annotations

from typing import Any

from grader.model import Outcome, Request
from grader.own_tests.session import run_tests


def run(text: str, *outcomes: Outcome, used: float = 0.0, seconds: float = 30) -> tuple[dict[str, Any], list[Request]]:
    """Run tests whose operations have these outcomes, the last one again and again; each used this CPU time."""
    asked: list[Request] = []

    def ask(request: Request, seconds: float) -> tuple[Outcome, float]:
        asked.append(request)
        return outcomes[min(len(asked), len(outcomes)) - 1], used

    arguments = {"files": {"test_it.py": text}, "name": "test_it.py", "modules": ["models"]}
    whole, _ = run_tests(Request("tests", arguments), ask, seconds)
    assert whole.status == "ok"
    return dict(whole.value), asked

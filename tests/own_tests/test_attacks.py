"""A submission that is wrong passes no test, whatever it does to its own process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.model import Request
from grader.own_tests.session import run_tests
from grader.sandbox.interface import local_sandbox
from grader.sandbox.limits import Limits

COURSE = Path(__file__).parent / "course"
pytestmark = pytest.mark.kernel


@pytest.fixture(scope="module")
def results() -> Mapping[str, Mapping[str, Any]]:
    """The results where all of the code is run as if it had been read and allowed."""
    text = (COURSE / "attack_tests.py").read_text()
    arguments = {"files": {"test_it.py": text}, "name": "test_it.py", "modules": ["attacks"]}
    process = local_sandbox().definitions((COURSE / "attacks.py").read_text(), Limits(cell_cpu_seconds=20), {})
    try:
        whole, _ = run_tests(Request("tests", arguments), lambda request, _: (process.ask([request])[0], 0.0), 20)
    finally:
        process.close()
    return {test["name"]: test for test in whole.value["tests"]}


NAMES = sorted(
    line.removeprefix("def ").partition("(")[0]
    for line in (COURSE / "attack_tests.py").read_text().splitlines()
    if line.startswith("def test_")
)


def test_all_attacks_were_tried(results: Mapping[str, Mapping[str, Any]]) -> None:
    assert sorted(results) == NAMES
    assert "not run" not in {test["result"] for test in results.values()}


@pytest.mark.parametrize("name", NAMES)
def test_no_attack_passes(results: Mapping[str, Mapping[str, Any]], name: str) -> None:
    assert results[name]["result"] in ("failed", "raised", "ended", "unsupported"), results[name]

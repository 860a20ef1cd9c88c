"""One test of a course runs in a fork of the student's process; its result or its exception comes back as data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.boundary.worker_module import worker
from tests.checks.answering_worker import HEAD, worker_namespace

SOURCE = """
LEVEL = 3
def double(x): return 2 * x
def refuses(x): raise KeyError("gone")
"""
TESTS = """import os
import sys
import pytest
import helper
from work import double, refuses
import work

def test_passes(): assert double(2) == 4
def test_fails(): assert double(2) == helper.FIVE, "not five"
def test_raises(): refuses(1)
def test_skips(): pytest.skip("later")
def test_ends(): os._exit(0)
def test_own_mistake(): undefined
@pytest.mark.xfail(strict=True)
def test_passes_against_expectation(): pass
@pytest.mark.xfail
def test_fails_as_expected(): assert False
def test_patches(monkeypatch):
    monkeypatch.setattr(work, "LEVEL", 9)
    assert sys.modules["__main__"].LEVEL == 9
def test_fails_at_the_end(request):
    request.addfinalizer(lambda: pytest.fail("at the end"))
"""
NAMES = [line[4:].partition("(")[0] for line in TESTS.splitlines() if line.startswith("def test_")]


@pytest.fixture(autouse=True)
def submission(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    exec(HEAD + SOURCE, worker_namespace(monkeypatch, tmp_path))


def ask(test: str, place: int | None = None) -> dict[str, Any]:
    files = {"tests/test_it.py": TESTS, "tests/helper.py": "FIVE = 5\n"}
    where = NAMES.index(test) if place is None else place
    arguments = {"files": files, "name": "tests/test_it.py", "modules": ["work"], "place": where, "test": test}
    child: Any = worker()
    reply: dict[str, Any] = child._reply("inside", arguments, {})[0]
    return reply


@pytest.mark.parametrize(
    ("test", "value"),
    [
        ("test_passes", {"result": "passed"}),
        ("test_skips", {"result": "skipped", "message": "Skipped: later"}),
        ("test_ends", {"result": "ended"}),
        ("test_fails_as_expected", {"result": "passed"}),
        ("test_patches", {"result": "passed"}),
        ("test_passes_against_expectation", {"result": "failed", "message": "[XPASS(strict)] "}),
    ],
)
def test_results(test: str, value: dict[str, Any]) -> None:
    assert ask(test) == {"status": "ok", "value": value}
    assert sys.modules["__main__"].LEVEL == 3, "what a test changes ends with it"


def test_a_failure_has_its_line_and_words() -> None:
    value = ask("test_fails")["value"]
    assert (value["result"], value["file"], value["line"]) == ("failed", "tests/test_it.py", 9)
    assert value["message"].startswith("not five")
    assert ask("test_fails_at_the_end")["value"]["result"] == "failed"


def test_an_exception_of_the_submission_comes_with_its_own_lines_only() -> None:
    reply = ask("test_raises")
    assert (reply["status"], reply["raised"]["type"]) == ("raised", "KeyError")
    assert [frame[2] for frame in reply["raised"]["frames"]] == ["refuses"]


def test_a_mistake_of_the_test_is_an_error_and_a_test_that_is_not_there_did_not_run() -> None:
    assert ask("test_own_mistake")["value"]["result"] == "error"
    assert ask("test_of_another_name", 0)["value"] == {"result": "not run"}

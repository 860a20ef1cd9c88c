"""Tests that run inside the submission's process: what they can do, what they prove, and that the report says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.model import Finding, Table
from tests.own_tests.running import graded

pytestmark = pytest.mark.kernel
MODELS = """import torch

RATE = 2

class Base:
    pass

class Net(Base):
    def __init__(self):
        self.sizes = [1, 2]

def scaled(x):
    return RATE * x

def refuses(x):
    raise ValueError("no")
"""
TESTS = """import pytest
import models
from models import Base, Net, refuses, scaled

class Own(Base):
    pass

def test_live_objects():
    assert type(Net()) is Net and isinstance(Net(), Base) and Net().sizes == [1, 2]

def test_patched(monkeypatch):
    monkeypatch.setattr(models, "RATE", 5)
    assert scaled(2) == 10

def test_is_as_before():
    assert scaled(2) == 4
"""
MORE = """
def test_wrong():
    assert scaled(2) == 5, "look at RATE"

def test_raises():
    refuses(2)
"""


def _finding(folder: Path, text: str, keys: str, models: str = MODELS) -> Finding:
    files = {"models.py": models, "main.py": "import models\nfrom models import *\n"}
    finding, _ = graded(folder, files, text, keys)
    return finding


def _rows(finding: Finding) -> dict[str, tuple[str, str]]:
    (table,) = [one for one in finding.details if isinstance(one, Table)]
    return {str(row[0]).partition(" (")[0]: (str(row[1]), str(row[3])) for row in table.rows}


def test_a_pass_needs_review_unless_the_rubric_accepts_it(tmp_path: Path) -> None:
    doubted = _finding(tmp_path / "a", TESTS, "inside: true")
    assert doubted.status == "needs_review", doubted.message
    assert "test_live_objects (inside the process of the submission) passed" in str(doubted.message)
    assert "3 tests ran inside the process of the submission" in str(doubted.message)
    accepted = _finding(tmp_path / "b", TESTS, "inside: true, inside_counts: true")
    assert accepted.status == "passed", accepted.message
    assert "3 tests ran inside the process of the submission" in str(accepted.message)


def test_a_failure_is_one_without_review_if_nothing_is_earned(tmp_path: Path) -> None:
    text = "from models import refuses, scaled\n" + MORE
    finding = _finding(tmp_path, text, "inside: true")
    assert finding.status == "failed", finding.message
    assert finding.credit == 0
    rows = _rows(finding)
    assert rows["test_wrong"] == (
        "failed",
        "test_wrong (inside the process of the submission) failed: look at RATE",
    )
    assert rows["test_raises"][0] == "failed"
    assert "models.py, line 16: ValueError: no" in rows["test_raises"][1]


def test_one_test_runs_inside_and_the_others_outside(tmp_path: Path) -> None:
    chosen = TESTS.replace("class Own(Base):\n    pass\n", "").replace(
        "def test_live", "@pytest.mark.inside\ndef test_live"
    )
    finding = _finding(tmp_path, chosen.replace("def test_patched(monkeypatch):", "def off(monkeypatch):"), "")
    assert finding.status == "needs_review"
    assert {name: result for name, (result, _) in _rows(finding).items()} == {
        "test_live_objects": "not decided",
        "test_is_as_before": "passed",
    }


ENDS = """import os
from models import scaled

def test_exits():
    scaled(1)

def test_bug_of_the_test():
    undefined_name

def test_busy():
    while True: pass
"""


def test_what_is_not_proven_needs_review(tmp_path: Path) -> None:
    models = MODELS.replace("return RATE * x", "import os; os._exit(3)")
    finding = _finding(tmp_path, ENDS, "inside: true, cpu_seconds: 2", models)
    assert finding.status == "needs_review"
    rows = _rows(finding)
    assert {result for result, _ in rows.values()} == {"not decided"}
    assert "ended while" in rows["test_exits"][1]
    assert "line 8: the test stopped with an error: NameError" in rows["test_bug_of_the_test"][1]
    assert "2 CPU seconds" in rows["test_busy"][1]


@pytest.mark.parametrize(
    "cell",
    [
        "import _grader_worker as w\nw._in_fork = lambda *_: {'result': 'passed', 'message': 5}\n",
        "import _grader_worker as w\nw._in_fork = lambda *_: {'result': 'passed', 'points': 1000}\n",
        "import _grader_worker as w\nw._in_fork = lambda *_: {'result': 'passed', 'message': 'x' * 10**7}\n",
        "import _grader_worker as w\nw._in_fork = lambda *_: {'result': 'passed'}\n",
    ],
    ids=["type", "more", "long", "plain"],
)
def test_a_forged_result_earns_nothing(tmp_path: Path, cell: str) -> None:
    finding = _finding(tmp_path, TESTS, "inside: true", MODELS + cell)
    assert finding.status == "needs_review"
    assert finding.credit == 0

"""The kind `tests` and plain pytest agree on every test of every submission, right and wrong ones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.checks.tests import Tests
from grader.grading.interview import judge_evidence
from grader.grading.options import GradingOptions
from grader.grading.run import run_and_ask
from grader.ingest.discover import discover
from grader.model import Finding
from grader.rubric.load import parse_rubric
from tests.own_tests import solutions
from tests.own_tests.plain_pytest import PlainPytest

COURSE = Path(__file__).parent / "course"
FAILED = ("failed", "raised", "ended")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def plain_pytest() -> Iterator[PlainPytest]:
    process = PlainPytest()
    yield process
    process.close()


def _plain(process: PlainPytest, folder: Path, files: Mapping[str, str], file: str) -> dict[str, str]:
    """The results of plain pytest, which imports the submission itself."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / "test_it.py").write_text((COURSE / file).read_text())
    return process.results(folder)


def _ours(folder: Path, submission: Path, file: str) -> tuple[dict[str, str], Finding]:
    (folder / "test_it.py").write_text((COURSE / file).read_text())
    check = "{kind: tests, points: 1, file: test_it.py}"
    text = f"rubric: 1\ntitle: t\npoints: 1\nquestions:\n  - {{id: q, title: q, points: 1, checks: [{check}]}}"
    rubric = parse_rubric(text, str(folder / "rubric.yaml"))
    options = GradingOptions()
    opened = options.open(discover([submission])[0], rubric)
    seen = run_and_ask(opened, rubric, options)
    assert judge_evidence(opened, seen.evidence, rubric) == seen.findings, "the evidence alone gives the same finding"
    (made,) = (check for _, check in rubric.checks() if isinstance(check, Tests))
    runs = [outcome.value["tests"] for outcome in seen.evidence.outcomes.values() if "tests" in outcome.value]
    assert runs, seen.findings[0].message
    assert made.request.arguments["name"] == "test_it.py"
    return {test["name"]: "failed" if test["result"] in FAILED else test["result"] for test in runs[0]}, seen.findings[
        0
    ]


def _agree(plain: dict[str, str], ours: dict[str, str], finding: Finding) -> None:
    assert plain, "plain pytest ran no test"
    assert ours == plain
    assert finding.status == ("passed" if set(plain.values()) == {"passed"} else "failed"), finding.message


@pytest.mark.parametrize("name", solutions.TREES)
def test_a_tree(tmp_path: Path, plain_pytest: PlainPytest, name: str) -> None:
    files = solutions.tree(name)
    plain = _plain(plain_pytest, tmp_path / "plain", files, "tree_tests.py")
    team = tmp_path / "team"
    for path, text in files.items():
        (team / path).parent.mkdir(parents=True, exist_ok=True)
        (team / path).write_text(text)
    _agree(plain, *_ours(tmp_path, team, "tree_tests.py"))


@pytest.mark.parametrize("name", solutions.NOTEBOOKS)
def test_a_notebook(tmp_path: Path, plain_pytest: PlainPytest, name: str) -> None:
    cells = solutions.notebook(name)
    plain = _plain(plain_pytest, tmp_path / "plain", {"notebook.py": "\n\n\n".join(cells)}, "notebook_tests.py")
    team = tmp_path / "team"
    team.mkdir()
    of_cells: list[dict[str, Any]] = [
        {"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": None} for cell in cells
    ]
    made = {"cells": of_cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (team / "work.ipynb").write_text(json.dumps(made))
    _agree(plain, *_ours(tmp_path, team, "notebook_tests.py"))

"""The one door to the sandbox is enough: with another sandbox behind it, a whole submission is graded."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from grader.grading.options import GradingOptions
from grader.grading.pipeline import grade
from grader.ingest.discover import Source
from grader.model import Outcome, Status
from grader.rubric.load import parse_rubric
from grader.sandbox.interface import Sandbox, local_sandbox
from tests.batch.test_grade_batch import RUBRIC
from tests.sandbox.stub_sandbox import StubSandbox

ASKING = """\
rubric: 1
title: A line
points: 2
questions:
  - id: line
    title: The line
    points: 2
    checks:
      - {kind: notebook_runs, id: runs, points: 1}
      - {kind: shapes, id: shape, points: 1, target: Line, calls: [{x: [n]}], returns: {y: [n]}, sizes: [{n: 3}]}
"""


@pytest.fixture
def no_sandbox_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every use of this machine's own sandbox an error."""
    from grader.sandbox.host.local_sandbox import LocalSandbox

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("this machine's own sandbox was used")

    for name in ("isolation", "open_kernel", "definitions", "draw_pages", "redraw_pictures"):
        monkeypatch.setattr(LocalSandbox, name, refuse)


def source(folder: Path, name: str, text: str) -> Source:
    with zipfile.ZipFile(folder / "Team.zip", "w") as archive:
        archive.writestr(f"Team/{name}", text)
    return Source("Team.zip", folder / "Team.zip")


@pytest.mark.usefixtures("no_sandbox_here")
def test_written_answers_are_graded_and_no_kernel_is_opened(tmp_path: Path) -> None:
    sandbox = StubSandbox()
    graded = grade(
        source(tmp_path, "answers.md", "# Exercise 1\nTwo words\n"),
        parse_rubric(RUBRIC, "r.yaml"),
        GradingOptions(sandbox=sandbox),
    )
    [length, sense] = graded.report.grade.questions[-1].checks
    assert (length.finding.status, sense.finding.status) == (Status.passed, Status.needs_review)
    assert graded.report.grade.certain == 1
    assert sandbox.kernels == []
    assert graded.report.environment["isolation"].startswith("C")


@pytest.mark.usefixtures("no_sandbox_here")
@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (Outcome("raised", message="ValueError: no"), Status.failed),
        (Outcome("out_of_time"), Status.needs_review),
        (Outcome("not_asked", message="a bug of ours"), Status.error),
    ],
    ids=["the submission's own error", "no time left", "not sent"],
)
def test_code_is_run_and_asked_through_the_door(tmp_path: Path, reply: Outcome, status: Status) -> None:
    sandbox = StubSandbox(on_ask=lambda kernel, request: reply, on_ask_definitions=lambda request: reply)
    graded = grade(
        source(tmp_path, "line.py", "class Line:\n    pass\n"),
        parse_rubric(ASKING, "r.yaml"),
        GradingOptions(sandbox=sandbox),
    )
    runs, shape = graded.report.grade.questions[-1].checks
    assert (runs.finding.status, shape.finding.status) == (Status.passed, status)
    assert {request.arguments["target"] for request in sandbox.kernels[0].asked} == {"Line"}


def test_the_sandbox_of_this_machine_has_the_parts_that_it_is_given() -> None:
    sandbox: Sandbox = local_sandbox(["one", "two"])
    assert sandbox.parts == ("one", "two")
    assert local_sandbox().parts == ()

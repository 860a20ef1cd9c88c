"""Cached evidence is not run twice: a change of points is judged again, a killed run continues."""

from __future__ import annotations

import signal
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cache.evidence_cache import evidence_key
from grader.grading.options import GradingOptions
from grader.model import Outcome, Report, Request, Submission
from grader.results.output_folder import read_reports
from grader.rubric.load import parse_rubric
from grader.rubric.schema import Rubric
from grader.sandbox.host.definitions_host import DefinitionsProcess
from grader.sandbox.host.kernel import NotebookKernel
from grader.sandbox.host.local_sandbox import LocalSandbox
from grader.sandbox.limits import Limits
from tests.batches import graded, written
from tests.command_line import first_line
from tests.command_line import run as run_command
from tests.helpers import ROOT

pytestmark = pytest.mark.kernel

RUBRIC = """
rubric: 1
title: A line
points: 3
execute: {seed: 7}
questions:
  - id: line
    title: The line
    points: 3
    checks:
      - {kind: notebook_runs, id: runs, points: 1}
      - kind: shapes
        id: shape
        points: 2
        target: Line
        init: {n: size}
        calls: [{x: [batch, size]}]
        returns: {y: [batch, 1]}
        sizes: [{batch: 3, size: 4}, {batch: 1, size: 2}]
"""
CODE = """import torch
from torch import nn
class Line(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.layer = nn.Linear(n, 1)
    def forward(self, x):
        return self.layer(x)
print("noise", NUMBER)
"""
TEAMS = ("Anton_1000001_Berta_1000002", "Cesar_1000003_Dora_1000004", "Emil_1000005_Frieda_1000006")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, team in enumerate(TEAMS):
        (tmp_path / "in").mkdir(exist_ok=True)
        with zipfile.ZipFile(tmp_path / "in" / f"{team}.zip", "w") as archive:
            archive.writestr(f"{team}/line.py", CODE.replace("NUMBER", str(number)))
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    return tmp_path


def grade_folder(folder: Path, rubric: Rubric, out: str = "out", keep: bool = True) -> list[Report]:
    options = GradingOptions(level="A", keep=folder / out if keep else None)
    return graded([folder / "in"], rubric, folder / out, options)


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, starting a process is an error."""

    def refuse(*_: object) -> None:
        raise AssertionError("something was run")

    monkeypatch.setattr(LocalSandbox, "open_kernel", refuse)
    monkeypatch.setattr(LocalSandbox, "definitions", refuse)


def test_a_change_of_points_is_judged_from_evidence_and_nothing_is_run(
    folder: Path, request: pytest.FixtureRequest
) -> None:
    grade_folder(folder, parse_rubric(RUBRIC, "r.yaml"))
    first = written(folder / "out")
    request.getfixturevalue("no_kernel")
    grade_folder(folder, parse_rubric(RUBRIC, "r.yaml"))
    assert written(folder / "out") == first
    more = RUBRIC.replace("points: 3", "points: 4").replace(
        "id: shape\n        points: 2", "id: shape\n        points: 3"
    )
    again = grade_folder(folder, parse_rubric(more, "r.yaml"))
    assert {str(report.grade.total) for report in again} == {"4"}


def test_what_a_change_of_points_does_is_listed_before_it_is_used(folder: Path) -> None:
    grade_folder(folder, parse_rubric(RUBRIC, "r.yaml"))
    more = RUBRIC.replace("points: 3", "points: 4").replace(
        "id: shape\n        points: 2", "id: shape\n        points: 3"
    )
    grade_folder(folder, parse_rubric(more, "r.yaml"), out="new")
    done = run_command("diff", folder / "out", folder / "new")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("(shape) 2 -> 3") == 3
    assert "3 changes in 3 of 3 reports" in done.stdout
    same = run_command("diff", folder / "out", folder / "out")
    assert same.stdout == "0 changes in 0 of 3 reports\n"
    (folder / "in" / f"{TEAMS[0]}.zip").unlink()
    grade_folder(folder, parse_rubric(RUBRIC, "r.yaml"), out="fewer")
    assert f"{TEAMS[0]}: not in" in run_command("diff", folder / "out", folder / "fewer").stdout


def test_a_new_question_and_another_submission_are_run(folder: Path, request: pytest.FixtureRequest) -> None:
    rubric = parse_rubric(RUBRIC, "r.yaml")
    grade_folder(folder, rubric)
    request.getfixturevalue("no_kernel")
    assert all(
        "needs_review" not in s.finding.status
        for r in grade_folder(folder, rubric)
        for s in r.grade.questions[1].checks
    )
    unsettled = grade_folder(folder, parse_rubric(RUBRIC.replace("batch: 3, size: 4", "batch: 3, size: 5"), "r.yaml"))
    assert all(s.finding.status == "error" for r in unsettled for s in r.grade.questions[1].checks)
    with zipfile.ZipFile(folder / "in" / f"{TEAMS[0]}.zip", "w") as archive:
        archive.writestr(f"{TEAMS[0]}/line.py", CODE.replace("NUMBER", "99"))
    changed = {r.source: r.grade.questions[1].checks[0].finding.status for r in grade_folder(folder, rubric)}
    assert [changed[f"{team}.zip"] for team in TEAMS] == ["error", "passed", "passed"]


def test_only_new_questions_are_put_and_no_cell_runs_for_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the definitions process answers, so the notebook's is not needed; cached requests are not sent again."""
    grade_folder(folder, parse_rubric(RUBRIC, "r.yaml"))
    asked: list[Request] = []
    ask = DefinitionsProcess.ask

    def note(self: DefinitionsProcess, requests: Sequence[Request]) -> list[Outcome]:
        asked.extend(requests)
        return ask(self, requests)

    monkeypatch.setattr(DefinitionsProcess, "ask", note)
    monkeypatch.setattr(LocalSandbox, "open_kernel", lambda *_: pytest.fail("a cell was run"))
    more = parse_rubric(RUBRIC.replace("{batch: 1, size: 2}", "{batch: 1, size: 2}, {batch: 5, size: 6}"), "r.yaml")
    reports = grade_folder(folder, more)
    assert {str(report.grade.total) for report in reports} == {"3"}
    assert [request.arguments["cases"][0]["init"] for request in asked] == [{"n": 6}] * len(TEAMS)


TRAINED = """
rubric: 1
title: Trained
points: 1
questions:
  - id: noise
    title: Noise
    points: 1
    checks:
      - kind: noise_removed
        id: removed
        points: 1
        target: Line
        init: {n: 1}
        training: {epochs: 10, batch_size: 10, learning_rate: 0.01, curves: 20, held_back: 10}
        full_at: FULL
        none_at: -90000
"""


def test_a_training_that_has_to_go_on_begins_anew(folder: Path) -> None:
    """A training needs its process; its first epochs in the cache are of no use to a new process."""
    low = parse_rubric(TRAINED.replace("FULL", "-80000"), "r.yaml")
    high = parse_rubric(TRAINED.replace("FULL", "99"), "r.yaml")
    assert all(
        "after 5 epochs" in str(r.grade.questions[1].checks[0].finding.message) for r in grade_folder(folder, low)
    )
    again, fresh = grade_folder(folder, high), grade_folder(folder, high, out="fresh", keep=False)
    assert [r.grade for r in again] == [r.grade for r in fresh]
    assert all("after 10 epochs" in str(r.grade.questions[1].checks[0].finding.message) for r in again)


def test_a_run_that_was_killed_goes_on_and_ends_as_an_undisturbed_one(folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        "in",
        "--rubric",
        "rubric.yaml",
        "--out",
        "out",
        "--jobs",
        "1",
    ]
    process = subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=_environment(), text=True
    )
    assert first_line(process, process.stderr, after="The rubric is not proved").startswith("[1/3]")
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = len(list((folder / "out" / "evidence").rglob("*.npz")))
    assert kept >= 1
    done = run_command("grade", "in", "--rubric", "rubric.yaml", "--out", "out", "--jobs", "1", cwd=folder)
    assert done.returncode == 0, done.stderr
    fresh = run_command(
        "grade", "in", "--rubric", "rubric.yaml", "--out", "fresh", "--jobs", "1", "--fresh", cwd=folder
    )
    assert fresh.returncode == 0, fresh.stderr
    assert written(folder / "out") == written(folder / "fresh")
    assert len(read_reports(folder / "out")) == len(TEAMS)


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_what_a_limit_cut_short_leaves_no_finding_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new question times out on a loaded machine: the next run asks it again."""
    grade_folder(folder, parse_rubric(RUBRIC, "r.yaml"))
    more = parse_rubric(RUBRIC.replace("{batch: 1, size: 2}", "{batch: 1, size: 2}, {batch: 5, size: 6}"), "r.yaml")
    with monkeypatch.context() as loaded:
        slow = Outcome("wall_time", allowed=1)
        loaded.setattr(DefinitionsProcess, "ask", lambda self, requests: [slow] * len(requests))
        loaded.setattr(NotebookKernel, "ask", lambda self, request: slow)
        assert all(report.grade.total != 3 for report in grade_folder(folder, more))
    again = grade_folder(folder, more)
    assert {str(report.grade.total) for report in again} == {"3"}


def test_fresh_replaces_what_was_kept(folder: Path) -> None:
    rubric = parse_rubric(RUBRIC, "r.yaml")
    grade_folder(folder, rubric)
    kept = {path: path.stat().st_ino for path in (folder / "out" / "evidence").rglob("*.npz")}
    graded([folder / "in"], rubric, folder / "out", GradingOptions(level="A", keep=folder / "out", fresh=True))
    again = {path: path.stat().st_ino for path in (folder / "out" / "evidence").rglob("*.npz")}
    assert again.keys() == kept.keys()
    assert all(again[path] != inode for path, inode in kept.items())


def test_what_was_passed_over_is_in_the_key_of_the_evidence() -> None:
    one, rubric, limits = Submission("t", "t.zip", "d"), parse_rubric(RUBRIC, "r.yaml"), Limits(60, 60)
    keys = [evidence_key(replace(one, passed_over=files), rubric, limits) for files in ((), ("a.py",), ("b.py",))]
    assert len(set(keys)) == 3

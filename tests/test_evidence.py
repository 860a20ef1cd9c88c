"""Evidence is kept, so that nothing is run twice: a change of points is judged again, a killed run goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader import execute
from grader.evidence import EvidenceStore
from grader.model import CellRun, Evidence, Outcome, Report
from grader.pipeline import Course, grade_all, read_reports, write_overview, write_team
from grader.rubric import Rubric, parse_rubric
from tests.helpers import ROOT
from tests.test_cli import run

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


def mark(folder: Path, rubric: Rubric, out: str = "out", keep: bool = True) -> list[Report]:
    course = Course(level="A", keep=folder / out if keep else None)
    reports = [graded.report for _, _, graded in grade_all([folder / "in"], rubric, course)]
    for report in reports:
        write_team(report, folder / out)
    write_overview(reports, folder / out, rubric.title)
    return reports


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in (".html", ".json", ".csv") and path.name != "seconds.json"
    }


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, starting a process is an error."""

    def refuse(*_: object) -> None:
        raise AssertionError("something was run")

    monkeypatch.setattr(execute, "open_kernel", refuse)
    monkeypatch.setattr(execute, "Answerer", refuse)


def test_a_change_of_points_is_judged_from_evidence_and_nothing_is_run(
    folder: Path, request: pytest.FixtureRequest
) -> None:
    mark(folder, parse_rubric(RUBRIC, "r.yaml"))
    first = files(folder / "out")
    request.getfixturevalue("no_kernel")
    mark(folder, parse_rubric(RUBRIC, "r.yaml"))
    assert files(folder / "out") == first
    more = RUBRIC.replace("points: 3", "points: 4").replace(
        "id: shape\n        points: 2", "id: shape\n        points: 3"
    )
    again = mark(folder, parse_rubric(more, "r.yaml"))
    assert {str(report.grade.total) for report in again} == {"4"}


def test_what_a_change_of_points_does_is_listed_before_it_is_used(folder: Path) -> None:
    mark(folder, parse_rubric(RUBRIC, "r.yaml"))
    more = RUBRIC.replace("points: 3", "points: 4").replace(
        "id: shape\n        points: 2", "id: shape\n        points: 3"
    )
    mark(folder, parse_rubric(more, "r.yaml"), out="new")
    done = run("diff", folder / "out", folder / "new")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("(shape) 2 -> 3") == 3
    assert "3 changes in 3 of 3 reports" in done.stdout
    same = run("diff", folder / "out", folder / "out")
    assert same.stdout == "0 changes in 0 of 3 reports\n"
    (gone,) = list((folder / "new" / "reports").glob("Anton*.json"))
    gone.unlink()
    assert "Anton_1000001_Berta_1000002: not in" in run("diff", folder / "out", folder / "new").stdout


def test_a_new_question_and_another_hand_in_are_run(folder: Path, request: pytest.FixtureRequest) -> None:
    rubric = parse_rubric(RUBRIC, "r.yaml")
    mark(folder, rubric)
    request.getfixturevalue("no_kernel")
    asked = parse_rubric(RUBRIC.replace("batch: 3, size: 4", "batch: 3, size: 5"), "r.yaml")
    assert all("waiting" not in s.finding.status for r in mark(folder, rubric) for s in r.grade.questions[1].checks)
    broken = mark(folder, asked)
    assert all(s.finding.status == "broken" for r in broken for s in r.grade.questions[1].checks)
    with zipfile.ZipFile(folder / "in" / f"{TEAMS[0]}.zip", "w") as archive:
        archive.writestr(f"{TEAMS[0]}/line.py", CODE.replace("NUMBER", "99"))
    changed = {r.source: r.grade.questions[1].checks[0].finding.status for r in mark(folder, rubric)}
    assert [changed[f"{team}.zip"] for team in TEAMS] == ["broken", "passed", "passed"]


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
    """A training lives in a process; its first epochs in kept evidence are of no use to a process that has none."""
    low = parse_rubric(TRAINED.replace("FULL", "-80000"), "r.yaml")
    high = parse_rubric(TRAINED.replace("FULL", "99"), "r.yaml")
    assert all("after 5 epochs" in r.grade.questions[1].checks[0].finding.message for r in mark(folder, low))
    again, fresh = mark(folder, high), mark(folder, high, out="fresh", keep=False)
    assert [r.grade for r in again] == [r.grade for r in fresh]
    assert all("after 10 epochs" in r.grade.questions[1].checks[0].finding.message for r in again)


def test_what_was_cut_short_is_not_kept_and_a_damaged_file_is_run_again(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    evidence = Evidence(cells=(CellRun(1, "ok", text="a\ud800"),), outcomes={"q": Outcome("ok", {"cases": []})})
    store.put("ab" * 32, evidence)
    assert store.get("ab" * 32, Evidence()) == evidence
    [path] = (tmp_path / "evidence").rglob("*.npz")
    path.write_bytes(path.read_bytes()[:-40])
    assert store.get("ab" * 32, Evidence()) is None
    assert store.get("cd" * 32, Evidence()) is None


def test_a_run_that_was_killed_goes_on_and_ends_as_an_undisturbed_one(folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "grader.cli",
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
        command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=_environment()
    )
    assert process.stderr is not None
    assert process.stderr.readline().startswith(b"[1/3]")
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = len(list((folder / "out" / "evidence").rglob("*.npz")))
    assert kept >= 1
    done = run("grade", "in", "--rubric", "rubric.yaml", "--out", "out", "--jobs", "1", cwd=folder)
    assert done.returncode == 0, done.stderr
    fresh = run("grade", "in", "--rubric", "rubric.yaml", "--out", "fresh", "--jobs", "1", "--fresh", cwd=folder)
    assert fresh.returncode == 0, fresh.stderr
    assert not (folder / "fresh" / "evidence").exists()
    assert files(folder / "out") == files(folder / "fresh")
    assert len(read_reports(folder / "out")) == len(TEAMS)


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}

"""The desk as its users have it: the command in a process of its own, and a real headless Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from grader.batch.grade_batch import grade_all
from grader.desk.manual_grading import GradingDesk
from grader.rubric.load import read_rubric
from tests.cli.test_app import run
from tests.helpers import ROOT

RUBRIC = """
rubric: 1
title: Words
points: 4
questions:
  - id: why
    title: Why
    points: 3
    answer: {number: ["1"]}
    checks:
      - {kind: word_limit, id: length, points: 1, most: 50}
      - {kind: manual, id: sense, points: 2, guide: "Does it make sense?"}
  - id: how
    title: How
    points: 1
    answer: {number: ["2"]}
    checks:
      - {kind: manual, id: method, points: 1, guide: "Which method?"}
"""
TEAMS = 10
HERE = "http://127.0.0.1"


@dataclass(frozen=True)
class Served:
    """A desk that runs: its folder, and the address with the token."""

    folder: Path
    address: str

    @property
    def out(self) -> Path:
        return self.folder / "out"


def submission(folder: Path, number: int, words: str) -> None:
    """Write the submission of one team."""
    (folder / "in").mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "in" / f"Team_{1000001 + number}.zip", "w") as archive:
        archive.writestr("answers.md", f"# Exercise 1\n{words}\n\n# Exercise 2\nMethod {number}\n")


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    words = getattr(request, "param", "Because of $x^2$, number")
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    for number in range(TEAMS):
        submission(tmp_path, number, f"{words} {number}")
    done = run("grade", "in", "--rubric", "rubric.yaml", "--out", "out", "--quiet", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    command = [sys.executable, "-m", "grader", "desk", "out", "--tutor", "Tutor T", "--no-browser"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith(f"the desk is open at {HERE}")
    yield Served(tmp_path, line.split()[-1])
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def desk(tmp_path: Path) -> GradingDesk:
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    for number in range(4):
        submission(tmp_path, number, f"Because of $x^2$, number {number}")
    for _ in grade_all([tmp_path / "in"], read_rubric(tmp_path / "rubric.yaml"), tmp_path / "out", jobs=1):
        pass
    return GradingDesk(tmp_path / "out")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
    )
    assert path, "no browser; `make browser` installs one"
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*quiet, "--disable-component-update"])
        yield started
        started.close()

"""The desk as its users have it: the command in a process of its own, and a real headless Chromium."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Page, expect

from grader.batch.grade_batch import grade_all
from grader.desk.manual_grading import GradingDesk
from grader.rubric.load import read_rubric
from tests.command_line import first_line, run
from tests.conftest import BROWSER_MILLISECONDS
from tests.helpers import ROOT
from tests.shared_folder import made_once

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
WORDS = (
    "Because of $x^2$ the loss falls in each step, and the weights of the whole network stay bounded during training"
)
LAST = ("ay", "by", "cy", "dy", "ey", "fy", "gy", "hy", "jy", "ky")  # the word by which the answers differ
expect.set_options(timeout=BROWSER_MILLISECONDS)
HERE = "http://127.0.0.1"
NOWHERE = "/nowhere/desk"  # stands for the folder that a batch came from, until it is copied


@dataclass
class Served:
    """A desk that runs: its folder, the address with a token for one use, and where it prints the next one."""

    folder: Path
    address: str
    printed: IO[str]

    def visit(self, page: Page) -> None:
        """Open a session in a page; the address is another one afterwards."""
        page.goto(self.address)
        self.address = next(line for line in self.printed if line.startswith("opened; ")).split()[-1]

    @property
    def out(self) -> Path:
        return self.folder / "out"


def submission(folder: Path, number: int, words: str) -> None:
    """Write the submission of one team."""
    (folder / "in").mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "in" / f"Team_{1000001 + number}.zip", "w") as archive:
        archive.writestr("answers.md", f"# Exercise 1\n{words}\n\n# Exercise 2\nMethod {number}\n")


def moved(out: Path, old: Path, new: Path) -> None:
    """Say in a copied output folder that the batch came from the folder `new`."""
    with closing(sqlite3.connect(out / "grader.sqlite")) as database, database:
        database.execute("UPDATE batches SET origin = replace(origin, ?, ?)", (str(old), str(new)))


@pytest.fixture
def served(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Served]:
    words = getattr(request, "param", WORDS)

    def make(folder: Path) -> None:
        (folder / "rubric.yaml").write_text(RUBRIC)
        for number in range(TEAMS):
            submission(folder, number, f"{words} {LAST[number]}")
        done = run("grade", "in", "--rubric", "rubric.yaml", "--out", "out", "--quiet", cwd=folder)
        assert done.returncode == 1, done.stderr
        moved(folder / "out", folder, Path(NOWHERE))

    name = f"desk-{hashlib.sha256(words.encode()).hexdigest()[:8]}"
    shutil.copytree(made_once(tmp_path_factory, name, make), tmp_path, dirs_exist_ok=True)
    moved(tmp_path / "out", Path(NOWHERE), tmp_path)
    with serving(tmp_path) as started:
        yield started


@contextmanager
def serving(folder: Path, tutor: str = "Tutor T") -> Iterator[Served]:
    """Start the desk for the output folder `out` in `folder`."""
    command = [sys.executable, "-m", "grader", "desk", "out", "--tutor", tutor, "--no-browser"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            line = first_line(process)
            assert line.startswith(f"the desk is open at {HERE}")
            assert process.stderr is not None
            yield Served(folder, line.split()[-1], process.stderr)
        finally:
            process.terminate()


@pytest.fixture
def desk(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> GradingDesk:
    def make(folder: Path) -> None:
        (folder / "rubric.yaml").write_text(RUBRIC)
        for number in range(4):
            submission(folder, number, f"{WORDS} {LAST[number]}")
        for _ in grade_all([folder / "in"], read_rubric(folder / "rubric.yaml"), folder / "out", jobs=1):
            pass

    shutil.copytree(made_once(tmp_path_factory, "desk-of-four", make), tmp_path, dirs_exist_ok=True)
    return GradingDesk(tmp_path / "out")

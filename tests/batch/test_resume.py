"""Ended at any moment, or without room on the disk: the next run goes on, and ends as an undisturbed one."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from functools import partial
from pathlib import Path

import pytest

from grader.results.results_database import ResultsDatabase
from grader.sandbox.host.process import descendants
from tests.batches import written
from tests.command_line import first_line, run
from tests.helpers import ROOT
from tests.shared_folder import made_once

pytestmark = pytest.mark.kernel

RUBRIC = """
rubric: 1
title: Lines
points: 2
questions:
  - id: line
    title: The line
    points: 2
    answer: {number: ["1"]}
    checks:
      - {kind: notebook_runs, id: runs, points: 1}
      - {kind: word_limit, id: length, points: 1, most: 5}
"""
COUNT = 6
KILLS = int(os.environ.get("GRADER_TEST_KILLS", "2"))  # at least, of each kind
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


@pytest.fixture
def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six submissions, in `alone` the results of a run without interruption, and in `seconds.txt` how long it took."""
    shutil.copytree(made_once(tmp_path_factory, "lines", _make), tmp_path, dirs_exist_ok=True)
    return tmp_path


def _make(folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "rubric.yaml").write_text(RUBRIC)
    for number in range(COUNT):
        with zipfile.ZipFile(folder / "in" / f"Team_{1000001 + number}.zip", "w") as archive:
            archive.writestr("line.py", f"print('line', {number})\n" * 40)
            archive.writestr("answers.md", "# Exercise 1\nTwo words\n")
    begun = time.monotonic()
    done = subprocess.run(command("alone"), cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (folder / "seconds.txt").write_text(str(time.monotonic() - begun))


def command(out: str, jobs: int = 2) -> list[str]:
    return [sys.executable, "-m", "grader", *arguments(out, jobs)]


def arguments(out: str, jobs: int) -> list[str]:
    return ["grade", "in", "--rubric", "rubric.yaml", "--out", out, "--jobs", str(jobs)]


def finish(folder: Path, out: str) -> None:
    """Do what is left, in this process, where a kernel is soon there."""
    done = run(*arguments(out, 1), cwd=folder)
    assert done.returncode == 0, done.stderr


def killed_at(folder: Path, out: str, seconds: float, main: bool, chance: random.Random) -> str:
    """Begin a run, and after `seconds` kill it, or one of the processes below it; return which kind it was."""
    process = subprocess.Popen(
        command(out), cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        below = descendants(process.pid)[1:]
        main = main or not below
        with_pid = process.pid if main else chance.choice(below)
        with contextlib.suppress(ProcessLookupError):
            os.kill(with_pid, signal.SIGKILL)
        if main:
            process.wait()
            return "main"
        process.wait()
        return "below"
    return "none"


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_killed_at_any_moment_the_result_is_that_of_an_undisturbed_run(folder: Path) -> None:
    """A run is killed, the next one goes on and loses a process below it; `GRADER_TEST_KILLS` asks for more of them."""
    chance = random.Random(1)
    expected = written(folder / "alone")
    seconds = float((folder / "seconds.txt").read_text())  # of a whole run, as this machine is today
    kills = {"main": 0, "below": 0, "none": 0}
    while min(kills["main"], kills["below"]) < KILLS:
        shutil.rmtree(folder / "out", ignore_errors=True)
        left = seconds
        for main in (True, False):
            moment = chance.uniform(0.05, left)
            kills[killed_at(folder, "out", moment, main, chance)] += 1
            left -= moment / 2
        finish(folder, "out")
        assert written(folder / "out") == expected
        records = ResultsDatabase(folder / "out")
        assert len(records.names(records.last_batch()[0])) == COUNT


@pytest.mark.parametrize("what", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_ctrl_c_and_sigterm_keep_what_is_done_and_say_how_to_go_on(folder: Path, what: signal.Signals) -> None:
    """A shell starts background jobs with the signal ignored, and these tests may be one: the process gets it back."""
    process = subprocess.Popen(
        command("out"), cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert first_line(process, process.stderr, after="The rubric is not proved").startswith("[1/6]")
    process.send_signal(what)
    out, error = process.communicate()
    assert process.returncode == 2, out + error
    assert "run the same command to resume" in error
    assert "Traceback" not in error
    assert "Team_10000" in (folder / "out" / "index.html").read_text()
    finish(folder, "out")
    assert written(folder / "out") == written(folder / "alone")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_folder_that_vanishes_is_a_message_and_no_folder_comes_back(folder: Path, jobs: int) -> None:
    process = subprocess.Popen(
        command("out", jobs), cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert first_line(process, process.stderr, after="The rubric is not proved").startswith("[1/6]")
    (folder / "out").rename(folder / "elsewhere")
    _, error = process.communicate()
    assert process.returncode == 2, error
    assert "out: was moved or removed while it was in use" in error
    assert "Traceback" not in error
    assert not (folder / "out" / "reports").exists()


SMALL_DISK = """
set -e
mount -t tmpfs -o size=$1 none small
code=0
{grade} > first.log 2>&1 || code=$?
echo "$code" > first.code
mount -o remount,size=64m small
{grade} > second.log 2>&1
cp -r small/. result
"""


@pytest.mark.parametrize(("size", "jobs"), [("8k", 1), ("100k", 2), ("180k", 1)])
def test_a_full_disk_is_a_message_and_loses_nothing(folder: Path, size: str, jobs: int) -> None:
    (folder / "small").mkdir()
    grade = " ".join(command("small", jobs))
    script = folder / "script.sh"
    script.write_text(SMALL_DISK.replace("{grade}", grade))
    inside = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--user", "--map-root-user"]
    subprocess.run([*inside, "sh", str(script), size], cwd=folder, env=ENVIRONMENT, check=True)
    assert (folder / "first.code").read_text() == "2\n"
    said = (folder / "first.log").read_text()
    assert "free some space" in said
    assert "Traceback" not in said
    assert written(folder / "result") == written(folder / "alone")

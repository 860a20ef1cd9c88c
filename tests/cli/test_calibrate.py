"""`grader calibrate`: trainings over seeds into a file or, for what teams claim, into the store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.results.results_database import ResultsDatabase
from tests.command_line import run

SMALL = "hidden 2, shift 1, epochs 1, batch 50, lr 0.01"
RUBRIC = """
rubric: 1
title: Claims
points: 2
questions:
  - id: q4
    title: The table
    points: 2
    answer: {number: ["1"]}
    checks:
      - kind: table_claims
        id: table
        points: 2
        rows: 2
        initial: {hidden_size: 2, shift: 1, epochs: 1, batch_size: 50, learning_rate: 0.01}
        distribution: noise-removal
"""
TABLE = "# Exercise 1\n| hidden | noise removed |\n|---|---|\n| 2 | 44 % |\n| 3 | 71 % |\n| 99999 | 50 % |\n"


def test_a_calibration_goes_on_where_it_stopped_and_is_drawn(tmp_path: Path) -> None:
    file, picture = tmp_path / "small.json", tmp_path / "small.svg"
    done = run("calibrate", file, "-c", SMALL, "--seeds", "3", "--picture", picture)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("seed") == 3
    first = json.loads(file.read_text())["percent_removed"][SMALL]
    assert sorted(first) == ["1", "2", "3"]
    more = run("calibrate", file, "-c", SMALL, "--seeds", "4")
    assert more.stderr.count("seed") == 1
    again = json.loads(file.read_text())
    assert {seed: again["percent_removed"][SMALL][seed] for seed in first} == first
    assert set(again["made_with"]) == {"torch", "numpy", "model"}
    svg = picture.read_text()
    assert svg.startswith("<svg xmlns=")
    assert svg.count('class="seed"') == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a calibration file"),
        (["x.json", "-c", "hidden many"], "not a configuration: 'hidden many'"),
        (["--claims", "nowhere"], "--claims needs --rubric"),
    ],
)
def test_what_cannot_be_trained_is_a_message(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = run("calibrate", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_damaged_file_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "calibration.json").write_text("[1, 2]")
    done = run("calibrate", tmp_path / "calibration.json", "-c", SMALL, "--seeds", "3")
    assert done.returncode == 2
    assert "it holds no percent_removed" in done.stderr
    assert (tmp_path / "calibration.json").read_text() == "[1, 2]"


def test_what_teams_claim_is_trained_once_and_then_judged(tmp_path: Path) -> None:
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    for team in ("Anton_1000001_Berta_1000002", "Cesar_1000003_Dora_1000004"):
        (tmp_path / "in" / team).mkdir(parents=True)
        (tmp_path / "in" / team / "answers.md").write_text(TABLE)
    grade = ("grade", tmp_path / "in", "--rubric", tmp_path / "rubric.yaml", "--out", tmp_path / "out", "-q")
    run(*grade)
    done = run("calibrate", "--claims", tmp_path / "out", "--rubric", tmp_path / "rubric.yaml", "--seeds", "3")
    assert done.returncode == 0, done.stderr
    assert "3 configurations without a measurement, 6 trainings" in done.stdout
    assert "not trained: hidden 99999" in done.stderr
    assert {name: len(values) for name, values in ResultsDatabase(tmp_path / "out").trainings().items()} == {
        SMALL: 3,
        SMALL.replace("hidden 2", "hidden 3"): 3,
    }
    run(*grade)
    [page, _] = sorted((tmp_path / "out" / "reports").glob("*.html"))
    assert "than in any of our runs" in page.read_text()
    again = run("calibrate", "--claims", tmp_path / "out", "--rubric", tmp_path / "rubric.yaml", "--seeds", "3")
    assert "0 trainings" in again.stdout

"""`grader rubric try`: what it prints, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import run
from tests.small_course import RUBRIC, SOLUTION, write_course


@pytest.mark.kernel
def test_a_solution_that_passes_exits_with_0(tmp_path: Path) -> None:
    path = write_course(tmp_path)
    done = run("rubric", "try", path, "--no-mutants")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == f"{path}: solution.py passes 2 of 2 checks"
    assert "  style was not tried: A person grades it." in done.stdout


@pytest.mark.kernel
def test_a_check_that_does_not_pass_is_named_with_the_reason_and_exits_with_1(tmp_path: Path) -> None:
    path = write_course(tmp_path, RUBRIC.replace("solution:scaled", "slip:scaled"))
    (tmp_path / "slip.py").write_text(SOLUTION.replace("* factor", "* factor + 1"))
    done = run("rubric", "try", path, "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    [wrong] = [line for line in lines if line["result"] == "does_not_pass"]
    assert done.returncode == 1
    assert (wrong["check"], wrong["question"]) == ("scaled", "q")
    assert "scaled (n 5) does not return what the reference returns" in wrong["why"]


def test_a_rubric_without_a_solution_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    done = run("rubric", "try", write_course(tmp_path, RUBRIC.replace("solution: solution.py\n", "")))
    assert (done.returncode, "names no solution; add a line such as" in done.stderr) == (2, True)


def test_a_solution_that_is_not_there_is_a_mistake_of_the_rubric_with_its_line(tmp_path: Path) -> None:
    path = write_course(tmp_path, RUBRIC.replace("solution: solution.py", "solution: gone.py"))
    done = run("rubric", "check", path)
    assert done.returncode == 2
    assert f"{path}:4: solution: 'gone.py' does not exist; paths are relative to the rubric" in done.stderr


@pytest.mark.kernel
def test_mutants_are_counted_by_check_and_survivors_shown_with_their_diff(tmp_path: Path) -> None:
    path = write_course(tmp_path, RUBRIC.replace("[n], factor: 3.0", "{positive: [n]}, factor: 3.0"))
    done = run("rubric", "try", path, "--jobs", "1", "--minimum", "99")
    assert done.returncode == 1
    assert "fewer than 99 % of the mutants were noticed" in done.stderr
    assert "mutants noticed" in done.stdout
    assert "  centred noticed " in done.stdout
    assert (
        "survived: solution.py, line 11: An activation is missing\n  -    return torch.relu(x) * factor" in done.stdout
    )
    again = run("rubric", "try", path, "--jobs", "1", "--minimum", "50", "--json")
    objects = [json.loads(line) for line in again.stdout.splitlines()]
    assert again.returncode == 0
    assert objects[-1]["type"] == "mutants"
    assert objects[-1]["noticed"] < objects[-1]["mutants"]
    assert {one["result"] for one in objects if one["type"] == "mutant"} >= {"failed", "survived"}

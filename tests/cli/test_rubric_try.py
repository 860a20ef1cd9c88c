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


def test_wrong_answers_are_made_of_those_of_the_solution_and_shown_on_a_page(tmp_path: Path) -> None:
    (tmp_path / "rubric.yaml").write_text(
        "rubric: 1\ntitle: T\npoints: 1\nsolution: solution.md\nquestions:\n  - id: q\n    title: Weights\n    points: 1\n"
        "    answer: {number: ['1']}\n    checks: [{kind: expression, id: f, points: 1, gives: y, names: {a: []}, equals: 2 a}]\n"
    )
    (tmp_path / "solution.md").write_text("# Question 1\n\n$y = 2 a$\n")
    page = tmp_path / "try.html"
    done = run("rubric", "try", tmp_path / "rubric.yaml", "--minimum", "95", "--page", page)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-2] == "no mutants: no check calls code of the solution"
    assert done.stdout.splitlines()[-1].endswith("wrong answers noticed")
    assert done.stderr == f"results as a page: {page}\n"
    assert "wrong answers noticed." in page.read_text()
    objects = [
        json.loads(line) for line in run("rubric", "try", tmp_path / "rubric.yaml", "--json").stdout.splitlines()
    ]
    assert {one["result"] for one in objects if one["type"] == "wrong_answer"} == {"noticed"}
    assert objects[-1]["type"] == "wrong_answers"

"""Mutants are made where a check reads the code, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.grading.options import GradingOptions
from grader.grading.solution import solution_source
from grader.model import Submission
from grader.rubric.schema import Rubric
from grader.trying.mutants import Mutant, mutants_of, part_of
from tests.importers.tutorials import notebook
from tests.small_course import RUBRIC, SOLUTION, course

HELPED = '''\
"""A module with 3 parts."""
import torch

unused = 1 - 2


def _mean(x):
    return x.mean(dim=-1, keepdim=True)


def centred(x):
    return x - _mean(x)


def scaled(x, factor=2.0):
    return torch.relu(x) * factor


def plotted(x):
    return x - 1
'''


def made(folder: Path, solution: str = HELPED) -> tuple[Submission, Rubric, list[Mutant]]:
    rubric = course(folder, solution=solution)
    submission = GradingOptions().open(solution_source(rubric), rubric)
    return submission, rubric, mutants_of(submission, rubric)


def test_a_mutant_names_the_checks_that_read_the_changed_definition(tmp_path: Path) -> None:
    _, _, mutants = made(tmp_path)
    by_line = {mutant.place.line: mutant.checks for mutant in mutants}
    assert by_line == {8: ("centred",), 12: ("centred",), 15: ("scaled",), 16: ("scaled",)}


def test_a_mutant_is_the_solution_with_one_change(tmp_path: Path) -> None:
    submission, _, mutants = made(tmp_path)
    [mutant] = [one for one in mutants if one.operator == "sign" and one.place.line == 12]
    variant = mutant.of(submission)
    assert mutant.diff == "-    return x - _mean(x)\n+    return x + _mean(x)"
    assert variant.files["solution.py"].decode() == HELPED.replace("x - _mean(x)", "x + _mean(x)")
    assert [cell.source for cell in variant.cells] == [variant.files["solution.py"].decode()]
    assert variant.digest != submission.digest


def test_every_mutant_is_another_text(tmp_path: Path) -> None:
    _, _, mutants = made(tmp_path)
    texts = [mutant.source for mutant in mutants]
    assert len(texts) == len(set(texts)) > 8
    assert HELPED not in texts


def test_cells_of_a_notebook_are_changed_one_at_a_time(tmp_path: Path) -> None:
    rubric = course(tmp_path, RUBRIC.replace("solution.py", "solution.ipynb"))
    cells = [{"cell_type": "code", "source": text} for text in (SOLUTION, "centred(torch.ones(2, 3))")]
    (tmp_path / "solution.ipynb").write_text(notebook(cells), encoding="utf-8")
    submission = GradingOptions().open(solution_source(rubric), rubric)
    mutant = next(one for one in mutants_of(submission, rubric) if one.operator == "sign")
    assert mutant.place.cell == 1
    assert [cell.source for cell in mutant.of(submission).cells] == [mutant.source, "centred(torch.ones(2, 3))"]


def test_a_definition_that_cannot_be_read_to_the_end_is_changed_itself(tmp_path: Path) -> None:
    _, _, mutants = made(tmp_path, HELPED.replace("    return x - _mean(x)", "    open('f')\n    return x - _mean(x)"))
    assert {mutant.place.line for mutant in mutants} == {13, 16, 17}


@pytest.mark.parametrize("name", ["centred", "scaled"])
def test_the_part_of_a_rubric_has_only_the_checks_that_are_asked(tmp_path: Path, name: str) -> None:
    rubric = course(tmp_path)
    checks = {check.id: check for _, check in rubric.checks() if check.id == name}
    assert [(check.id, check.needs) for _, check in part_of(rubric, checks).checks()] == [(name, ())]

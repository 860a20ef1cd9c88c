"""Targets that the solution lacks are found before anything is run."""

from __future__ import annotations

from pathlib import Path

from grader.grading.solution_targets import mistakes_in_targets
from tests.small_course import RUBRIC, course

SHAPES = """\
      - kind: shapes
        id: forms
        points: 1
        target: centred
        init: {}
        calls: [{x: [n, 2]}]
        returns: {y: [n, 2]}
        sizes: [{n: 2}]
"""


def test_a_target_that_the_solution_lacks_has_a_suggestion(tmp_path: Path) -> None:
    rubric = course(tmp_path, RUBRIC.replace("target: centred", "target: centered"))
    assert list(mistakes_in_targets(rubric)) == [
        "centred: the solution does not define 'centered'; did you mean 'centred'?"
    ]


def test_a_function_where_a_class_is_built_is_named(tmp_path: Path) -> None:
    rubric = course(
        tmp_path, RUBRIC.replace('      - {kind: manual, id: style, points: 1, guide: "Readable code."}\n', SHAPES)
    )
    [found] = mistakes_in_targets(rubric)
    assert found == "forms: 'centred' is a function, and the kind 'shapes' builds a class; use the kind 'outputs'"


def test_a_right_rubric_and_one_without_a_solution_have_none(tmp_path: Path) -> None:
    assert list(mistakes_in_targets(course(tmp_path))) == []
    wrong = RUBRIC.replace("solution: solution.py\n", "").replace("target: centred", "target: centered")
    assert list(mistakes_in_targets(course(tmp_path, wrong))) == []


def test_star_imports_may_bring_any_name(tmp_path: Path) -> None:
    rubric = course(tmp_path, RUBRIC.replace("target: centred", "target: cosine"), "from torch import *\nx = 1\n")
    assert [one for one in mistakes_in_targets(rubric) if "cosine" in one] == []

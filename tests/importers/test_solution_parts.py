"""Templates for students have no solution and no hidden test."""

from __future__ import annotations

import pytest

from grader.importers import solution_parts as parts
from grader.importers.assignment import CannotImport


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 5 # SOLUTION", "x = ..."),
        ("a, b = 1, 2 # SOLUTION", "a, b = ..."),
        ("    return 1 # SOLUTION", "    ..."),
        ("x == 5 # SOLUTION", "..."),
        ("import secret # SOLUTION NO PROMPT\ny = 1", "y = 1"),
        ("def f():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION", "def f():\n    ..."),
        ("# BEGIN SOLUTION NO PROMPT\nx = 1\n# END SOLUTION\ny = 2", "y = 2"),
        ('# BEGIN SOLUTION NO PROMPT\nx = 1\n# END SOLUTION\n""" # BEGIN PROMPT\nx = ...\n""" # END PROMPT', "x = ..."),
        ("seed = 7 # SEED\ny = 2", "y = 2"),
        ("y = 2", "y = 2"),
    ],
)
def test_otter(source: str, expected: str) -> None:
    assert parts.otter_template(source) == expected


def test_lines_that_otter_ignores() -> None:
    assert parts.without_ignored("a = 1 # IGNORE\n# BEGIN IGNORE\nb\n# END IGNORE\nc = 3") == "c = 3"


@pytest.mark.parametrize(
    ("source", "is_solution", "expected"),
    [
        (
            "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION",
            True,
            "def f():\n    # YOUR CODE HERE\n    raise NotImplementedError()",
        ),
        ("return 1", True, "# YOUR CODE HERE\nraise NotImplementedError()"),
        ("a = 1\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc", False, "a = 1\nc"),
        ("a = 1", False, "a = 1"),
    ],
)
def test_nbgrader(source: str, is_solution: bool, expected: str) -> None:
    assert parts.nbgrader_template(source, "code", is_solution) == expected


def test_the_solution_has_no_lines_of_nbgrader() -> None:
    assert parts.nbgrader_solution("### BEGIN SOLUTION\nx = 1\n### END SOLUTION") == "x = 1"


def test_the_guide_of_a_task() -> None:
    assert parts.nbgrader_guide("Draw.\n=== BEGIN MARK SCHEME ===\nOne point.\n=== END MARK SCHEME ===") == "One point."
    assert parts.nbgrader_guide("Draw.") == ""


@pytest.mark.parametrize("source", ["# BEGIN SOLUTION\nx", "# BEGIN SOLUTION NO PROMPT\nx"])
def test_a_block_of_otter_has_to_end(source: str) -> None:
    with pytest.raises(CannotImport, match="END SOLUTION"):
        parts.otter_template(source)


@pytest.mark.parametrize("source", ["### BEGIN SOLUTION\nx", "x\n### END SOLUTION", "### BEGIN HIDDEN TESTS\n" * 2])
def test_a_region_of_nbgrader_has_to_begin_and_to_end(source: str) -> None:
    with pytest.raises(CannotImport):
        parts.nbgrader_template(source, "code", False)

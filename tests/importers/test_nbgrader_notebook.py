"""nbgrader's source notebooks: points, solutions, hidden tests, answers that a tutor grades."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.errors import GraderError
from grader.importers.assignment import Assignment
from grader.importers.nbgrader_notebook import is_nbgrader_notebook, read_nbgrader_notebook
from grader.importers.notebook_files import read_cells
from tests.importers import tutorials
from tests.importers.tutorials import cell


def graded(source: str, name: str = "t", points: Any = 1, **more: Any) -> dict[str, Any]:
    return cell("code", source, nbgrader={"grade": True, "solution": False, "grade_id": name, "points": points, **more})


def read(tmp_path: Path, *cells: dict[str, Any]) -> Assignment:
    (tmp_path / "a.ipynb").write_text(tutorials.notebook(list(cells)))
    return read_nbgrader_notebook(tmp_path / "a.ipynb")


@pytest.mark.parametrize("name", ["nbgrader", "nbgrader-percent"])
def test_the_questions_of_a_notebook(name: str, tmp_path: Path) -> None:
    found = read_nbgrader_notebook(tutorials.write(tmp_path, name))
    assert [(one.id, float(one.points), len(one.cases)) for one in found.questions] == [
        ("test-squares", 3, 1),
        ("test-rate", 0.5, 1),
        ("test-rows", 0.5, 1),
        ("why", 2, 0),
    ]
    assert found.questions[0].cases[0].hidden
    assert not found.questions[1].cases[0].hidden
    template = found.template["rows.ipynb"].decode()
    assert "raise NotImplementedError()" in template
    assert "number**2" not in template
    assert "[-1, -2]" not in template
    assert "Each row is one sample." not in template
    assert "number**2" in found.solution["rows.ipynb"].decode()
    assert "### BEGIN" not in template
    assert len(json.loads(template)["cells"]) == 9


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("### AUTOTEST f(1)", "AUTOTEST"),
        ("%timeit f()", "no Python"),
        ("score = 0\nscore += f()\nscore", "partial credit"),
    ],
)
def test_what_cannot_be_a_test_is_said(source: str, words: str, tmp_path: Path) -> None:
    found = read(tmp_path, graded(source))
    assert words in str(found.questions[0].cases[0].mistake)
    assert found.questions[0].points == 1


def test_a_last_line_that_may_be_a_number_is_named(tmp_path: Path) -> None:
    found = read(tmp_path, graded("grade(f)"), graded("np.testing.assert_equal(f(1), 2)", "u"), graded("'text'", "v"))
    assert [one.where for one in found.left_out] == ["cell 1"]
    assert all(question.cases[0].mistake is None for question in found.questions)


def test_tasks_have_their_guide(tmp_path: Path) -> None:
    text = "Draw it.\n=== BEGIN MARK SCHEME ===\nOne point.\n=== END MARK SCHEME ==="
    found = read(tmp_path, cell("markdown", text, nbgrader={"task": True, "grade_id": "draw", "points": 2}))
    assert [(one.guide, one.points) for one in found.questions] == [("One point.", 2)]  # type: ignore[comparison-overlap]  # a whole Fraction equals an int


@pytest.mark.parametrize(
    "cells",
    [
        [graded("assert f()"), graded("assert g()")],
        [graded("assert f()", points="1")],
        [graded("### BEGIN HIDDEN TESTS\nassert f()")],
    ],
)
def test_a_notebook_with_mistakes_is_refused(cells: list[dict[str, Any]], tmp_path: Path) -> None:
    with pytest.raises(GraderError):
        read(tmp_path, *cells)


def test_other_notebooks_are_not_nbgraders(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(tutorials.notebook([cell("code", "x = 1", nbgrader=3), cell("code", "y")]))
    assert not is_nbgrader_notebook(read_cells(tmp_path / "a.ipynb")[0])

"""A notebook that otter has made has its tests in the metadata."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.errors import GraderError
from grader.importers.choose_format import read_assignment
from grader.importers.otter_made import metadata_tests, read_otter_made
from tests.importers import tutorials

OK: dict[str, Any] = {
    "name": "q1",
    "points": 3,
    "suites": [
        {
            "type": "doctest",
            "cases": [
                {"code": ">>> squares([1])\n[1]", "hidden": False, "locked": False},
                {
                    "code": ">>> squares([-1]) == [1]\nTrue",
                    "hidden": True,
                    "points": 2,
                    "failure_message": "Below zero?",
                },
            ],
        }
    ],
}
RAISING = "from otter.test_files import test_case\n\nOK_FORMAT = False\n\nname = 'q2'\npoints = 1\n\n\n@test_case()\ndef test_rate(rate):\n    assert rate == 0.5\n"


def written(folder: Path, tests: Any) -> Path:
    cells = [
        tutorials.cell("code", 'import otter\ngrader = otter.Notebook("rows.ipynb")'),
        tutorials.cell("code", tutorials.SQUARES),
        tutorials.cell("code", 'grader.check("q1")'),
        tutorials.cell("code", "rate = 0.5"),
    ]
    made = json.loads(tutorials.notebook(cells))
    made["metadata"]["otter"] = {"OK_FORMAT": True, "assignment_name": "Rows", "tests": tests}
    path = folder / "rows.ipynb"
    path.write_text(json.dumps(made))
    return path


def test_both_forms_of_tests(tmp_path: Path) -> None:
    found = read_assignment(written(tmp_path, {"q1": OK, "q2": RAISING.splitlines(keepends=True)}))
    assert found.format == "a notebook with tests of otter"
    assert [(one.id, float(one.points), len(one.cases)) for one in found.questions] == [("q1", 3, 2), ("q2", 1, 1)]
    first, second = found.questions[0].cases
    assert (float(first.points or 0), first.hidden, float(second.points or 0), second.hidden) == (1, False, 2, True)
    assert second.hint == "Below zero?"
    solution = found.solution["rows.ipynb"].decode()
    assert "squares" in solution
    assert "otter" not in solution
    assert read_assignment(tmp_path).format == found.format, "a folder with it"
    assert "no hidden tests" not in "".join(map(str, found.left_out))
    for_students = read_otter_made(written(tmp_path, {"q2": RAISING}))
    assert "no hidden tests" in "".join(map(str, for_students.left_out))


def test_a_test_of_another_form_is_said(tmp_path: Path) -> None:
    for tests in ({"q1": {"points": 1}}, {"q1": {"suites": 3}}, {"q1": "x = 1"}):
        with pytest.raises(GraderError, match="q1"):
            read_otter_made(written(tmp_path, tests))


@pytest.mark.parametrize("metadata", [{}, {"otter": 3}, {"otter": {}}, {"otter": {"tests": ["q1"]}}])
def test_notebooks_without_tests(metadata: Any) -> None:
    assert metadata_tests(metadata) == {}

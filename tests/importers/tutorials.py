"""Small assignments in the formats of other tools, with a right solution and wrong ones: the points follow the tools' rules.

`TEAMS` are texts to replace in the solution, and `POINTS` what the tools' rules give for it, worked out by hand;
`bench/importers.py` compares them with what the tools themselves give.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Cells = list[dict[str, Any]]


def cell(kind: str, source: str, printed: str = "", **metadata: Any) -> dict[str, Any]:
    """Return a cell as nbformat has it; `printed` is its stored output."""
    made: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": source}
    if kind == "code":
        outputs = [{"output_type": "stream", "name": "stdout", "text": printed}] if printed else []
        made |= {"execution_count": None, "outputs": outputs}
    return made


def notebook(cells: Cells) -> str:
    """Return the text of a notebook."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4})


def _raw(source: str) -> dict[str, Any]:
    return cell("raw", source)


SQUARES = "def squares(numbers):\n    return [number**2 for number in numbers]"
MEAN = "import numpy as np\n\n\ndef mean_of_rows(table):\n    return np.asarray(table).mean(axis=1)"
# What a team may write, by a name for it: the texts that replace those of the solution.
TEAMS: dict[str, dict[str, str]] = {
    "right": {},
    "also right": {"[number**2 for number in numbers]": "list(map(lambda one: one * one, numbers))"},
    "doubles": {"number**2": "number * 2"},
    "keeps the sign": {"number**2": "number * abs(number)"},
    "wrong axis": {"axis=1": "axis=0"},
    "another rate": {"rate = 0.5": "rate = 0.25"},
    "raises": {"return [number**2 for number in numbers]": "raise ValueError"},
}

_OTTER = {
    "right": 4,
    "also right": 4,
    "doubles": 1,
    "keeps the sign": 2,
    "wrong axis": 3.5,
    "another rate": 3.5,
    "raises": 1,
}
_NBGRADER = _OTTER | {"keeps the sign": 1}
# Without the points that a tutor gives. Of a tree of pytest, each test has one point, or those of its decorator; a case
# of a parametrized test has its share.
POINTS: dict[str, dict[str, float]] = {
    "otter-ok": _OTTER,
    "otter-exceptions": _OTTER,
    "otter-files": _OTTER,
    "nbgrader": _NBGRADER,
    "nbgrader-percent": _NBGRADER,
    "pytest": {
        "right": 5,
        "also right": 5,
        "doubles": 2,
        "keeps the sign": 3.5,
        "wrong axis": 4,
        "another rate": 4,
        "raises": 2,
    },
}
NAMES = tuple(POINTS)


def otter_notebook(ok_format: bool = True) -> str:
    """Return a source notebook of otter: three questions, of which a tutor grades one."""
    config = "# ASSIGNMENT CONFIG\nname: Rows and squares\nexport_cell: false\ntests:\n  ok_format: "
    return notebook(
        [
            _raw(config + str(ok_format).lower()),
            cell("markdown", "# Rows and squares"),
            cell("code", "import numpy as np\n\nsamples = [1, 2, 3]"),
            _raw("# BEGIN QUESTION\nname: q1\npoints: 3"),
            cell("markdown", "Write `squares`."),
            _raw("# BEGIN SOLUTION"),
            cell("code", SQUARES + "  # SOLUTION"),
            _raw("# END SOLUTION"),
            _raw("# BEGIN TESTS"),
            *(_ok_tests() if ok_format else _exception_tests()),
            _raw("# END TESTS"),
            _raw("# END QUESTION"),
            _raw("# BEGIN QUESTION\nname: q2\npoints: 1"),
            _raw("# BEGIN SOLUTION"),
            cell("code", "rate = 0.5  # SOLUTION\n" + MEAN.replace("import numpy as np\n\n\n", "")),
            _raw("# END SOLUTION"),
            _raw("# BEGIN TESTS"),
            *(_more_ok_tests() if ok_format else _more_exception_tests()),
            _raw("# END TESTS"),
            _raw("# END QUESTION"),
            _raw("# BEGIN QUESTION\nname: why\nmanual: true\npoints: 2"),
            cell("markdown", "Why is the mean taken along the last axis?"),
            _raw("# BEGIN SOLUTION"),
            cell("markdown", "Each row is one sample."),
            _raw("# END SOLUTION"),
            _raw("# END QUESTION"),
        ]
    )


def _ok_tests() -> Cells:
    config = '""" # BEGIN TEST CONFIG\nhidden: true\npoints: 2\nfailure_message: Are numbers below zero squared?\n""" # END TEST CONFIG\n'
    return [
        cell("code", "squares(samples)", "[1, 4, 9]"),
        cell("code", config + "squares([-1, -2]) == [1, 4]", "True"),
    ]


def _exception_tests() -> Cells:
    config = '""" # BEGIN TEST CONFIG\nhidden: true\npoints: 2\nfailure_message: Are numbers below zero squared?\n""" # END TEST CONFIG\n'
    return [
        cell("code", "def test_samples(squares, samples):\n    assert squares(samples) == [1, 4, 9]"),
        cell("code", config + "def test_negative(env):\n    assert env['squares']([-1, -2]) == [1, 4]"),
    ]


def _more_ok_tests() -> Cells:
    return [
        cell("code", "rate", "0.5"),
        cell("code", "np.allclose(mean_of_rows([[1, 2], [3, 6]]), [1.5, 4.5])", "True"),
    ]


def _more_exception_tests() -> Cells:
    return [
        cell("code", "def test_rate(rate):\n    assert rate == 0.5"),
        cell(
            "code",
            "def test_rows(mean_of_rows, np):\n    assert np.allclose(mean_of_rows([[1, 2], [3, 6]]), [1.5, 4.5])",
        ),
    ]


def _graded(name: str, points: float, solution: bool = False, kind: str = "code") -> dict[str, Any]:
    about = {"grade": True, "grade_id": name, "locked": not solution, "points": points, "schema_version": 3}
    return {"nbgrader": about | {"solution": solution, "task": False, "cell_type": kind}}


def _solution(name: str) -> dict[str, Any]:
    about = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": True, "task": False}
    return {"nbgrader": about}


def _in_region(source: str) -> str:
    """Mark the body of a function as the solution."""
    head, _, body = source.partition(":\n")
    return f"{head}:\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"


def nbgrader_cells() -> Cells:
    """Return the cells of a source notebook of nbgrader: three graded tests, and an answer that a tutor grades."""
    tests = "assert squares(samples) == [1, 4, 9]\n### BEGIN HIDDEN TESTS\nassert squares([-1, -2]) == [1, 4]\n### END HIDDEN TESTS"
    rows = "expected = [1.5, 4.5]\nassert_allclose(mean_of_rows([[1, 2], [3, 6]]), expected)"
    return [
        cell("markdown", "# Rows and squares"),
        cell("code", "import numpy as np\nfrom numpy.testing import assert_allclose\n\nsamples = [1, 2, 3]"),
        cell("code", _in_region(SQUARES), **_solution("squares")),
        cell("code", tests, **_graded("test-squares", 3)),
        cell("code", "### BEGIN SOLUTION\nrate = 0.5\n### END SOLUTION", **_solution("rate")),
        cell("code", '"""The rate is a half."""\nassert rate == 0.5', **_graded("test-rate", 0.5)),
        cell("code", _in_region(MEAN.partition("\n\n\n")[2]), **_solution("rows")),
        cell("code", rows, **_graded("test-rows", 0.5)),
        cell("markdown", "Each row is one sample.", **_graded("why", 2, solution=True, kind="markdown")),
    ]


def percent_script(cells: Cells) -> str:
    """Return cells as a script in the percent format."""
    parts = []
    for one in cells:
        keys = "".join(f" {key}={json.dumps(value)}" for key, value in one["metadata"].items())
        kind = "" if one["cell_type"] == "code" else f" [{one['cell_type']}]"
        text = one["source"] if one["cell_type"] == "code" else "# " + one["source"].replace("\n", "\n# ")
        parts.append(f"# %%{kind}{keys}\n{text}\n")
    return "\n".join(parts)


OTTER_FILES = {
    "tests/q1.py": """OK_FORMAT = True

test = {
    "name": "q1",
    "points": [1, 2],
    "suites": [
        {
            "cases": [
                {"code": ">>> squares([1, 2, 3])\\n[1, 4, 9]", "hidden": False, "locked": False},
                {
                    "code": ">>> numbers = [-1, -2]\\n>>> squares(numbers) == [1, 4]\\nTrue",
                    "hidden": True,
                    "locked": False,
                    "failure_message": "Are numbers below zero squared?",
                },
            ],
            "scored": True,
            "setup": "",
            "teardown": "",
            "type": "doctest",
        }
    ],
}
""",
    "tests/q2.py": """from otter.test_files import test_case
import numpy as np

OK_FORMAT = False
name = "q2"
points = 1


def close(a, b):
    return np.allclose(a, b)


@test_case(points=None, hidden=False)
def test_rate(rate):
    assert rate == 0.5


@test_case(hidden=True)
def test_rows(mean_of_rows):
    assert close(mean_of_rows([[1, 2], [3, 6]]), [1.5, 4.5])
""",
}
TREE_FILES = {
    "tables.py": f"import numpy as np\n\nrate = 0.5\n\n\n{SQUARES}\n\n\n{MEAN.partition(chr(10) * 3)[2]}\n",
    "tests/test_tables.py": """import numpy as np
import pytest

from tables import mean_of_rows, rate, squares


@pytest.mark.points(3)
@pytest.mark.parametrize(("given", "expected"), [([1, 2, 3], [1, 4, 9]), ([-1, -2], [1, 4])])
def test_squares(given, expected):
    assert squares(given) == expected


class TestTables:
    def test_rate(self):
        assert rate == 0.5

    def test_rows(self):
        np.testing.assert_allclose(mean_of_rows([[1, 2], [3, 6]]), [1.5, 4.5])
""",
}


def solved(team: str) -> str:
    """Return the notebook of a team for otter's files of tests."""
    text = notebook([cell("code", "rate = 0.5"), cell("code", SQUARES), cell("code", MEAN)])
    return changed(text, TEAMS[team])


def changed(text: str, replaced: Mapping[str, str]) -> str:
    """Return a solution as a team wrote it."""
    for old, new in replaced.items():
        text = text.replace(old, new)
    return text


def write(folder: Path, name: str) -> Path:
    """Write an assignment and return the path to import."""
    texts: dict[str, dict[str, str]] = {
        "otter-ok": {"rows.ipynb": otter_notebook()},
        "otter-exceptions": {"rows.ipynb": otter_notebook(ok_format=False)},
        "otter-files": {**OTTER_FILES, "rows.ipynb": solved("right")},
        "nbgrader": {"rows.ipynb": notebook(nbgrader_cells())},
        "nbgrader-percent": {"rows.py": percent_script(nbgrader_cells())},
        "pytest": TREE_FILES,
    }
    for path, text in texts[name].items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder if len(texts[name]) > 1 else folder / next(iter(texts[name]))


def submit(solution: Path, team: str, into: Path) -> Path:
    """Write what a team submits, the course's solution with its mistakes, and return the folder."""
    into.mkdir(parents=True, exist_ok=True)
    for path in solution.iterdir():
        (into / path.name).write_text(changed(path.read_text(encoding="utf-8"), TEAMS[team]), encoding="utf-8")
    return into

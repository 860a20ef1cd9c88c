"""The format of an assignment is found, and what is none is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.importers.choose_format import assignments_in, read_assignment
from tests.importers import tutorials

FORMATS = {
    "otter-ok": "a source notebook of otter",
    "otter-exceptions": "a source notebook of otter",
    "otter-files": "tests of otter",
    "nbgrader": "a source notebook of nbgrader",
    "nbgrader-percent": "a source notebook of nbgrader",
    "pytest": "tests for pytest",
}


@pytest.mark.parametrize("name", tutorials.NAMES)
def test_formats(name: str, tmp_path: Path) -> None:
    path = tutorials.write(tmp_path, name)
    assert read_assignment(path).format == FORMATS[name]
    assert read_assignment(tmp_path).format == FORMATS[name]


@pytest.mark.parametrize("name", ["a.txt", "a.py", "a.ipynb", "folder"])
def test_nothing_to_import(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
    else:
        path.write_text(tutorials.notebook([tutorials.cell("code", "x = 1")]) if name == "a.ipynb" else "x = 1")
    with pytest.raises(GraderError, match="nothing to import"):
        read_assignment(path)


def test_a_path_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="no such file or folder"):
        read_assignment(tmp_path / "gone")


def test_several_notebooks_are_refused(tmp_path: Path) -> None:
    for name in ("a.ipynb", "b.ipynb"):
        (tmp_path / name).write_text(tutorials.otter_notebook())
    with pytest.raises(GraderError, match="one at a time"):
        read_assignment(tmp_path)


def test_each_of_several_notebooks_is_an_assignment(tmp_path: Path) -> None:
    for name in ("a.ipynb", "unit/b.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(tutorials.notebook(tutorials.nbgrader_cells()))
    (tmp_path / "plain.ipynb").write_text(tutorials.notebook([tutorials.cell("code", "x = 1")]))
    assert assignments_in(tmp_path) == {"a": tmp_path / "a.ipynb", "b": tmp_path / "unit" / "b.ipynb"}
    assert assignments_in(tmp_path / "unit") == {"": tmp_path / "unit"}
    (tmp_path / "b.ipynb").write_text(tutorials.otter_notebook())
    with pytest.raises(GraderError, match="the same name"):
        assignments_in(tmp_path)

"""Otter's source notebooks: questions, solutions, prompts, tests and settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.errors import GraderError
from grader.importers.assignment import Assignment
from grader.importers.otter_notebook import is_otter_notebook, read_otter_notebook
from tests.importers import tutorials
from tests.importers.tutorials import cell


def read(tmp_path: Path, *cells: dict[str, Any]) -> Assignment:
    (tmp_path / "a.ipynb").write_text(tutorials.notebook(list(cells)))
    return read_otter_notebook(tmp_path / "a.ipynb")


def sources(data: bytes) -> list[str]:
    return ["".join(one["source"]) for one in json.loads(data)["cells"]]


@pytest.mark.parametrize("name", ["otter-ok", "otter-exceptions"])
def test_the_questions_of_a_notebook(name: str, tmp_path: Path) -> None:
    found = read_otter_notebook(tutorials.write(tmp_path, name))
    assert found.title == "Rows and squares"
    assert [(one.id, one.points, len(one.cases)) for one in found.questions] == [  # type: ignore[comparison-overlap]  # a whole Fraction equals an int
        ("q1", 3, 2),
        ("q2", 1, 2),
        ("why", 2, 0),
    ]
    assert [(one.points, one.hidden) for one in found.questions[0].cases] == [(1, False), (2, True)]  # type: ignore[comparison-overlap]  # a whole Fraction equals an int
    assert "Each row is one sample." in found.questions[2].guide
    template, solution = sources(found.template["rows.ipynb"]), sources(found.solution["rows.ipynb"])
    assert tutorials.SQUARES + "  # SOLUTION" in solution
    assert "def squares(numbers):\n    ..." in template
    assert "Each row is one sample." in solution
    assert "Each row is one sample." not in "".join(template)
    assert not any("BEGIN" in one or "assert" in one for one in (*template, *solution))


def test_settings_in_markdown_prompts_and_ignored_cells(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        cell("markdown", "Text\n```otter\n# BEGIN QUESTION\nname: q1\nmanual: true\npoints: 2\nexport: true\n```"),
        cell("raw", "# BEGIN PROMPT"), cell("code", "x = ..."), cell("raw", "# END PROMPT"),
        cell("raw", "# BEGIN SOLUTION"), cell("code", "x = 1 # SOLUTION NO PROMPT"), cell("raw", "# END SOLUTION"),
        cell("code", "## Ignore ##\nsecret = 1"),
        cell("raw", "# END QUESTION"),
    )  # fmt: skip
    assert [(one.id, one.points) for one in found.questions] == [("q1", 2)]  # type: ignore[comparison-overlap]  # a whole Fraction equals an int
    assert sources(found.template["a.ipynb"]) == ["Text", "x = ...", ""]
    assert sources(found.solution["a.ipynb"]) == ["Text", "x = 1 # SOLUTION NO PROMPT"]


def test_files_are_copied_and_other_settings_named(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("1")
    found = read(tmp_path, cell("raw", "# ASSIGNMENT CONFIG\nfiles: [data.csv, gone.csv, ../secret]\ngenerate: true\n"))
    assert found.files == {"data.csv": b"1"}
    words = "\n".join(map(str, found.left_out))
    assert "gone.csv is not there" in words
    assert "secret lies outside" in words
    assert "generate" in words


@pytest.mark.parametrize(
    "cells",
    [
        ["# BEGIN QUESTION\nname: q"],
        ["# BEGIN TESTS"],
        ["# BEGIN QUESTION\nname: q", "# END TESTS"],
        ["# BEGIN QUESTION\n[1"],
        ["# BEGIN QUESTION\n- 1"],
        ["# END QUESTION"],
    ],
)
def test_blocks_that_are_not_closed_or_read_are_refused(tmp_path: Path, cells: list[str]) -> None:
    with pytest.raises(GraderError):
        read(tmp_path, *(cell("raw", one) for one in cells))


def test_a_test_that_is_not_read_stays_with_its_points(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        cell("raw", "# BEGIN QUESTION\nname: q\npoints: 2"),
        cell("raw", "# BEGIN TESTS"), cell("code", "%timeit f()"), cell("code", "f()", "1"), cell("raw", "# END TESTS"),
        cell("raw", "# END QUESTION"),
    )  # fmt: skip
    first, second = found.questions[0].cases
    assert (first.points, second.points) == (1, 1)  # type: ignore[comparison-overlap]  # a whole Fraction equals an int
    assert first.mistake is not None
    assert second.mistake is None


def test_other_notebooks_are_not_otters(tmp_path: Path) -> None:
    from grader.importers.notebook_files import read_cells

    (tmp_path / "a.ipynb").write_text(tutorials.notebook([cell("raw", "text"), cell("code", "# BEGIN QUESTION")]))
    assert not is_otter_notebook(read_cells(tmp_path / "a.ipynb")[0])

"""Notebooks and percent scripts give the same cells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.importers import notebook_files
from grader.importers.assignment import Cell
from grader.importers.notebook_files import is_percent_script, notebook_bytes, read_bytes, read_cells, title_of
from tests.importers import tutorials


def test_both_forms_of_a_notebook_are_equal(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(tutorials.notebook(tutorials.nbgrader_cells()))
    (tmp_path / "a.py").write_text(tutorials.percent_script(tutorials.nbgrader_cells()))
    cells, _ = read_cells(tmp_path / "a.ipynb")
    assert len(cells) == 9
    assert read_cells(tmp_path / "a.py")[0] == cells


def test_a_script_may_have_a_header_code_before_the_first_cell_and_text_in_quotes(tmp_path: Path) -> None:
    text = '# ---\n# jupyter:\n#   x: 1\n# ---\n\nx = 1\n\n# %% [markdown]\n"""\n# Title\n"""\n\n# %% tags=["a"] broken={\ny = 2\n'
    (tmp_path / "a.py").write_text(text)
    assert is_percent_script(text)
    cells, _ = read_cells(tmp_path / "a.py")
    assert [(cell.kind, cell.source) for cell in cells] == [
        ("code", "x = 1"),
        ("markdown", "# Title"),
        ("code", "y = 2"),
    ]
    assert cells[2].metadata == {"tags": ["a"]}
    assert title_of(cells, "other") == "Title"
    assert title_of(cells[:1], "other") == "other"


def test_stored_outputs_are_read_and_not_written(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(tutorials.notebook([tutorials.cell("code", "f(1)", "9")]))
    cells, _ = read_cells(tmp_path / "a.ipynb")
    assert cells[0].printed == "9"
    assert json.loads(notebook_bytes(cells))["cells"][0]["outputs"] == []


@pytest.mark.parametrize("text", ["{", "[]", '{"cells": [1]}', '{"cells": [{}]}', "[" * 100_000])
def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(GraderError, match="is no notebook"):
        read_cells(tmp_path / "a.ipynb")


def test_a_file_that_is_missing_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GraderError, match="cannot be read"):
        read_bytes(tmp_path / "a")
    monkeypatch.setattr(notebook_files, "MAX_BYTES", 3)
    (tmp_path / "a").write_bytes(b"1234")
    with pytest.raises(GraderError, match="only smaller files"):
        read_bytes(tmp_path / "a")


def test_a_cell_keeps_its_number_with_another_text() -> None:
    assert Cell("code", "a", 3).with_source("b") == Cell("code", "b", 3)

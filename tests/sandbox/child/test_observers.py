"""Observers change nothing else: magics for plots do what they did, and requests of the grader draw nothing."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from grader.sandbox.boundary.worker_module import FILES, NAME
from grader.sandbox.child import observers
from grader.sandbox.child.observers import OWN_CODE
from tests.sandbox.child.conftest import ObservedRun


def test_code_of_the_grader_begins_unlike_cells() -> None:
    assert f"import {NAME} as _g; _g.answer('x', 1)".startswith(OWN_CODE)


def test_what_requests_draw_is_not_kept_as_a_figure_of_a_cell(observed: ObservedRun) -> None:
    assert all(entry["cell"] for entry in observed.figures.value["figures"])
    assert len(observed.figures.value["figures"]) == 8


def test_a_cell_prints_what_it_would_print(observed: ObservedRun) -> None:
    assert observed.cells[0].text == ""


def test_no_file_of_the_worker_replaces_a_name_of_another() -> None:
    folder = Path(observers.__file__).parent
    names = Counter(
        node.name
        for file in FILES
        for node in ast.parse((folder / file).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []

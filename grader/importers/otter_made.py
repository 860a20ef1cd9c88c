"""Notebooks that otter has made: the tests are in the metadata of the notebook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.errors import GraderError
from grader.importers.assignment import Assignment, CannotImport, Cell
from grader.importers.notebook_files import notebook_bytes, read_cells, title_of
from grader.importers.otter_tests import ok_question, read_test_file

_OF_OTTER = re.compile(r"(?m)^\s*(?:import otter\b|grader = otter\.|grader\.(?:check|check_all|export)\()")


def metadata_tests(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the tests in the metadata of a notebook, by the names of their questions; empty if there are none."""
    about = metadata.get("otter")
    tests = about.get("tests") if isinstance(about, Mapping) else None
    return tests if isinstance(tests, Mapping) else {}


def read_otter_made(path: Path) -> Assignment:
    """Return the assignment of a notebook that otter has made, for students or for grading.

    Raises:
        GraderError: it cannot be read, or a test in it has another form.
    """
    cells, metadata = read_cells(path)
    found = Assignment(title_of(cells, path.stem), "a notebook with tests of otter")
    found.cells = [replace(cell, given=False) for cell in cells if not _is_of_otter(cell)]
    found.solution[f"{path.stem}.ipynb"] = notebook_bytes(found.cells)
    for name, test in metadata_tests(metadata).items():
        try:
            if isinstance(test, Mapping):
                question, notes = ok_question({"name": name, **test}, name)
            else:
                question, notes = read_test_file("".join(test) if isinstance(test, list) else str(test), name)
        except (CannotImport, KeyError, TypeError, AttributeError) as error:
            raise GraderError(f"{path}, the test {name}: it has another form ({error}); correct it") from None
        found.questions.append(question)
        for what, remedy in notes:
            found.leave_out(name, what, remedy)
    found.leave_out(path.name, "no template for students was made", "the tests do not say what students get")
    if not any(case.hidden for question in found.questions for case in question.cases):
        what = "it has no hidden tests; otter leaves them out of the notebook for students"
        found.leave_out(
            path.name, what, "import the notebook in the folder 'autograder' of 'otter assign', if there are any"
        )
    return found


def _is_of_otter(cell: Cell) -> bool:
    """Return whether a cell only starts otter or runs its checks; otter is not needed here."""
    return cell.kind == "code" and _OF_OTTER.search(cell.source) is not None

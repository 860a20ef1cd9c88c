"""nbgrader's source notebooks, also as percent scripts: the metadata of a cell has its points."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.errors import GraderError
from grader.importers.assignment import Assignment, CannotImport, Case, Cell, Question
from grader.importers.notebook_files import notebook_bytes, read_cells, title_of
from grader.importers.otter_tests import number
from grader.importers.solution_parts import (
    has_hidden_tests,
    nbgrader_guide,
    nbgrader_solution,
    nbgrader_template,
)
from grader.syntax import parse

_AUTOTEST = ("### AUTOTEST", "### HASHED AUTOTEST")
_USED = frozenset(
    ("schema_version", "grade", "solution", "locked", "task", "points", "grade_id", "cell_type", "checksum", "remove")
)


def is_nbgrader_notebook(cells: Sequence[Cell]) -> bool:
    """Return whether a notebook has cells that nbgrader grades."""
    return any(_of(cell) for cell in cells)


def _of(cell: Cell) -> Mapping[str, Any]:
    found = cell.metadata.get("nbgrader")
    return found if isinstance(found, Mapping) else {}


def read_nbgrader_notebook(path: Path) -> Assignment:
    """Return the assignment of a source notebook.

    Raises:
        GraderError: it cannot be read, or a region in it is not closed.
    """
    cells = read_cells(path)[0]
    found = Assignment(title_of(cells, path.stem), "a source notebook of nbgrader")
    solution: list[Cell] = []
    template: list[Cell] = []
    for cell in cells:
        try:
            _read_cell(cell, found)
            text = nbgrader_template(cell.source, cell.kind, bool(_of(cell).get("solution")))
        except CannotImport as error:
            raise GraderError(f"{path}, cell {cell.number}: {error}") from None
        given = not _of(cell).get("solution")
        solution.append(replace(cell, source=nbgrader_solution(cell.source), given=given))
        template.append(cell.with_source(text))
    found.cells = solution
    name = f"{path.stem}.ipynb"
    found.solution[name] = notebook_bytes(solution)
    found.template[name] = notebook_bytes(template)
    _check_ids(found, path)
    return found


def _is_test(cell: Cell) -> bool:
    about = _of(cell)
    return bool(about.get("grade")) and not about.get("solution") and cell.kind == "code"


def _read_cell(cell: Cell, found: Assignment) -> None:
    """Note the question of a cell, if it has points.

    Raises:
        CannotImport: its points are no number.
    """
    about, where = _of(cell), f"cell {cell.number}"
    if more := sorted(set(about) - _USED):
        found.leave_out(
            where, f"these keys are not used: {', '.join(more)}", "nothing, unless the course relies on them"
        )
    if not (about.get("grade") or about.get("task")):
        return
    name = str(about.get("grade_id") or f"cell-{cell.number}")
    points = number(about.get("points")) or Fraction(0)
    if not _is_test(cell):
        found.questions.append(Question(name, name, points, guide=_guide(cell)))
        return
    source = nbgrader_solution(cell.source)
    case = Case(where, source, points=points, hidden=has_hidden_tests(cell.source), cell=cell.number)
    case = replace(case, mistake=_mistake(source))
    if case.mistake is None and _may_show_number(source):
        what = "nbgrader takes a number that the last line shows as the points; here the test passes or fails"
        found.leave_out(where, what, "write a test for each part, if there is partial credit")
    if has_hidden_tests(cell.source) and nbgrader_template(cell.source, cell.kind, False).strip():
        what = "the tests that students have are hidden like the others of this cell, as both share its points"
        found.leave_out(where, what, "put the hidden tests into a cell of their own")
    found.questions.append(Question(name, name, points, (case,)))


def _guide(cell: Cell) -> str:
    about = _of(cell)
    if (guide := nbgrader_guide(cell.source)) or about.get("task"):
        return guide or "The assignment states no guide."
    return f"The course's answer:\n{nbgrader_solution(cell.source).strip()}"


def _mistake(source: str) -> CannotImport | None:
    if any(word in source for word in _AUTOTEST):
        return CannotImport("nbgrader would run the solution to write this test (AUTOTEST)", "write the assertion")
    try:
        tree = parse(source)
    except SyntaxError as error:
        return CannotImport(f"the test is no Python: {error.msg}", "write it without magics")
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr) and not isinstance(last.value, ast.Call | ast.Constant | ast.Await):
        return CannotImport("its last line is a number for partial credit", "write a test for each part")
    return None


def _may_show_number(source: str) -> bool:
    """Return whether the last line is a call that may return a number: no call of a library's assertion."""
    body = parse(source).body
    value = body[-1].value if body and isinstance(body[-1], ast.Expr) else None
    if isinstance(value, ast.Constant):
        return not isinstance(value.value, str)
    if not isinstance(value, ast.Call):
        return False
    name = ast.unparse(value.func).rpartition(".")[2]
    return "assert" not in name.lower() and name != "print" and not name.startswith(("test", "check"))


def _check_ids(found: Assignment, path: Path) -> None:
    names = [question.id for question in found.questions]
    if double := sorted({name for name in names if names.count(name) > 1}):
        raise GraderError(f"{path}: several cells have the grade_id {double[0]}; give each its own")

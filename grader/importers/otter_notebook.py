"""Otter's source notebooks: raw cells open and close questions, solutions, prompts and tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.errors import GraderError
from grader.importers.assignment import Assignment, CannotImport, Case, Cell, Question
from grader.importers.doctests import statements_of
from grader.importers.given_files import add_files
from grader.importers.notebook_files import notebook_bytes, read_cells, title_of
from grader.importers.otter_tests import function_body, number, resolved
from grader.importers.solution_parts import is_otter_solution, otter_template, without_ignored
from grader.rubric.yaml_nodes import YamlMistake, read_nodes

_BOUNDARY = re.compile(r"#\s+(begin|end)\s+(question|prompt|solution|tests)\b", re.I)
_CONFIG = re.compile(r"#\s+assignment\s+config\b", re.I)
_FENCED = re.compile(r"(?ms)^```otter[ \t]*\n(.*?)^```[ \t]*$")
_IGNORED = re.compile(r"#+\s*ignore\b", re.I)
_TEST_CONFIG = re.compile(
    r'\A(?:\w\s*=\s*)?"""\s*#\s*BEGIN\s*TEST\s*CONFIG[^\n]*\n(.*?)"""\s*#\s*END\s*TEST\s*CONFIG[^\n]*\n?', re.S | re.I
)
_TEXT_ANSWER = "_Type your answer here, replacing this text._"
_USED = frozenset(("name", "files", "student_files", "tests"))
_QUESTION_KEYS = frozenset(("name", "manual", "points", "all_or_nothing"))
_NO_EFFECT = frozenset(("check_cell", "export"))


@dataclass
class _Open:
    """The question that is being read."""

    config: Mapping[str, Any]
    cell: int
    cases: list[Case] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    has_prompt: bool = False
    is_written: bool = False


def is_otter_notebook(cells: Sequence[Cell]) -> bool:
    """Return whether a notebook is a source notebook of otter."""
    return any(
        _CONFIG.match(cell.source) or _BOUNDARY.match(cell.source) for cell in _unfenced(cells) if cell.kind == "raw"
    )


def read_otter_notebook(path: Path) -> Assignment:
    """Return the assignment of a source notebook.

    Raises:
        GraderError: it cannot be read, or its blocks are not closed.
    """
    cells = list(_unfenced(read_cells(path)[0]))
    found = Assignment(title_of(cells, path.stem), "a source notebook of otter")
    reading = _Reading(found, path)
    for cell in cells:
        try:
            reading.read(cell)
        except CannotImport as error:
            raise GraderError(f"{path}, cell {cell.number}: {error}") from None
    reading.finish()
    return found


def _unfenced(cells: Sequence[Cell]) -> Iterator[Cell]:
    """Yield the cells; text that is fenced for otter in a Markdown cell is a raw cell of its own."""
    for cell in cells:
        if cell.kind != "markdown" or _FENCED.search(cell.source) is None:
            yield cell
            continue
        for position, text in enumerate(_FENCED.split(cell.source)):
            if text.strip():
                yield replace(cell, kind="raw" if position % 2 else "markdown", source=text.strip("\n"))


class _Reading:
    def __init__(self, found: Assignment, path: Path) -> None:
        self.found, self.path = found, path
        self.ok_format = True
        self.blocks: list[str] = []
        self.question: _Open | None = None
        self.cells: list[Cell] = []
        self.solution: list[Cell] = []
        self.template: list[Cell] = []

    def read(self, cell: Cell) -> None:
        """Read the next cell.

        Raises:
            CannotImport: it cannot stand here.
        """
        if _IGNORED.match(cell.source):
            return
        if cell.kind == "raw" and _CONFIG.match(cell.source):
            self._configure(cell)
        elif cell.kind == "raw" and (boundary := _BOUNDARY.match(cell.source)) is not None:
            begin, block = boundary[1].lower() == "begin", boundary[2].lower()
            (self._begin if begin else self._end)(block, cell)
        elif self.blocks and self.blocks[-1] == "tests":
            self._test(cell)
        else:
            self._usual(cell.with_source(without_ignored(cell.source)))

    def _configure(self, cell: Cell) -> None:
        config = _mapping(cell)
        if config.get("name"):
            self.found.title = str(config["name"])
        tests = config.get("tests")
        self.ok_format = not (isinstance(tests, Mapping) and tests.get("ok_format") is False)
        for key in ("files", "student_files"):
            add_files(self.found, self.path.parent, config.get(key) or (), f"cell {cell.number}")
        if more := sorted(set(config) - _USED):
            what = f"these settings are not used: {', '.join(more)}"
            self.found.leave_out(f"cell {cell.number}", what, "see docs/rubric.md for what a rubric can set")

    def _begin(self, block: str, cell: Cell) -> None:
        if (block == "question") == bool(self.blocks) or len(self.blocks) > 1:
            raise CannotImport(f"a block '{block}' cannot begin here", "close the block before it")
        self.blocks.append(block)
        if block == "question":
            self.question = _Open(_mapping(cell), cell.number)
        elif block == "prompt" and self.question is not None:
            self.question.has_prompt = True

    def _end(self, block: str, cell: Cell) -> None:
        if not self.blocks or self.blocks.pop() != block:
            raise CannotImport(f"the block '{block}' ends without its beginning", "correct the cells of otter")
        if block == "question" and self.question is not None:
            self._close(self.question)
            self.question = None

    def _usual(self, cell: Cell) -> None:
        block = self.blocks[-1] if self.blocks else ""
        in_solution = block == "solution" or (cell.kind == "code" and is_otter_solution(cell.source))
        if cell.kind == "raw":
            return
        if block == "prompt":
            self.template.append(cell)
            return
        self.solution.append(cell)
        self.cells.append(replace(cell, given=not in_solution))
        if not in_solution:
            self.template.append(cell)
        elif cell.kind == "code":
            self.template.append(cell.with_source(otter_template(cell.source)))
        elif self.question is not None:
            self.question.answers.append(cell.source)
            if not (self.question.has_prompt or self.question.is_written):
                self.template.append(cell.with_source(_TEXT_ANSWER))
            self.question.is_written = True

    def _test(self, cell: Cell) -> None:
        if self.question is None or cell.kind != "code":
            raise CannotImport("a block of tests has a cell without code", "move it")
        config: Mapping[str, Any] = {}
        source = cell.source
        first = source.split("\n", 1)[0].lstrip()
        hidden = first.startswith("#") and re.search(r"\bhidden\b", first, re.I) is not None
        if (stated := _TEST_CONFIG.match(source)) is not None:
            config, source = _yaml(stated[1], cell.number), source[stated.end() :]
        where = f"cell {cell.number}"
        if config.get("success_message"):
            self.found.leave_out(
                where, "the message for success is not shown", "put it into the feedback, if it matters"
            )
        case = Case(
            where, source, points=number(config.get("points")), hidden=bool(config.get("hidden", hidden)),
            hint=str(config.get("failure_message") or ""),
        )  # fmt: skip
        try:
            made = _ok_test(source, cell.printed) if self.ok_format else _exception_test(source)
        except CannotImport as error:
            made = {"mistake": error}
        self.question.cases.append(replace(case, **made))

    def _close(self, question: _Open) -> None:
        config, where = question.config, f"cell {question.cell}"
        name = str(config.get("name") or f"question-{len(self.found.questions) + 1}")
        if more := sorted(set(config) - _QUESTION_KEYS - _NO_EFFECT):
            self.found.leave_out(where, f"these keys are not used: {', '.join(more)}", "correct them, if they matter")
        if config.get("manual") or not question.cases:
            points = number(config.get("points")) or Fraction(0)
            if question.cases:
                self.found.leave_out(
                    where, f"the tests of {name}, which a tutor grades, are left out", "use 'manual: false'"
                )
            answer = "\n\n".join(question.answers).strip()
            guide = f"The course's answer:\n{answer}" if answer else "The assignment states no guide."
            self.found.questions.append(Question(name, name, points, guide=guide))
            return
        cases, total = resolved(question.cases, config.get("points"))
        self.found.questions.append(Question(name, name, total, cases, bool(config.get("all_or_nothing"))))

    def finish(self) -> None:
        """Note the notebooks.

        Raises:
            GraderError: a block is not closed.
        """
        if self.blocks:
            raise GraderError(f"{self.path}: the block '{self.blocks[-1]}' does not end; add its last cell")
        name = f"{self.path.stem}.ipynb"
        self.found.cells = self.cells
        self.found.solution[name] = notebook_bytes(self.solution)
        self.found.template[name] = notebook_bytes(self.template)


def _mapping(cell: Cell) -> dict[str, Any]:
    return _yaml(cell.source, cell.number)


def _yaml(text: str, number: int) -> dict[str, Any]:
    try:
        data, _ = read_nodes(text)
    except YamlMistake as error:
        raise CannotImport(
            f"line {error.line} of the settings in cell {number} is {error.what}", "correct it"
        ) from None
    if data is not None and not isinstance(data, dict):
        raise CannotImport(f"the settings in cell {number} are no mapping", "correct them")
    return data or {}


def _ok_test(source: str, printed: str) -> dict[str, Any]:
    """Return the statements of a cell whose stored output is what it has to show."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise CannotImport(f"the test is no Python: {error}", "correct it") from None
    lines: list[str] = []
    for node in tree.body:
        first, *rest = ast.unparse(node).split("\n")
        lines += [f">>> {first}", *(f"... {line}" for line in rest)]
    if printed and not lines:
        raise CannotImport("the test shows something and does nothing", "correct it")
    return {"code": statements_of("\n".join([*lines, *printed.split("\n")]))}


def _exception_test(source: str) -> dict[str, Any]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise CannotImport(f"the test is no Python: {error}", "correct it") from None
    node = tree.body[0] if tree.body else None
    if not isinstance(node, ast.FunctionDef):
        raise CannotImport("the cell has no test function", "write the test as a function")
    return function_body(node)

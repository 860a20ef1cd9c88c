"""Otter's files of tests: dictionaries of doctests (OK format), and functions that raise exceptions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.errors import GraderError
from grader.importers.assignment import Assignment, CannotImport, Case, Question, with_points
from grader.importers.doctests import statements_of
from grader.importers.notebook_files import read_bytes, read_cells, title_of
from grader.text import decode

_KEYS = frozenset(("name", "points", "suites", "all_or_nothing"))


def is_otter_test(text: str) -> bool:
    """Return whether the text of a Python file is a file of otter's tests."""
    return bool(re.search(r"(?m)^test\s*=\s*\{|^OK_FORMAT\s*=|^@test_case\b|^from otter\.test_files import", text))


def read_otter_folder(folder: Path, tests: Sequence[Path]) -> Assignment:
    """Return the assignment of a folder with files of tests, and perhaps with the notebook of the solution.

    Raises:
        GraderError: a file cannot be read.
    """
    notebooks = sorted(path for path in folder.glob("*.ipynb"))
    cells = read_cells(notebooks[0])[0] if len(notebooks) == 1 else []
    found = Assignment(title_of(cells, folder.name), "tests of otter")
    if cells:
        cells = [replace(cell, given=False) for cell in cells]
        found.solution[notebooks[0].name] = read_bytes(notebooks[0])
    else:
        what = f"{len(notebooks)} notebooks lie beside the tests, not one" if notebooks else "there is no notebook"
        found.leave_out(folder.name, what, "every name of a test is taken from the submission; add the solution")
    found.cells = cells
    for path in sorted(tests):
        question, notes = read_test_file(decode(read_bytes(path)), path.name)
        found.questions.append(question)
        for what, remedy in notes:
            found.leave_out(path.name, what, remedy)
    found.leave_out(folder.name, "no template for students was made", "the tests do not say what students get")
    return found


def read_test_file(text: str, file: str) -> tuple[Question, list[tuple[str, str]]]:
    """Return the question of a file of tests, and what of it is left out.

    Raises:
        GraderError: the file is no file of tests.
    """
    try:
        tree = ast.parse(text)
        values = {name: value for node in tree.body for name, value in _literals(node)}
        if "test" in values:
            return ok_question(values["test"], file)
        return _exception_question(tree, values, file)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise GraderError(f"{file}: is no file of otter's tests ({error}); correct it") from None
    except CannotImport as error:
        raise GraderError(f"{file}: {error}") from None


def _literals(node: ast.stmt) -> list[tuple[str, Any]]:
    """Return what an assignment binds, where that is a value without calls."""
    if not isinstance(node, ast.Assign):
        return []
    try:
        value = ast.literal_eval(node.value)
    except (ValueError, TypeError):
        return []
    return [(target.id, value) for target in node.targets if isinstance(target, ast.Name)]


def number(value: object) -> Fraction | None:
    """Return points as a number; None if none are stated.

    Raises:
        CannotImport: they are no number, or below zero.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CannotImport(f"the points {value!r} are no number", "correct them")
    if not 0 <= value < 1e9:
        raise CannotImport(f"the points {value!r} are out of range", "correct them")
    return Fraction(str(value))


def resolved(cases: Sequence[Case], points: object) -> tuple[tuple[Case, ...], Fraction]:
    """Return the cases with their points, and the sum; `points` is a number, one for each case, `{each: n}` or None.

    Raises:
        CannotImport: the points do not fit the cases.
    """
    if isinstance(points, Mapping):
        points = (number(points.get("each", 1)) or Fraction(0)) * len(cases)
    elif isinstance(points, list | tuple):
        if len(points) != len(cases):
            raise CannotImport(f"there are {len(points)} points for {len(cases)} tests", "correct the points")
        cases, points = [replace(case, points=number(one)) for case, one in zip(cases, points, strict=True)], None
    total = points if isinstance(points, Fraction) else number(points)
    made = with_points(cases, total)
    return made, sum((case.points or Fraction(0) for case in made), Fraction(0))


def ok_question(test: Mapping[str, Any], file: str) -> tuple[Question, list[tuple[str, str]]]:
    """Return the question of a dictionary in the OK format.

    Raises:
        CannotImport: the points do not fit the cases.
    """
    notes: list[tuple[str, str]] = []
    name = str(test.get("name") or Path(file).stem)
    if more := sorted(set(test) - _KEYS):
        notes.append((f"the keys {', '.join(more)} are not used", "nothing, unless the course relies on them"))
    cases: list[Case] = []
    for suite in test["suites"]:
        whole = None
        if suite.get("type", "doctest") != "doctest" or suite.get("setup") or suite.get("teardown"):
            whole = CannotImport("the suite has a setup, a teardown or another type", "write its tests for pytest")
        for one in suite["cases"]:
            cases.append(_ok_case(one, f"{file}, case {len(cases) + 1}", whole, notes))
    made, total = resolved(cases, test.get("points"))
    all_or_nothing = bool(test.get("all_or_nothing"))
    return Question(name, name, total, made, all_or_nothing), notes


def _ok_case(one: Mapping[str, Any], where: str, mistake: CannotImport | None, notes: list[tuple[str, str]]) -> Case:
    code = str(one["code"])
    if one.get("success_message"):
        notes.append((f"{where}: the message for success is not shown", "put it into the feedback, if it matters"))
    try:
        code = statements_of(code)
    except CannotImport as error:
        mistake = mistake or error
    return Case(
        where, code, points=number(one.get("points")), hidden=bool(one.get("hidden", True)),
        hint=str(one.get("failure_message") or ""), mistake=mistake,
    )  # fmt: skip


def _exception_question(
    tree: ast.Module, values: Mapping[str, Any], file: str
) -> tuple[Question, list[tuple[str, str]]]:
    notes: list[tuple[str, str]] = []
    cases, common = [], []
    for node in tree.body:
        decorator = _test_case_of(node)
        if decorator is not None and isinstance(node, ast.FunctionDef):
            keys, success = _keywords(decorator)
            where = f"{file}, {node.name}"
            if success:
                notes.append((f"{where}: the message for success is not shown", "put it into the feedback"))
            cases.append(replace(keys, where=where, **function_body(node)))
        elif not _is_of_otter(node):
            common.append(ast.unparse(node))
    if not cases:
        raise CannotImport("it has no test", "give a file with 'test = {...}' or functions with @test_case")
    made, total = resolved(cases, values.get("points"))
    name = str(values.get("name") or Path(file).stem)
    question = Question(name, name, total, made, bool(values.get("all_or_nothing")), "\n".join(common))
    return question, notes


def _test_case_of(node: ast.stmt) -> ast.Call | None:
    for decorator in getattr(node, "decorator_list", ()):
        function = decorator.func if isinstance(decorator, ast.Call) else None
        if isinstance(function, ast.Name | ast.Attribute) and ast.unparse(function).rpartition(".")[2] == "test_case":
            assert isinstance(decorator, ast.Call)
            return decorator
    return None


def _keywords(decorator: ast.Call) -> tuple[Case, str]:
    """Return a case with what its decorator says, and the message for success."""
    order = ("name", "points", "hidden", "success_message", "failure_message")
    given = dict(zip(order, decorator.args, strict=False)) | {one.arg or "": one.value for one in decorator.keywords}
    values = {key: ast.literal_eval(value) for key, value in given.items()}
    hint = str(values.get("failure_message") or "")
    case = Case("", "", points=number(values.get("points")), hidden=bool(values.get("hidden", False)), hint=hint)
    return case, str(values.get("success_message") or "")


def _is_of_otter(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] == "otter"
    names = {target.id for target in getattr(node, "targets", ()) if isinstance(target, ast.Name)}
    return bool(names & {"OK_FORMAT", "name", "points", "all_or_nothing"})


def function_body(node: ast.FunctionDef) -> dict[str, Any]:
    """Return name, statements and mistake of a test function, whose parameters are names of the notebook."""
    parameters = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    body = [_FromEnvironment().visit(one) for one in node.body] if "env" in parameters else node.body
    code = "\n".join(ast.unparse(one) for one in body)
    mistake = None
    if "env" in parameters and any(
        isinstance(part, ast.Name) and part.id == "env" for part in ast.walk(ast.parse(code))
    ):
        mistake = CannotImport("the test uses env otherwise than as env['name']", "name what it needs as parameters")
    if any(isinstance(part, ast.Return | ast.Yield | ast.YieldFrom | ast.Await) for part in _of_function(node)):
        mistake = CannotImport("the test function returns before its end", "write it with conditions")
    return {"name": node.name, "code": code, "mistake": mistake}


def _of_function(node: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield the nodes of a function, without those of the functions in it."""
    todo: list[ast.AST] = list(node.body)
    while todo:
        part = todo.pop()
        yield part
        if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            todo += ast.iter_child_nodes(part)


class _FromEnvironment(ast.NodeTransformer):
    """Writes `env["name"]` as `name`."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Replace an item of the environment with a text as its key."""
        key = node.slice
        if isinstance(node.value, ast.Name) and node.value.id == "env" and isinstance(key, ast.Constant):
            return ast.copy_location(ast.Name(str(key.value), node.ctx), node)
        return self.generic_visit(node)

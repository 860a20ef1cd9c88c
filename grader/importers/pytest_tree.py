"""A folder with tests for pytest, and the modules that they import."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from grader.definitions.names_in_tests import BadTests, names_in_tests
from grader.errors import GraderError
from grader.importers.assignment import Assignment, CannotImport, Question
from grader.importers.conftests import NAME, conftests_of
from grader.importers.notebook_files import read_bytes
from grader.importers.otter_tests import number
from grader.importers.solution_parts import is_otter_solution, nbgrader_template, otter_template
from grader.text import decode

_SKIPPED = frozenset(("__pycache__", "build", "dist", "venv", "node_modules"))
MAX_FILES = 2000


def files_of(folder: Path) -> dict[str, Path]:
    """Return the files below a folder by their path, without hidden ones and those of tools.

    Raises:
        GraderError: there are too many.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        skipped = any(part.startswith(".") or part in _SKIPPED or part.endswith(".egg-info") for part in parts)
        if not skipped and path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            found["/".join(parts)] = path
        if len(found) > MAX_FILES:
            raise GraderError(f"{folder}: more than {MAX_FILES} files; give the folder of one assignment")
    return found


def is_test_file(path: str) -> bool:
    """Return whether pytest collects a file of this path by its name."""
    name = path.rpartition("/")[2]
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def read_pytest_tree(folder: Path) -> Assignment:
    """Return the assignment of a folder with tests for pytest.

    Raises:
        GraderError: a file cannot be read, or no test imports a module of the folder.
    """
    paths = files_of(folder)
    found = Assignment(folder.name, "tests for pytest")
    modules = {_module(path): path for path in paths if path.endswith(".py") and not _is_of_tests(path)}
    places = conftests_of(list(paths), [path for path in paths if is_test_file(path)])
    found.course = {places[path]: read_bytes(paths[path]) for path in places}
    for path in (path for path in paths if is_test_file(path)):
        _add_test(path, decode(read_bytes(paths[path])), modules, found)
    if not found.questions:
        raise GraderError(f"{folder}: no file of tests imports a module of this folder; check the path")
    for path, at in paths.items():
        if path.endswith(".py") and not _is_of_tests(path):
            _add_module(path, read_bytes(at), found)
        elif path.rpartition("/")[2] == NAME:
            if path not in places:
                what = "it counts for some of the tests only, which are all in one folder now"
                found.leave_out(path, what, "copy its fixtures into the files that use them")
        elif not _is_of_tests(path) and "/" in path:
            found.files[path] = read_bytes(at)
        elif not is_test_file(path):
            found.leave_out(path, "it was not copied", "list it in 'execute: {files: [...]}', if submissions need it")
    return found


def _is_of_tests(path: str) -> bool:
    name = path.rpartition("/")[2]
    return is_test_file(path) or name in ("conftest.py", "setup.py") or path.startswith(("tests/", "test/"))


def _module(path: str) -> str:
    dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return dotted.removeprefix("src.").removeprefix("solution.")


def _add_test(path: str, source: str, modules: Mapping[str, str], found: Assignment) -> None:
    """Add the question of a file of tests."""
    try:
        tree = ast.parse(source)
        fixtures = [ast.parse(decode(text)) for text in found.course.values()]
        used = _imported([tree], modules)
        points = sum(_points_of(tree), Fraction(0))
        if not used:
            raise CannotImport("it imports no module of this folder", "nothing, if it tests something else")
        used = _imported([tree, *fixtures], modules)
        names_in_tests(source, used)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        found.leave_out(path, f"it is no Python: {error}", "correct it")
    except BadTests as error:
        found.leave_out(path, f"the kind 'tests' cannot run it: {error}", "see docs/own-tests.md")
    except CannotImport as error:
        found.leave_out(path, error.what, error.remedy)
    else:
        name = path.rpartition("/")[2].removesuffix(".py")
        title = name.removeprefix("test_").removesuffix("_test")
        found.questions.append(Question(title, title, points, file=source, modules=tuple(used)))


def _imported(trees: Sequence[ast.Module], modules: Mapping[str, str]) -> list[str]:
    """Return the modules of the folder that files import, by their full names."""
    named: list[str] = []
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            named += [entry.name for entry in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            named += [node.module, *(f"{node.module}.{entry.name}" for entry in node.names)]
    return [name for name in dict.fromkeys(named) if _is_module(name, modules)]


def _is_module(name: str, modules: Mapping[str, str]) -> bool:
    return name in modules or any(one.startswith(f"{name}.") for one in modules)


def _points_of(tree: ast.Module) -> Iterator[Fraction]:
    """Yield the points of each test function: those of its decorator, or 1.

    Raises:
        CannotImport: the points are no number.
    """
    for node, inherited in _tests(tree.body, None):
        yield next((one for one in (_stated(node), inherited) if one is not None), Fraction(1))


def _tests(body: Sequence[ast.stmt], inherited: Fraction | None) -> Iterator[tuple[ast.FunctionDef, Fraction | None]]:
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield node, inherited
        elif isinstance(node, ast.ClassDef) and (node.name.startswith("Test") or _is_unittest(node)):
            stated = _stated(node)
            yield from _tests(node.body, stated if stated is not None else inherited)


def _is_unittest(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).rpartition(".")[2] == "TestCase" for base in node.bases)


def _stated(node: ast.FunctionDef | ast.ClassDef) -> Fraction | None:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.points" and decorator.args:
            try:
                return number(ast.literal_eval(decorator.args[0]))
            except ValueError:
                raise CannotImport("the points of a test are no number", "state them as a number") from None
    return None


def _add_module(path: str, data: bytes, found: Assignment) -> None:
    """Add a module to the solution, and without its solution to the template."""
    found.solution[path.removeprefix("src/").removeprefix("solution/")] = data
    source = decode(data)
    try:
        text = nbgrader_template(source, "code", False)
        text = otter_template(text) if is_otter_solution(text) else text
    except CannotImport as error:
        found.leave_out(path, error.what, error.remedy)
        return
    if text != source:
        found.template[path.removeprefix("src/").removeprefix("solution/")] = text.encode()
    else:
        what = "no template was made of it, as it does not say which part is the solution"
        found.leave_out(path, what, "write '### BEGIN SOLUTION' and '### END SOLUTION' around what students write")

"""The modules of a tree: those that define the classes of the assignment are run, the others are only read."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from grader.definitions.bindings import is_module_file, module_name
from grader.definitions.bound_names import bound_names
from grader.ingest.notebooks import mistake_in
from grader.model import Cell, Place
from grader.syntax import cell_magic, parse_cell
from grader.text import decode

MIN_WORDS = 8  # of a text in a cell of code
_TEST_NAMES = ("setup", "conftest", "test_")  # these are run only for classes that no other module defines


def read_modules(files: Mapping[str, bytes]) -> list[Cell]:
    """Return every module of a tree as a cell that imports it, compiled but not run, with the number 0.

    An import does not run the code behind `if __name__ == "__main__"`.
    """
    return [_module(path, decode(files[path])) for path in sorted(files) if is_module_file(path)]


def _module(path: str, source: str) -> Cell:
    place = Place(path)
    parts = module_name(path).split(".")
    parts = parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts
    shadowing = len(parts) > 1 and parts[0] in sys.stdlib_module_names
    parts = parts[1:] if len(parts) > 2 or shadowing else parts  # its folder is on the path
    importable = path.endswith(".py") and all(part.isidentifier() for part in parts)
    mistake = mistake_in(source, place, module=True)
    return Cell(0, source, path, ".".join(parts) if importable else "", place=place, mistake=mistake)


def statements(cell: Cell) -> list[ast.stmt]:
    """Return the statements of a cell, or of the module that it writes; none if it does not parse."""
    magic = None if cell.module else cell_magic(cell.source)
    source = magic.body if magic is not None and is_module_file(magic.written_file) else cell.source
    try:
        return parse_cell(source).body
    except SyntaxError:
        return []


def place_of_text(cells: Iterable[Cell]) -> Place | None:
    """Return the first cell of code that has only words: comments, or a string. It may be a written answer."""
    for cell in cells:
        only_text = all(isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) for one in statements(cell))
        if not cell.module and only_text and len(re.findall(r"[^\W\d_]{2,}", cell.source)) >= MIN_WORDS:
            return cell.place
    return None


def defined(cells: Iterable[Cell]) -> set[str]:
    """Return the names that the cells bind at top level, also under `if` and by an assignment."""
    return {name for cell in cells for statement in statements(cell) for name in bound_names(statement)}


def meant(cells: Sequence[Cell], targets: Iterable[str]) -> set[str]:
    """Return the targets that the cells define, or would define if they had no syntax error."""
    found = defined(cells) & set(targets)
    broken = "\n".join(cell.source for cell in cells if cell.mistake is not None)
    patterns = {
        name: rf"(?m)^[ \t]*(?:class|def)[ \t]+{re.escape(name)}\b|^{re.escape(name)}[ \t]*=" for name in targets
    }
    return found | {name for name, pattern in patterns.items() if re.search(pattern, broken)}


def choose_modules(modules: Sequence[Cell], targets: Sequence[str]) -> list[Cell]:
    """Return the modules to run: all but tests without targets, otherwise those that define a target.

    A module for tests, or one that only imports the target, is run for a target that no other module defines.
    """
    usual = [module for module in modules if not is_for_tests(module.origin)]
    if not targets:
        return usual
    tests = [module for module in modules if is_for_tests(module.origin)]
    chosen: set[str] = set()
    open_targets = set(targets)
    for several, names_of in ((usual, meant), (tests, meant), (usual, _imported_targets)):
        names = {module.origin: names_of([module], targets) & open_targets for module in several}
        chosen |= {origin for origin, found in names.items() if found}
        open_targets -= {name for found in names.values() for name in found}
    return [module for module in modules if module.origin in chosen]


def is_for_tests(path: str) -> bool:
    """Return whether a module is one of tests or of an installation, by its name or its folder."""
    *folders, name = path.split("/")
    return name.startswith(_TEST_NAMES) or "tests" in folders


def _imported_targets(cells: Sequence[Cell], targets: Iterable[str]) -> set[str]:
    names = {
        entry.asname or entry.name
        for cell in cells
        for statement in statements(cell)
        for node in ast.walk(statement)
        if isinstance(node, ast.ImportFrom)
        for entry in node.names
    }
    return names & set(targets)


def with_imports(run: Sequence[Cell], others: Sequence[Cell]) -> list[Cell]:
    """Return the other modules, each with whether the cells that run import it, directly or through each other.

    Modules are known by the last part of their names, so one that only may be imported counts as imported.
    """
    names = {module.origin: _last_part(module) for module in others}
    reached: set[str] = set()
    todo = list(run)
    while todo:
        parts = set(_imported_parts(todo.pop()))
        found = [module for module in others if module.origin not in reached and names[module.origin] in parts]
        reached |= {module.origin for module in found}
        todo += found
    return [replace(module, imported=module.origin in reached) for module in others]


def _last_part(module: Cell) -> str:
    parts = module_name(module.origin).split(".")
    return parts[-2] if len(parts) > 1 and parts[-1] == "__init__" else parts[-1]


def _imported_parts(cell: Cell) -> Iterator[str]:
    if is_module_file(cell.origin):
        yield from module_name(cell.origin).split(".")[:-1]  # its packages are imported with it
    for statement in statements(cell):
        for node in ast.walk(statement):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for entry in node.names:
                    yield from entry.name.split(".")
                if isinstance(node, ast.ImportFrom):
                    yield from (node.module or "").split(".")

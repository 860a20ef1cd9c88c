"""The cells that the tested names depend on, so that a notebook with an hour of training is judged in seconds.

A static walk over names: imports, definitions and assignments that lead to a target run, and so do doubtful cells.
"""

from __future__ import annotations

import ast
import builtins
import copy
from collections.abc import Iterable, Iterator, Sequence

from grader.definitions.bound_names import bound_names, global_names, names_again_in_classes, scopes
from grader.ingest.modules import statements
from grader.model import Cell
from grader.syntax import as_python, cell_magic, parse_cell

_BUILTINS = set(dir(builtins))
# Calls that change a class or the surroundings without assigning a name.
_DOUBTFUL_CALLS = {
    "setattr",
    "exec",
    "eval",
    "globals",
    "vars",
    "locals",
    "run_line_magic",
    "system",
    "register",
    "update",
}


def needed_cells(cells: Sequence[Cell], targets: Iterable[str]) -> set[int]:
    """Return the numbers of the cells that have to run for `targets`; all of them if one does not parse."""
    parts = [_Part.of(cell) for cell in cells]
    if any(part is None for part in parts):
        return {cell.number for cell in cells}
    known = [part for part in parts if part is not None]
    return _closure(known, targets, {part.number for part in known if part.doubtful})


def needed_source(cells: Sequence[Cell], target: str) -> tuple[str, ...]:
    """Return the statements of some cells that a target depends on, written alike: two such texts are one definition.

    Statements that do not parse, and what magics may change, are left out.
    """
    texts = [ast.unparse(single) for cell in cells for one in statements(cell) for single in _single_imports(one)]
    parts = [part for n, text in enumerate(texts) if (part := _Part.of(Cell(n, text, ""))) is not None]
    chosen = _closure(parts, [target], set())
    return tuple(text for n, text in enumerate(texts) if n in chosen)


def _single_imports(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Yield a statement; an import of several names as one import each."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            single = copy.copy(statement)
            single.names = [alias]
            yield single
    else:
        yield statement


def _closure(known: Sequence[_Part], targets: Iterable[str], chosen: set[int]) -> set[int]:
    """Return the numbers of the parts that give or change the targets, or what these use."""
    names = set(targets)
    changed_by = {name: changes for part in known for name, changes in part.functions.items()}
    while True:
        before = len(names), len(chosen)
        for part in known:
            changes = part.changes.union(*(changed_by.get(name, set()) for name in part.calls))
            if part.number in chosen or part.gives & names or changes & names:
                chosen.add(part.number)
                names |= part.uses
        if before == (len(names), len(chosen)):
            return chosen


class _Part:
    """The names that one cell defines, changes and uses; names that are local to a function are none of them."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.gives: set[str] = set()
        self.changes: set[str] = set()
        self.uses: set[str] = set()
        self.calls: set[str] = set()  # of functions, while the cell runs
        self.functions: dict[str, set[str]] = {}  # what a function of the cell changes when it is called
        self.doubtful = False

    @classmethod
    def of(cls, cell: Cell) -> _Part | None:
        """Return the parts of a cell, or None if it does not parse."""
        magic = None if cell.module else cell_magic(cell.source)
        if magic is not None and not magic.is_python:
            return None  # what it does and uses is not known
        try:
            tree = parse_cell(cell.source)
            part = cls(cell.number)
            for statement in tree.body:
                part._read(statement)
        except (SyntaxError, RecursionError):  # also of scopes, such as a name that is global after its use
            return None
        part.doubtful |= as_python(cell.source) != cell.source or bool(cell.module)  # a magic can do anything
        return part

    def _read(self, statement: ast.stmt) -> None:
        text = ast.unparse(statement)
        outside = {*global_names(text), *names_again_in_classes(text)}
        assigned = set(_assigned_globals(text))
        self.uses |= outside - _BUILTINS
        self.gives |= {*bound_names(statement), *assigned}
        changes = {name for node in ast.walk(statement) for name in _changed(node)}
        changes = {name for name in changes if name in outside | self.gives}
        self.changes |= changes
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.functions[statement.name] = changes | assigned
        for node in _executed(statement):
            self._read_executed(node)

    def _read_executed(self, node: ast.AST) -> None:
        match node:
            case ast.AugAssign(target=ast.Name(id=name)):
                self.uses.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for alias in names:
                    self.doubtful |= alias.name == "*"
                    self.gives.add(alias.asname or alias.name.partition(".")[0])
            case ast.Call(func=function):
                name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
                self.calls.add(name)
                self.doubtful |= name in _DOUBTFUL_CALLS or name.startswith(("manual_seed", "seed", "set_", "patch"))


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run with the cell: not those in the body of a function."""
    yield node
    inner = list(ast.iter_child_nodes(node))
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        inner = [*getattr(node, "decorator_list", []), *node.args.defaults, *filter(None, node.args.kw_defaults)]
    for child in inner:
        yield from _executed(child)


def _changed(node: ast.AST) -> Iterator[str]:
    """Yield the names of objects of which a node sets an attribute or an item."""
    if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
        yield from (inner.id for inner in ast.walk(node.value) if isinstance(inner, ast.Name))


def _assigned_globals(text: str) -> Iterator[str]:
    """Yield the names that a function of a statement declares `global` and assigns."""
    for scope in scopes(text):
        for symbol in scope.get_symbols():
            if symbol.is_declared_global() and symbol.is_assigned():
                yield symbol.get_name()

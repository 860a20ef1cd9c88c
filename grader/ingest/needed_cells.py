"""The cells that the tested names depend on, so that a notebook with an hour of training is judged in seconds.

A static walk over names: imports, definitions and assignments that lead to a target run, and so do doubtful cells.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Sequence

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
    names, chosen = set(targets), {part.number for part in known if part.doubtful}
    while True:
        before = len(names), len(chosen)
        for part in known:
            if part.number in chosen or part.gives & names or part.changes & names:
                chosen.add(part.number)
                names |= part.uses
        if before == (len(names), len(chosen)):
            return chosen


class _Part:
    """The names that one cell defines, changes and uses."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.gives: set[str] = set()
        self.changes: set[str] = set()
        self.uses: set[str] = set()
        self.doubtful = False

    @classmethod
    def of(cls, cell: Cell) -> _Part | None:
        """Return the parts of a cell, or None if it does not parse."""
        magic = None if cell.module else cell_magic(cell.source)
        if magic is not None and not magic.is_python:
            return None  # what it does and uses is not known
        try:
            tree = parse_cell(cell.source)
        except SyntaxError:
            return None
        part = cls(cell.number)
        part.doubtful = as_python(cell.source) != cell.source or bool(cell.module)  # a magic can do anything
        for statement in tree.body:
            part._read(statement)
        return part

    def _read(self, statement: ast.stmt) -> None:
        for node in ast.walk(statement):
            match node:
                case ast.Name(id=name, ctx=ast.Load()):
                    self.uses.add(name)
                case ast.Name(id=name):
                    self.gives.add(name)
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                    self.gives.add(name)
                case ast.Import(names=names) | ast.ImportFrom(names=names):
                    for alias in names:
                        self.doubtful |= alias.name == "*"
                        self.gives.add(alias.asname or alias.name.partition(".")[0])
                case ast.Attribute(value=value, ctx=ast.Store()) | ast.Subscript(value=value, ctx=ast.Store()):
                    self.changes |= {inner.id for inner in ast.walk(value) if isinstance(inner, ast.Name)}
                case ast.Call(func=function):
                    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
                    self.doubtful |= name in _DOUBTFUL_CALLS or name.startswith(
                        ("manual_seed", "seed", "set_", "patch")
                    )
        self.uses -= _BUILTINS

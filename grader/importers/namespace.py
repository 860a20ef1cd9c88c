"""Where the names of a test come from: tests of notebooks use the notebook's names without importing them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from grader.definitions.bound_names import certainly_bound, global_names
from grader.definitions.names_in_tests import installed_modules
from grader.importers.assignment import CannotImport, Cell
from grader.importers.free_names import BUILTINS, REFUSED, bound_by, free_names, line_of_given_function, names_as_values
from grader.syntax import parse_cell

# Names by which libraries are known, for tests that come without their notebook.
USUAL = {"np": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot", "F": "torch.nn.functional", "nn": "torch.nn"}
_OF_NOTEBOOKS = REFUSED | {"get_ipython", "display"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_NO_FUNCTIONS = "define it in the template, so that the submission has it"
_RANDOM = frozenset(("random", "rand", "randn", "randint", "default_rng", "normal", "uniform", "choice", "shuffle"))


@dataclass(frozen=True)
class Statement:
    """A statement of the notebook outside of all functions, and what it binds and uses."""

    node: ast.stmt
    source: str
    cell: int
    given: bool
    binds: frozenset[str]
    uses: frozenset[str]


@dataclass
class Names:
    """What a test needs before its own statements: imports, statements of the course, and names of the submission."""

    imports: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    of_submission: list[str] = field(default_factory=list)
    changeable: list[str] = field(default_factory=list)  # the course's own values that a team can change


class Namespace:
    """The names of a notebook, by the statements that bind them; without cells every name is the submission's."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.statements = list(_statements(cells))
        self.is_known = bool(cells)

    def names_of(self, code: str, cell: int = 0, known: Collection[str] = ()) -> Names:
        """Return where the names of a test come from that ran in a cell; 0 is after the last one.

        Names that are `known` are left out, such as the test's own parameters.

        Raises:
            CannotImport: the test needs what cannot be given to it.
        """
        found = Names()
        values = names_as_values(code)
        for name in free_names(code):
            if name not in known:
                self._find(name, cell, name in values, found)
        if found.of_submission and (line := line_of_given_function(code, found.of_submission)):
            raise CannotImport(f"line {line} of the test gives a function to the submission", _NO_FUNCTIONS)
        return found

    def _find(self, name: str, cell: int, is_value: bool, found: Names) -> None:
        if name in _OF_NOTEBOOKS:
            raise CannotImport(f"the test uses {name}", "write the test without it")
        binding = [one for one in self.statements if name in one.binds]
        before = [one for one in binding if not cell or one.cell < cell]
        if not binding:
            self._find_unbound(name, found)
            return
        if not before:
            raise CannotImport(f"{name} is only defined after the test, in cell {binding[0].cell}", "move the test")
        last = before[-1]
        later = [one for one in binding if cell and one.cell > cell and one.source != last.source]
        if isinstance(last.node, ast.Import | ast.ImportFrom) and is_installed(last.node):
            _add(found.imports, import_of(last.node, name))
        elif later:
            what = f"{name} is changed again in cell {later[0].cell}, and tests run after all cells"
            raise CannotImport(what, "give it another name there")
        elif last.given and not (is_value and isinstance(last.node, _FUNCTIONS)) and self._copy(name, cell, found):
            pass
        else:
            _add(found.of_submission, name)
            if last.given and not isinstance(last.node, ast.Import | ast.ImportFrom):
                _add(found.changeable, name)

    def _find_unbound(self, name: str, found: Names) -> None:
        module = USUAL.get(name, name)
        if name in USUAL or name in installed_modules():
            if module.partition(".")[0] not in installed_modules():
                raise CannotImport(f"the test needs {module}, which is not installed here", f"install {module}")
            _add(found.imports, f"import {module}" if module == name else f"import {module} as {name}")
        elif self.is_known:
            raise CannotImport(f"{name} is defined in no cell", "define it, or correct the test")
        else:
            _add(found.of_submission, name)

    def _copy(self, name: str, cell: int, found: Names) -> bool:
        """Copy the statements of the course that define a name; return whether that was possible."""
        copied, needed = self._copied(name, cell)
        for part in copied:
            if isinstance(part.node, ast.Import | ast.ImportFrom):
                for one in sorted(part.binds & needed):
                    _add(found.imports, import_of(part.node, one))
            else:
                _add(found.statements, part.source)
        return bool(copied)

    def _copied(self, name: str, cell: int) -> tuple[list[Statement], set[str]]:
        """Return the statements of the course that define a name, and all names in them.

        There are none if it depends on more than these.

        Only what has the same value wherever it is run is copied: it is defined once, nothing else changes it, and
        neither the submission nor random numbers nor files are part of it.
        """
        needed, found = [name], []
        done: set[str] = set()
        while needed:
            one = needed.pop()
            if one in done or one in BUILTINS:
                continue
            done.add(one)
            touching = [part for part in self.statements if one in part.binds]
            if len(touching) != 1 or (cell and touching[0].cell > cell) or not _is_repeatable(touching[0]):
                return [], done
            if any(_may_change(part, one) for part in self.statements if part is not touching[0]):
                return [], done
            found.append(touching[0])
            needed += sorted(touching[0].uses)
        return [part for part in self.statements if part in found], done


def _is_repeatable(statement: Statement) -> bool:
    node = statement.node
    if isinstance(node, ast.Import | ast.ImportFrom):
        return is_installed(node)
    if not statement.given or not certainly_bound(node) or statement.uses & _OF_NOTEBOOKS:
        return False
    if isinstance(node, ast.Assign | ast.AnnAssign):
        words = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)} | statement.uses
        return not words & _RANDOM and not any(
            "seed" in word or word.startswith(("rand", "read", "load")) for word in words
        )
    return True


def _may_change(statement: Statement, name: str) -> bool:
    """Return whether a statement of no definition mentions a name in a way that may change its object."""
    node = statement.node
    if name not in statement.uses or isinstance(
        node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef | ast.Assert
    ):
        return False
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and _is_name(part.func.value, name):
            return True
    call = node.value if isinstance(node, ast.Expr) else None
    shows = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("print", "display")
    return isinstance(call, ast.Call) and not shows and any(_is_name(one, name) for one in call.args)


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _add(found: list[str], one: str) -> None:
    if one not in found:
        found.append(one)


def _statements(cells: Sequence[Cell]) -> Iterator[Statement]:
    for cell in cells:
        if cell.kind != "code":
            continue
        try:
            tree = parse_cell(cell.source)
        except SyntaxError:
            continue
        for node in tree.body:
            source = ast.unparse(node)
            bound = frozenset(bound_by(node))
            uses = frozenset(global_names(source)) - bound
            yield Statement(node, source, cell.number, cell.given, bound, uses)


def is_installed(node: ast.Import | ast.ImportFrom) -> bool:
    """Return whether all modules of an import are installed; the import is not made."""
    if isinstance(node, ast.ImportFrom):
        tops = {"" if node.level else (node.module or "").partition(".")[0]}
    else:
        tops = {entry.name.partition(".")[0] for entry in node.names}
    return tops <= installed_modules()


def import_of(node: ast.Import | ast.ImportFrom, name: str) -> str:
    """Return the import of a single name, of a statement that may import several."""
    entry = next(one for one in node.names if (one.asname or one.name.partition(".")[0]) == name)
    if entry.name == "*":
        raise CannotImport(f"the notebook imports all names of {getattr(node, 'module', '')}", "import those it needs")
    written = entry.name if entry.asname in (None, entry.name) else f"{entry.name} as {entry.asname}"
    return f"from {node.module} import {written}" if isinstance(node, ast.ImportFrom) else f"import {written}"

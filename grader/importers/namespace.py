"""Where the names of a test come from: tests of notebooks use the notebook's names without importing them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from grader.definitions.bound_names import bound_names, certainly_bound, global_names
from grader.definitions.names_in_tests import installed_modules
from grader.importers.assignment import CannotImport, Cell
from grader.syntax import parse_cell

# Names by which libraries are known, for tests that come without their notebook.
USUAL = {"np": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot", "F": "torch.nn.functional", "nn": "torch.nn"}
_BUILTINS = frozenset(dir(builtins)) - {"open", "input", "exec", "eval", "globals", "locals", "vars"}
_OF_NOTEBOOKS = frozenset(("get_ipython", "display", "open", "input", "exec", "eval", "globals", "locals", "vars"))
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
    """What a test needs before its own statements: imports of libraries, statements of the course, and the submission's names."""

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
        values = _used_as_values(code)
        for name in free_names(code):
            if name not in known:
                self._find(name, cell, name in values, found)
        if found.of_submission and (line := _hands_over_function(code, found.of_submission)):
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
        copied = self._copied(name, cell)
        for part in copied or ():
            if isinstance(part.node, ast.Import | ast.ImportFrom):
                for one in sorted(part.binds):
                    _add(found.imports, import_of(part.node, one))
            else:
                _add(found.statements, part.source)
        return copied is not None

    def _copied(self, name: str, cell: int) -> list[Statement] | None:
        """Return the statements of the course that define a name; None if it depends on more than these.

        Only what has the same value wherever it is run is copied: it is defined once, nothing else changes it, and
        neither the submission nor random numbers nor files are part of it.
        """
        needed, found = [name], []
        done: set[str] = set()
        while needed:
            one = needed.pop()
            if one in done or one in _BUILTINS:
                continue
            done.add(one)
            touching = [part for part in self.statements if one in part.binds]
            if len(touching) != 1 or (cell and touching[0].cell > cell) or not _is_repeatable(touching[0]):
                return None
            if any(_may_change(part, one) for part in self.statements if part is not touching[0]):
                return None
            found.append(touching[0])
            needed += sorted(touching[0].uses)
        return [part for part in self.statements if part in found]


def _is_repeatable(statement: Statement) -> bool:
    node = statement.node
    if isinstance(node, ast.Import | ast.ImportFrom):
        return is_installed(node)
    if not statement.given or not certainly_bound(node) or statement.uses & _OF_NOTEBOOKS:
        return False
    if isinstance(node, ast.Assign | ast.AnnAssign):
        words = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)} | statement.uses
        return not words & _RANDOM and not any("seed" in word or word.startswith(("rand", "read", "load")) for word in words)
    return True


def _may_change(statement: Statement, name: str) -> bool:
    """Return whether a statement of no definition mentions a name in a way that may change its object."""
    node = statement.node
    if name not in statement.uses or isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef | ast.Assert):
        return False
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and _is_name(part.func.value, name):
            return True
    call = node.value if isinstance(node, ast.Expr) else None
    shows = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("print", "display")
    return isinstance(call, ast.Call) and not shows and any(_is_name(one, name) for one in call.args)


def _used_as_values(code: str) -> set[str]:
    """Return the names that are used otherwise than by calling them or taking an attribute."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    bases = {id(part.func) for part in ast.walk(tree) if isinstance(part, ast.Call)}
    bases |= {id(part.value) for part in ast.walk(tree) if isinstance(part, ast.Attribute)}
    return {part.id for part in ast.walk(tree) if isinstance(part, ast.Name) and id(part) not in bases}


def _hands_over_function(code: str, of_submission: Sequence[str]) -> int:
    """Return the line of a call of the submission that is given a function of the test; 0 if there is none."""
    tree = ast.parse(code)
    own = {part.name for part in ast.walk(tree) if isinstance(part, _FUNCTIONS)}
    for part in ast.walk(tree):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in of_submission:
            for given in (*part.args, *(keyword.value for keyword in part.keywords)):
                if isinstance(given, ast.Lambda) or (isinstance(given, ast.Name) and given.id in own):
                    return part.lineno
    return 0


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


def bound_by(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement outside of all functions binds, imports included."""
    yield from bound_names(node)
    for part in ast.walk(node):
        if isinstance(part, ast.Import | ast.ImportFrom):
            for entry in part.names:
                yield entry.asname or entry.name.partition(".")[0]


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


def free_names(code: str) -> list[str]:
    """Return the names that statements use from outside: read before they are bound, and not Python's own.

    Raises:
        CannotImport: the statements are no Python.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise CannotImport(f"the test is no Python: {error}", "correct it") from None
    bound: set[str] = set()
    found: list[str] = []
    everywhere = {name for node in tree.body for name in bound_by(node)}
    for node in tree.body:
        inner = _names_inside_functions(node)
        changed = [part.target.id for part in ast.walk(node) if _changes_name(part)]  # type: ignore[attr-defined]
        for name in (*global_names(ast.unparse(node)), *changed):
            known = everywhere if name in inner else bound
            if name not in known and name not in _BUILTINS and (name in changed or not _is_only_bound(node, name)):
                _add(found, name)
        bound |= set(bound_by(node))
    return found


def _changes_name(node: ast.AST) -> bool:
    return isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)


def _names_inside_functions(node: ast.stmt) -> set[str]:
    """Return the names in the bodies of functions, which are looked up when the functions are called."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    bodies = [part for part in ast.walk(node) if isinstance(part, functions)]
    inside = {id(name): name.id for part in bodies for name in ast.walk(part) if isinstance(name, ast.Name)}
    outside = {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and id(name) not in inside}
    return set(inside.values()) - outside


def _is_only_bound(node: ast.stmt, name: str) -> bool:
    """Return whether a compound statement binds a name before it reads it, such as the variable of a loop."""
    reads: list[tuple[int, int]] = []
    binds: list[tuple[int, int]] = []
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id == name:
            (binds if isinstance(part.ctx, ast.Store) else reads).append((part.lineno, part.col_offset))
        elif isinstance(part, ast.ExceptHandler | ast.FunctionDef | ast.ClassDef) and part.name == name:
            binds.append((part.lineno, part.col_offset))
        elif isinstance(part, ast.Import | ast.ImportFrom) and name in bound_by(part):
            binds.append((part.lineno, part.col_offset))
    simple = isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
    return bool(binds) and not simple and (not reads or min(binds) < min(reads))

"""The names that the statements of a test use from outside, and how they use them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator

from grader.definitions.bound_names import bound_names, global_names
from grader.importers.assignment import CannotImport

REFUSED = frozenset(("open", "input", "exec", "eval", "globals", "locals", "vars"))  # they need files or the notebook
BUILTINS = frozenset(dir(builtins)) - REFUSED
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def bound_by(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement outside of all functions binds, imports included."""
    yield from bound_names(node)
    for part in ast.walk(node):
        if isinstance(part, ast.Import | ast.ImportFrom):
            for entry in part.names:
                yield entry.asname or entry.name.partition(".")[0]


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
            if (
                name not in (*known, *found)
                and name not in BUILTINS
                and (name in changed or not _is_only_bound(node, name))
            ):
                found.append(name)
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
        elif isinstance(part, ast.ExceptHandler | ast.stmt) and name in _bound_at(part):
            binds.append((part.lineno, part.col_offset))
    simple = isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
    return bool(binds) and not simple and (not reads or min(binds) < min(reads))


def _bound_at(part: ast.ExceptHandler | ast.stmt) -> list[str]:
    """Return the names that a clause, a definition or an import binds itself."""
    if isinstance(part, ast.ExceptHandler | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [part.name or ""]
    return list(bound_by(part)) if isinstance(part, ast.Import | ast.ImportFrom) else []


def names_as_values(code: str) -> set[str]:
    """Return the names that are used otherwise than by calling them or taking an attribute."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    bases = {id(part.func) for part in ast.walk(tree) if isinstance(part, ast.Call)}
    bases |= {id(part.value) for part in ast.walk(tree) if isinstance(part, ast.Attribute)}
    return {part.id for part in ast.walk(tree) if isinstance(part, ast.Name) and id(part) not in bases}


def line_of_given_function(code: str, of_submission: Collection[str]) -> int:
    """Return the line of a call of the submission that is given a function of the test; 0 if there is none."""
    tree = ast.parse(code)
    own = {part.name for part in ast.walk(tree) if isinstance(part, _FUNCTIONS)}
    for part in ast.walk(tree):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in of_submission:
            for given in (*part.args, *(keyword.value for keyword in part.keywords)):
                if isinstance(given, ast.Lambda) or (isinstance(given, ast.Name) and given.id in own):
                    return part.lineno
    return 0

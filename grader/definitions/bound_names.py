"""The names that a top-level statement binds, and those that it uses from outside."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator

_SIMPLE = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Assign, ast.AnnAssign)
_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def targets_of(node: ast.stmt) -> list[ast.expr]:
    """Return the targets of an assignment; none for other statements."""
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, (ast.AnnAssign, ast.AugAssign)) else []


def certainly_bound(node: ast.stmt) -> set[str]:
    """Return the names that a definition or a simple assignment binds whenever it runs."""
    if isinstance(node, _DEFINITIONS):
        return {node.name}
    targets = targets_of(node) if isinstance(node, _SIMPLE) else []
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    return names if len(names) == len(targets) else set()


def bound_names(node: ast.stmt) -> Iterator[str]:
    """Yield the top-level names that a statement may bind, or change by one of their attributes or items."""
    todo: list[ast.AST] = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, _DEFINITIONS):
            yield part.name
        elif not isinstance(part, ast.Lambda):
            todo += reversed(_inside(part))
            yield from _bound_here(part)


def _inside(part: ast.AST) -> list[ast.AST]:
    """Return the parts of a node that bind names outside of it: not the variables of a comprehension."""
    if isinstance(part, ast.comprehension):
        return [part.iter, *part.ifs]
    return list(ast.iter_child_nodes(part))


def _bound_here(part: ast.AST) -> Iterator[str]:
    match part:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.Attribute(value=value, ctx=ast.Store()) | ast.Subscript(value=value, ctx=ast.Store()):
            yield from _base(value)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name


def _base(node: ast.AST) -> Iterator[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def local_names(node: ast.stmt, statement: str) -> frozenset[str]:
    """Return the names in a top-level statement that refer to something of its own wherever they stand in it.

    `statement` is its source. A name that is imported inside is not among them: it stands for what is imported.
    """
    everywhere = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    imports = (part for part in ast.walk(node) if isinstance(part, (ast.Import, ast.ImportFrom)))
    imported = {alias.asname or alias.name.partition(".")[0] for part in imports for alias in part.names}
    return frozenset(everywhere - imported - {*global_names(statement), *names_again_in_classes(statement)})


def scopes(statement: str) -> Iterator[symtable.SymbolTable]:
    """Yield the scopes of a top-level statement, the outermost first."""
    todo = [symtable.symtable(statement, "submission", "exec")]
    while todo:
        scope = todo.pop()
        todo += scope.get_children()
        yield scope


def names_again_in_classes(statement: str) -> Iterator[str]:
    """Yield the names that the body of a class uses and assigns: in `size = size`, the second is from outside."""
    for scope in scopes(statement):
        if scope.get_type() == "class":
            yield from (s.get_name() for s in scope.get_symbols() if s.is_referenced() and s.is_assigned())


def global_names(statement: str) -> Iterator[str]:
    """Yield the names in a top-level statement that refer to something outside of it, by Python's scopes."""
    context: set[str] = set()
    for scope in scopes(statement):
        outermost = scope.get_type() == "module"
        for symbol in scope.get_symbols():
            outside = symbol.is_referenced() if outermost else symbol.is_global()
            if outside and symbol.get_name() not in context:
                context.add(symbol.get_name())
                yield symbol.get_name()

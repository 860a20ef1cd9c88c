"""Change one place of a program's text, and leave everything else as it was written."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator

from grader.syntax import parse_cell
from grader.trying.operators.base import Site


def sites(tree: ast.AST) -> Iterator[Site]:
    """Yield every node with those around it, in the order of the text; docstrings and annotations are left out."""
    yield from _below(tree, ())


def _below(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[Site]:
    inner = (*around, node)
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_comment"):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST) and not _is_docstring(part):
                yield Site(part, inner)
                yield from _below(part, inner)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def changed(source: str, node: ast.AST, new: ast.AST) -> str | None:
    """Return the source with `new` in the place of `node`; None if that is no other program."""
    lines = source.splitlines(keepends=True)
    begin, end = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
    if not begin or not end:
        return None
    head = lines[begin - 1].encode()[: getattr(node, "col_offset", 0)].decode()
    tail = lines[end - 1].encode()[getattr(node, "end_col_offset", 0) :].decode()
    text = ast.unparse(ast.fix_missing_locations(new))
    for way in (text, f"({text})") if isinstance(new, ast.expr) else (text,):
        made = "".join([*lines[: begin - 1], head, way, tail, *lines[end:]])
        if _is_change(source, made, node, new):
            return made
    return None


def _is_change(source: str, made: str, node: ast.AST, new: ast.AST) -> bool:
    """Return whether the text means what was intended: precedence may bind an unbracketed expression otherwise."""
    try:
        found = ast.dump(parse_cell(made))
    except (SyntaxError, ValueError):
        return False
    tree = parse_cell(source)
    if found == ast.dump(tree):
        return False
    place = (type(node), *_span(node))
    wanted = ast.dump(_Replaced(place, new).visit(tree))
    return found == wanted


def _span(node: ast.AST) -> tuple[int, int, int, int]:
    names = ("lineno", "col_offset", "end_lineno", "end_col_offset")
    first, second, third, fourth = (getattr(node, name) for name in names)
    return first, second, third, fourth


class _Replaced(ast.NodeTransformer):
    """Puts a node in the place of the one of the same type and place."""

    def __init__(self, place: tuple[type, int, int, int, int], new: ast.AST) -> None:
        self._place, self._new = place, new

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the new node for the one that is replaced; the outermost one, if several begin and end there."""
        if hasattr(node, "lineno") and (type(node), *_span(node)) == self._place:
            return self._new
        self.generic_visit(node)
        return node


def changed_lines(before: str, after: str) -> str:
    """Return the lines of two texts that differ: those before with a minus, those after with a plus."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))

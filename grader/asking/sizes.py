"""Whole numbers with names in them: `seq - 2`, `3 * hidden`, `(a + b) // 2`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache

_OPERATIONS: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
MAX_LETTERS = 200


class NoSize(ValueError):
    """A text that is no whole number with names in it. The text of the error says what is wrong."""


@lru_cache(maxsize=4096)
def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body if len(text) <= MAX_LETTERS else ast.Constant(None)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NoSize(f"'{text[:40]}' is no size") from None


def names_of(size: int | str) -> frozenset[str]:
    """Return the names in a size.

    Raises:
        NoSize: it is none.
    """
    if isinstance(size, int):
        return frozenset()
    for node in ast.walk(tree := _parsed(size)):
        known = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.USub, ast.Load, *_OPERATIONS)
        if not isinstance(node, known) or (isinstance(node, ast.Constant) and type(node.value) is not int):
            raise NoSize(f"'{size[:40]}' is no size; names, whole numbers, + - * // and % are known")
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def number_of(size: int | str, sizes: Mapping[str, int]) -> int:
    """Return the number of a size.

    Raises:
        NoSize: it is none, a name has no number, or it divides by zero.
    """
    if isinstance(size, int):
        return size
    if lacking := sorted(names_of(size) - set(sizes)):
        raise NoSize(f"there is no number for {', '.join(lacking)}")
    try:
        return _value(_parsed(size), sizes)
    except ZeroDivisionError:
        raise NoSize(f"'{size}' divides by zero") from None


def _value(node: ast.expr, sizes: Mapping[str, int]) -> int:
    if isinstance(node, ast.Name):
        return sizes[node.id]
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, sizes)
    if isinstance(node, ast.BinOp):
        return _OPERATIONS[type(node.op)](_value(node.left, sizes), _value(node.right, sizes))
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, int)
    return node.value

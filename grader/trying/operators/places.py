"""Changes of places in arrays: axes, slices, transposes, ranges."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from grader.trying.operators.base import Site, called, number, operator, renamed, whole

_AXES = ("dim", "axis", "dims", "dim0", "dim1")
_WITH_AXIS = frozenset(
    (
        "sum", "mean", "max", "min", "argmax", "argmin", "softmax", "log_softmax", "cumsum", "cumprod", "cat", "stack",
        "concatenate", "squeeze", "unsqueeze", "norm", "std", "var", "any", "all", "prod", "chunk", "split", "flip",
        "roll", "sort", "topk", "gather", "flatten",
    )
)  # fmt: skip
_TRANSPOSES = frozenset(("transpose", "swapaxes", "t", "permute"))


def is_place(site: Site) -> bool:
    """Return whether a node is part of an index, a slice, a range or an axis, which have operators of their own."""
    chain = (*site.around, site.node)
    for outer, inner in itertools.pairwise(chain):
        if isinstance(outer, ast.Subscript) and inner is outer.slice:
            return True
        if isinstance(outer, ast.keyword) and outer.arg in _AXES:
            return True
        if isinstance(outer, ast.Call) and inner is not outer.func and called(outer) in ("range", *_TRANSPOSES):
            return True
    return False


@operator
def transpose(site: Site) -> Iterator[ast.AST]:
    """A transpose is missing.

    y = p.T @ dz  ->  y = p @ dz
    y = k.transpose(-2, -1)  ->  y = k
    """
    node = site.node
    if isinstance(node, ast.Attribute) and node.attr in ("T", "mT") and isinstance(node.ctx, ast.Load):
        yield node.value
    if isinstance(node, ast.Call) and called(node) in _TRANSPOSES and isinstance(node.func, ast.Attribute):
        by_function = isinstance(node.func.value, ast.Name) and node.func.value.id in ("torch", "np", "numpy")
        yield node.args[0] if by_function and node.args else node.func.value


@operator
def operands(site: Site) -> Iterator[ast.AST]:
    """The operands of a product, a difference or a quotient are exchanged.

    y = x @ w  ->  y = w @ x
    y = a - b  ->  y = b - a
    """
    node = site.node
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.MatMult, ast.Sub, ast.Div)) and not is_place(site):
        yield ast.BinOp(node.right, node.op, node.left)


@operator
def axis(site: Site) -> Iterator[ast.AST]:
    """Another axis.

    y = x.mean(dim=-1)  ->  y = x.mean(dim=0)
    y = torch.cat((a, b), 1)  ->  y = torch.cat((a, b), 0)
    """
    node = site.node
    if isinstance(node, ast.keyword) and node.arg in ("dim", "axis") and (value := whole(node.value)) is not None:
        yield ast.keyword(node.arg, number(_other(value)))
    if isinstance(node, ast.Call) and called(node) in _WITH_AXIS and node.args:
        value = whole(node.args[-1])
        if value is not None and (len(node.args) > 1 or isinstance(node.func, ast.Attribute)):
            yield ast.Call(node.func, [*node.args[:-1], number(_other(value))], node.keywords)


def _other(value: int) -> int:
    return 1 if value == 0 else 0


@operator
def slice_off_by_one(site: Site) -> Iterator[ast.AST]:
    """A bound of a slice or an index is off by one.

    y = x[1:]  ->  y = x[2:]
    y = x[:-1]  ->  y = x[:-2]
    y = x[:n]  ->  y = x[:n - 1]
    y = x[0, -1]  ->  y = x[0, -2]
    """
    node = site.node
    if isinstance(node, ast.Slice):
        if node.lower is not None:
            yield ast.Slice(_nearer(node.lower, 1), node.upper, node.step)
        if node.upper is not None:
            yield ast.Slice(node.lower, _nearer(node.upper, -1), node.step)
    value = whole(node)
    is_index = isinstance(site.parent, ast.Subscript) and node is site.parent.slice
    if value is not None and (is_index or _in_tuple_of_index(site)):
        yield number(value + 1 if value >= 0 else value - 1)


def _in_tuple_of_index(site: Site) -> bool:
    """Return whether a node is one of several indices: `0` in `x[0, i]`."""
    if len(site.around) < 2 or not isinstance(site.parent, ast.Tuple):
        return False
    outer = site.around[-2]
    return isinstance(outer, ast.Subscript) and outer.slice is site.parent


def _nearer(bound: ast.expr, by: int) -> ast.expr:
    value = whole(bound)
    if value is not None:
        return number(value + by)
    return ast.BinOp(bound, ast.Add() if by > 0 else ast.Sub(), ast.Constant(1))


@operator
def steps(site: Site) -> Iterator[ast.AST]:
    """A loop makes one step less, or goes in the other direction.

    y = list(range(n))  ->  y = list(range(n - 1))
    y = list(reversed(range(n)))  ->  y = list(range(n))
    """
    node = site.node
    if isinstance(node, ast.Call) and called(node) == "range" and 0 < len(node.args) < 3:
        yield ast.Call(node.func, [*node.args[:-1], _nearer(node.args[-1], -1)], [])
    if isinstance(node, ast.Call) and called(node) == "reversed" and len(node.args) == 1:
        yield node.args[0]


@operator
def triangle(site: Site) -> Iterator[ast.AST]:
    """The other triangle of a matrix, or one without its diagonal.

    y = torch.ones(n, n).tril()  ->  y = torch.ones(n, n).triu()
    y = torch.tril(x)  ->  y = torch.tril(x, diagonal=-1)
    """
    if isinstance(site.node, ast.Call) and called(site.node) in ("tril", "triu"):
        call, upper = site.node, called(site.node) == "triu"
        yield renamed(call, "tril" if upper else "triu")
        if not call.keywords:
            yield ast.Call(call.func, call.args, [ast.keyword("diagonal", number(1 if upper else -1))])

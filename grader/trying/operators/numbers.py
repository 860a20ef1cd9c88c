"""Changes of arithmetic: signs, factors, constants, comparisons."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.trying.operators.base import Site, called, is_number, number, operator, renamed, subject
from grader.trying.operators.places import is_place

_COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
_EXCHANGED = {"mean": "sum", "sum": "mean", "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax"}


@operator
def sign(site: Site) -> Iterator[ast.AST]:
    """A sign is changed.

    y = x - mean  ->  y = x + mean
    y = -x * 2  ->  y = x * 2
    """
    node = site.node
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        yield ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not is_place(site) and not is_number(node):
        yield node.operand


@operator
def scale_missing(site: Site) -> Iterator[ast.AST]:
    """A factor, a divisor or an exponent is missing.

    y = scores / math.sqrt(d)  ->  y = scores
    y = (1 - h**2) * dh  ->  y = 1 - h ** 2
    y = x**2  ->  y = x
    """
    node = site.node
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Mult, ast.Pow)) and not is_place(site):
        yield node.left
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and not is_place(site):
        yield node.right


@operator
def root_missing(site: Site) -> Iterator[ast.AST]:
    """A square root, a logarithm or an exponential is missing.

    y = torch.sqrt(x + eps)  ->  y = x + eps
    """
    if isinstance(site.node, ast.Call) and called(site.node) in ("sqrt", "exp", "log", "abs", "square"):
        inner = subject(site.node)
        if inner is not None:
            yield inner


@operator
def term_missing(site: Site) -> Iterator[ast.AST]:
    """A term of a sum is missing, such as a bias or a residual connection.

    y = x + self.block(x)  ->  y = self.block(x)
    z = w @ x + b  ->  z = w @ x
    """
    node = site.node
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and not is_place(site):
        if not is_number(node.left):
            yield node.left
        if not is_number(node.right):
            yield node.right


@operator
def mean_for_sum(site: Site) -> Iterator[ast.AST]:
    """A mean in the place of a sum, a maximum in the place of a minimum, and the other way round.

    y = x.mean(dim=1)  ->  y = x.sum(dim=1)
    y = torch.argmax(x)  ->  y = torch.argmin(x)
    """
    if isinstance(site.node, ast.Call) and called(site.node) in _EXCHANGED:
        yield renamed(site.node, _EXCHANGED[called(site.node)])


@operator
def reduction(site: Site) -> Iterator[ast.AST]:
    """Another reduction of a loss.

    y = loss(x, t, reduction="mean")  ->  y = loss(x, t, reduction='sum')
    """
    node = site.node
    if isinstance(node, ast.keyword) and node.arg == "reduction" and isinstance(node.value, ast.Constant):
        yield ast.keyword("reduction", ast.Constant("sum" if node.value.value == "mean" else "mean"))


@operator
def constant(site: Site) -> Iterator[ast.AST]:
    """A constant is another one.

    y = 2 * x  ->  y = 3 * x
    y = x.var(unbiased=False)  ->  y = x.var(unbiased=True)
    y = 0.5 * x  ->  y = 1.0 * x
    """
    node = site.node
    if not isinstance(node, ast.Constant) or is_place(site):
        return
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif type(node.value) is int:
        yield number(node.value + 1)
    elif type(node.value) is float:
        yield number(node.value * 2 or 1.0)


@operator
def comparison(site: Site) -> Iterator[ast.AST]:
    """A comparison includes its bound, or no longer does, or is reversed.

    y = positions < lengths  ->  y = positions <= lengths
    y = guess == label  ->  y = guess != label
    """
    node = site.node
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARED:
        yield ast.Compare(node.left, [_COMPARED[type(node.ops[0])]()], node.comparators)

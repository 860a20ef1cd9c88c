"""An operator: a function from a place in a program to the small changes that a student might have made there."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Site:
    """A node of a program with the nodes around it, the outermost first."""

    node: ast.AST
    around: tuple[ast.AST, ...] = ()

    @property
    def parent(self) -> ast.AST | None:
        """Return the node directly around it."""
        return self.around[-1] if self.around else None

    @property
    def function(self) -> ast.FunctionDef | None:
        """Return the innermost function that it is part of."""
        return next((node for node in reversed(self.around) if isinstance(node, ast.FunctionDef)), None)

    @property
    def in_loop(self) -> bool:
        """Return whether it is repeated in its function."""
        inside = reversed(self.around)
        for node in inside:
            if isinstance(node, (ast.For, ast.While)):
                return True
            if isinstance(node, ast.FunctionDef):
                return False
        return False


@dataclass(frozen=True)
class Operator:
    """A change by name; `title` says what was changed, `examples` has pairs of programs before and after it."""

    name: str
    change: Callable[[Site], Iterator[ast.AST]]
    title: str
    examples: tuple[tuple[str, str], ...]

    def __call__(self, site: Site) -> Iterator[ast.AST]:
        """Yield the nodes that may stand in the place of the site's."""
        return self.change(site)


ARROW = "  ->  "


def operator(change: Callable[[Site], Iterator[ast.AST]]) -> Operator:
    """Return a function as an operator: its docstring has a title, and an example on each line with an arrow."""
    lines = [line.strip() for line in (change.__doc__ or "").splitlines()]
    examples = [line.partition(ARROW) for line in lines if ARROW in line]
    pairs = tuple((before.strip(), after.strip()) for before, _, after in examples)
    return Operator(change.__name__, change, lines[0].rstrip("."), pairs)


def is_operator(value: Any) -> bool:
    """Return whether an object of a module is an operator."""
    return isinstance(value, Operator)


def called(node: ast.AST | None) -> str:
    """Return the last part of the name of what is called: `relu` of `torch.relu(x)`; empty for other nodes."""
    if not isinstance(node, ast.Call):
        return ""
    return last_name(node.func)


def last_name(node: ast.AST) -> str:
    """Return the last part of a dotted name; empty for other nodes."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_number(node: ast.AST | None) -> bool:
    """Return whether a node is a number, possibly with a minus."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def whole(node: ast.AST | None) -> int | None:
    """Return the whole number that a node is, possibly with a minus; None for other nodes."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = whole(node.operand)
        return None if inner is None else -inner
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def number(value: float) -> ast.expr:
    """Return the node of a number."""
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def renamed(call: ast.Call, name: str) -> ast.Call:
    """Return a call of another function of the same module or object."""
    if isinstance(call.func, ast.Attribute):
        return ast.Call(ast.Attribute(call.func.value, name, ast.Load()), call.args, call.keywords)
    return ast.Call(ast.Name(name, ast.Load()), call.args, call.keywords)


def subject(call: ast.Call) -> ast.expr | None:
    """Return what a call is applied to: the first argument of a function, the object of a method without arguments."""
    if call.args:
        return call.args[0] if not isinstance(call.args[0], ast.Starred) else None
    return call.func.value if isinstance(call.func, ast.Attribute) and not call.keywords else None

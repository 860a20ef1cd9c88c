"""Which of the team's own conventions a formula was read under, in words for the finding."""

from __future__ import annotations

from collections.abc import Iterator

from grader.expressions.given_formula import Given
from grader.expressions.tree import Apply, Binary, Component, Entries, Node, Symbol, children

_ACTIVATIONS = {"phi", "psi", "f", "g"}


def conventions(given: Given) -> list[str]:
    """Return what was taken for granted: the activation's name, h for its value, the index, entries, a bare name."""
    nodes = list(_walk(given.last))
    names = {n.function for n in nodes if isinstance(n, Apply)} | {n.name for n in nodes if isinstance(n, Symbol)}
    found = [f"{name} is the activation" for name in sorted(names & _ACTIVATIONS)]
    if "h" in names:
        found.append("h stands for the value of the activation")
    if any(_bare_derivative(node) for node in nodes):
        found.append("the derivative without an argument is taken at z[k+1]")
    if given.index is not None and (given.index.variable, given.index.offset) != ("k", 1):
        found.append(f"J[{given.index}] is the sheet's J[k+1]")
    if any(isinstance(node, Entries | Component) for node in nodes):
        found.append("entries are row, then column")
    if any(isinstance(node, Binary) and node.operator == "o" for node in nodes):
        found.append("the sign for elementwise products is read as one")
    return found


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _walk(child)


def _bare_derivative(node: Node) -> bool:
    return isinstance(node, Symbol) and node.primes > 0 and node.name not in ("h", "z", "x")

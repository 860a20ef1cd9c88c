"""The conventions under which a formula was read, as messages for the finding."""

from __future__ import annotations

from collections.abc import Iterator

from grader.expressions.given_formula import Given
from grader.expressions.tree import Apply, Binary, Component, Entries, Node, Partial, Symbol, children
from grader.model.message import Message, say

_ACTIVATIONS = {"phi", "psi", "f", "g"}


def conventions(given: Given) -> list[Message]:
    """Return the assumptions: the name of the activation, h for its value, the index, entries, a missing argument."""
    nodes = list(_walk(given.last))
    names = {n.function for n in nodes if isinstance(n, Apply)} | {n.name for n in nodes if isinstance(n, Symbol)}
    found = [say("{name} is the activation", name=name) for name in sorted(names & _ACTIVATIONS)]
    if any(isinstance(node, Symbol) and node.name == "h" for node in _outside_derivatives(given.last)):
        found.append(say("h is the value of the activation"))
    if any(_bare_derivative(node) for node in nodes):
        found.append(say("a derivative without an argument is taken at z[k+1]"))
    if given.index is not None and (given.index.variable, given.index.offset) != ("k", 1):
        found.append(say("J[{index}] is J[k+1] of the assignment", index=given.index))
    if any(isinstance(node, Entries | Component) for node in nodes):
        found.append(say("the first index of an entry is its row"))
    if any(isinstance(node, Binary) and node.operator == "o" for node in nodes):
        found.append(say("the circle is the elementwise product"))
    return found


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _walk(child)


def _outside_derivatives(node: Node) -> Iterator[Node]:
    """Return the nodes of a tree without those inside dh/dz, where h is the state itself."""
    if isinstance(node, Partial):
        return
    yield node
    for child in children(node):
        yield from _outside_derivatives(child)


def _bare_derivative(node: Node) -> bool:
    return isinstance(node, Symbol) and node.primes > 0 and node.name not in ("h", "z", "x")

"""The class of a formula by its value: the right derivative, one with partial credit, a known mistake, or unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from grader.expressions.evaluate import same
from grader.expressions.given_formula import Given, is_generic
from grader.expressions.known_mistakes import PRODUCT, catalogue, known_values
from grader.expressions.operations import DoesNotFit
from grader.expressions.simulated_rnn import Value, World
from grader.expressions.tree import (
    Apply,
    Binary,
    Component,
    Delta,
    Entries,
    Node,
    Partial,
    Product,
    Symbol,
    children,
    contains,
    show,
)
from grader.model.message import NOTHING, Message, Text, say

Activation = Literal["", "tanh", "sigmoid"]
Layout = Literal["any", "numerator", "denominator"]
Target = Callable[[World], Value]
_LAYOUTS: tuple[Layout, Layout] = ("numerator", "denominator")  # by whether a derivative is transposed
_OTHER_LAYOUT = say("The question asks for the other layout: the matrix is transposed.")
LOSS = say("J is the derivative of the state and not the gradient of the loss.")
INVERTED = say("The derivative is inverted: J is the derivative of h with respect to z.")


@dataclass(frozen=True)
class Class:
    """`right`, `unevaluated`, `partial` (with its number in `which`), `mistake` (with its `share`) or `unknown`."""

    kind: Literal["right", "unevaluated", "partial", "mistake", "unknown"]
    under: Activation = ""  # the activation that it holds for, if it does not hold for every one
    which: int = 0
    denominator_layout: bool = False
    mistakes: tuple[Message, ...] = ()
    share: str = ""
    name: Text = NOTHING
    by_form: bool = False  # recognised without a value


def classify(
    given: Given, worlds: Sequence[World], right: Target, partial: Sequence[Target], layout: Layout = "any"
) -> Class:
    """Return the class of the last form, by its value.

    A form with a general activation has to hold under all three activations; one that writes an activation out has to
    hold under that one.

    Raises:
        NotRead: it has no value.
    """
    if found := _by_form(given.last):
        return found
    values = given.values(given.last, worlds)
    for under, first, count in _subsets(given.last, worlds):
        part, chosen = values[first : first + count], worlds[first : first + count]
        if _equal(part, chosen, right):
            written_out = not _only_named(given.last)
            return Class("right" if written_out else "unevaluated", under)
        for number, target in enumerate(partial):
            for transposed in (False, True):
                if _equal(part, chosen, lambda w, t=target, turn=transposed: t(w).T if turn else t(w)):  # type: ignore[misc]
                    if layout not in ("any", _LAYOUTS[transposed]):
                        return Class("mistake", under, mistakes=(_OTHER_LAYOUT,), share="transposed")
                    kind: Literal["unknown", "partial"] = "unknown" if _only_named(given.last) else "partial"
                    return Class(kind, under, number, transposed)
    for under, first, count in _subsets(given.last, worlds):
        part, chosen = values[first : first + count], worlds[first : first + count]
        for number, known in enumerate(catalogue()):
            if all(same(value, known_values(world)[number]) for value, world in zip(part, chosen, strict=True)):
                return Class("mistake", under, mistakes=known.mistakes, share=known.share, name=known.name)
    return Class("unknown")


def _subsets(last: Node, worlds: Sequence[World]) -> list[tuple[Activation, int, int]]:
    """Return the worlds in which a form has to hold: all, or those of one activation if it is written out."""
    draws = len(worlds) // 3
    every: list[tuple[Activation, int, int]] = [("", 0, len(worlds))]
    return every if is_generic(last) else [*every, ("tanh", 0, draws), ("sigmoid", draws, draws)]


def _has_sum(node: Node) -> bool:
    own = isinstance(node, Product) and node.operator == "sum"
    return own or any(_has_sum(child) for child in children(node))


def _equal(values: Sequence[Value], worlds: Sequence[World], known: Target) -> bool:
    return all(same(value, np.asarray(known(world))) for value, world in zip(values, worlds, strict=True))


def _only_named(node: Node) -> bool:
    """Return whether a derivative is not evaluated, anywhere but in the activation itself."""
    return contains(node, Partial) and not _is_entrywise(node)


def _is_entrywise(node: Node) -> bool:
    """Return whether a formula says which entries are zero: it names units and a diagonal, or a Kronecker delta."""
    return contains(node, Component) and _has_zeros(node)


def _has_zeros(node: Node) -> bool:
    own = isinstance(node, Delta) or (isinstance(node, Entries) and node.diagonal)
    own = own or (isinstance(node, Apply) and node.function == "diag")
    return own or any(_has_zeros(child) for child in children(node))


def _by_form(node: Node) -> Class | None:
    """Return the mistakes that are recognised by the form and not by the value."""
    if contains(node, Product) and not _has_sum(node):
        return Class("mistake", mistakes=(PRODUCT,), name=say("a product over the steps"), by_form=True)
    if isinstance(node, Binary) and node.operator == "^" and "T" in show(node.right):
        return Class("mistake", mistakes=(PRODUCT,), name=say("a power over the steps"), by_form=True)
    if isinstance(node, Partial):
        of, wrt = node.of, node.wrt
        if isinstance(of, Symbol) and of.name == "L":
            return Class("mistake", mistakes=(LOSS,), name=say("the gradient of the loss"), by_form=True)
        if (
            isinstance(of, Symbol)
            and of.name == "z"
            and isinstance(wrt, Symbol)
            and wrt.name == "h"
            and of.index == wrt.index
        ):
            return Class("mistake", mistakes=(INVERTED,), name="dz/dh", by_form=True)
    return None


def vector_times_weights(node: Node, given: Given, worlds: Sequence[World]) -> bool:
    """Return whether a column vector is multiplied by W, so that the shapes do not match and a diag is missing."""
    if not (isinstance(node, Binary) and node.operator in (".", "@") and node.right == Symbol("W")):
        return False
    if not isinstance(node.left, Apply):
        return False
    try:
        given.values(node, worlds)
    except DoesNotFit:
        return given.values(node.left, worlds)[0].ndim == 1
    return False

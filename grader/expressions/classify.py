"""What a value is: the right derivative, another one that earns a part, a known mistake, or nothing known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from grader.expressions.evaluate import DoesNotFit, same
from grader.expressions.given_formula import Given, is_generic
from grader.expressions.known_mistakes import NO_BIAS, catalogue
from grader.expressions.simulated_rnn import Value, World
from grader.expressions.tree import Apply, Binary, Component, Node, Partial, Product, Symbol, children, contains, show

Target = Callable[[World], Value]
PRODUCT = "The product over all steps is given; J is one factor of it."


@dataclass(frozen=True)
class Class:
    """`right`, `unevaluated`, `no bias`, `partial` (of which `which` says the number), `mistake` or `unknown`."""

    kind: Literal["right", "unevaluated", "no bias", "partial", "mistake", "unknown"]
    under: str = ""  # the activation that it holds for, where it does not hold for every one
    which: int = 0
    layout: str = ""
    mistakes: tuple[str, ...] = ()
    name: str = ""
    by_form: bool = False  # seen without a value


def classify(given: Given, worlds: Sequence[World], right: Target, partial: Sequence[Target]) -> Class:
    """Find the value of the last form among the right and the known wrong ones.

    A form that names the activation has to hold under all three; one that writes it out, under the one that it means.

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
            for layout in ("", "denominator"):
                if _equal(part, chosen, lambda w, t=target, turn=layout: t(w).T if turn else t(w)):  # type: ignore[misc]
                    kind: Literal["unknown", "partial"] = "unknown" if _only_named(given.last) else "partial"
                    return Class(kind, under, number, layout)
    for under, first, count in _subsets(given.last, worlds):
        part, chosen = values[first : first + count], worlds[first : first + count]
        for known in catalogue():
            if _equal(part, chosen, known.value):
                kind_: Literal["no bias", "mistake"] = "no bias" if known.mistakes == (NO_BIAS,) else "mistake"
                return Class(kind_, under, mistakes=known.mistakes, name=known.name)
    return Class("unknown")


def _subsets(last: Node, worlds: Sequence[World]) -> list[tuple[str, int, int]]:
    """The worlds that a form has to hold in: all, or those of one activation where it is written out."""
    draws = len(worlds) // 3
    every = [("", 0, len(worlds))]
    return every if is_generic(last) else [*every, ("tanh", 0, draws), ("the logistic sigmoid", draws, draws)]


def _equal(values: Sequence[Value], worlds: Sequence[World], known: Target) -> bool:
    return all(same(value, np.asarray(known(world))) for value, world in zip(values, worlds, strict=True))


def _only_named(node: Node) -> bool:
    """Whether a derivative is named and not worked out, anywhere but in the activation itself."""
    return contains(node, Partial) and not _is_entrywise(node)


def _is_entrywise(node: Node) -> bool:
    return isinstance(node, Component) or any(_is_entrywise(child) for child in children(node))


def _by_form(node: Node) -> Class | None:
    """Mistakes that are seen by the form, whatever the value."""
    if contains(node, Product) and "sum" not in show(node):
        return Class("mistake", mistakes=(PRODUCT,), name="a product over the steps", by_form=True)
    if isinstance(node, Binary) and node.operator == "^" and "T" in show(node.right):
        return Class("mistake", mistakes=(PRODUCT,), name="a power over the steps", by_form=True)
    if isinstance(node, Partial):
        of, wrt = node.of, node.wrt
        if isinstance(of, Symbol) and of.name == "L":
            text = "That is the gradient of the loss; J is the derivative of the state."
            return Class("mistake", mistakes=(text,), name="the gradient of the loss", by_form=True)
        if (
            isinstance(of, Symbol)
            and of.name == "z"
            and isinstance(wrt, Symbol)
            and wrt.name == "h"
            and of.index == wrt.index
        ):
            return Class(
                "mistake", mistakes=("The derivative is turned round: h is derived by z.",), name="dz/dh", by_form=True
            )
    return None


def vector_times_weights(node: Node, given: Given, worlds: Sequence[World]) -> bool:
    """Whether a column of slopes stands before W, so that the shapes do not fit: the diag was forgotten."""
    if not (isinstance(node, Binary) and node.operator in (".", "@") and node.right == Symbol("W")):
        return False
    if not isinstance(node.left, Apply):
        return False
    try:
        given.values(node, worlds)
    except DoesNotFit:
        return given.values(node.left, worlds)[0].ndim == 1
    return False

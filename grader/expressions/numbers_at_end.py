"""Numbers at the end of an equation: `P = m (k^2 c + 1) = 16 (9 · 3 + 1) = 448` is the formula with an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from grader.expressions.declared_names import Named
from grader.expressions.evaluate import same
from grader.expressions.left_sides import names_in
from grader.expressions.statements import Statement
from grader.expressions.tree import (
    UNNAMED,
    Binary,
    Component,
    Entries,
    Node,
    Number,
    Symbol,
    children,
    mapped,
    show,
)
from grader.model.message import NOTHING, Message, say

_PRODUCTS = {".", "·", "*"}


def without_numbers(links: Sequence[Node]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Return the links of an equation up to the last one with names, and the links behind it."""
    last = max((place for place, link in enumerate(links) if _has_names(link)), default=-1)
    return (tuple(links), ()) if last < 0 else (tuple(links[: last + 1]), tuple(links[last + 1 :]))


def _has_names(link: Node) -> bool:
    return bool(names_in(link) - {UNNAMED.name}) or isinstance(link, Component | Entries)


def numbers_of(found: Sequence[Statement], drawn: Named) -> dict[str, float]:
    """Return the numbers that an answer gives for declared names, as in `for k = 3 and c = 8`."""
    numbers = {}
    for statement in found:
        head, *links = statement.links
        if len(links) == 1 and isinstance(head, Symbol) and isinstance(links[0], Number):
            value = drawn.values.get(head.name)
            if value is not None and not value.ndim:
                numbers[head.name] = links[0].value
    return numbers


def doubt_about_numbers(formula: Node, numbers: Sequence[Node], given: Mapping[str, float], drawn: Named) -> Message:
    """Return a sentence on numbers behind a formula that do not follow from it, or cannot be checked; or nothing.

    Numbers follow if they are equal to each other and to the formula with the given numbers for its names. Without
    these, one of them has to be the formula with a number for each name.
    """
    if not numbers:
        return NOTHING
    values = [drawn.value(number) for number in numbers]
    for number, value in zip(numbers, values, strict=True):
        if not same(value, values[-1]):
            return say("{number} is not equal to {other}.", number=show(number), other=show(numbers[-1]))
    if names_in(formula) & drawn.values.keys() <= given.keys():
        with_numbers = {name: np.asarray(number) for name, number in given.items()}
        expected = replace(drawn, values={**drawn.values, **with_numbers}).value(formula)
        if not same(expected, values[-1]):
            return say(
                "With the given numbers the formula is {expected} and not {number}.",
                expected=f"{float(expected):g}",
                number=show(numbers[-1]),
            )
        return NOTHING
    if not any(_has_form(number, formula, {}) for number in numbers if not isinstance(number, Number)):
        return say("The number {number} behind the formula cannot be checked.", number=show(numbers[-1]))
    return NOTHING


def _has_form(calculation: Node, formula: Node, found: dict[str, float]) -> bool:
    """Return whether a calculation is the formula with numbers for its names or products, the same for the same one.

    `found` has the number of each part so far.
    """
    if isinstance(calculation, Number):
        value = found.setdefault(show(formula), calculation.value)
        is_sum = isinstance(formula, Binary) and formula.operator in ("+", "-")
        return value == calculation.value and ((_has_names(formula) and not is_sum) or formula == calculation)
    one, other = children(calculation), children(formula)
    if _operation(calculation) != _operation(formula) or not one or len(one) != len(other):
        return False
    return all(_has_form(*pair, found) for pair in zip(one, other, strict=True))


def _operation(node: Node) -> Node:
    """Return what a node does to its parts; all signs of a product of numbers are one."""
    if isinstance(node, Binary) and node.operator in _PRODUCTS:
        node = replace(node, operator=".")
    return mapped(node, lambda _: UNNAMED)

"""The formula that a question asks for, as its rubric writes it, and the reason why it cannot be compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import numpy as np

from grader.expressions.declared_names import Named, values_of
from grader.expressions.drawn_values import MANY_DRAWS, Drawing
from grader.expressions.elementary import NAMES, activations_in, has_steps, takes_whole_numbers
from grader.expressions.evaluate import same
from grader.expressions.parse_math import parse_chain, parse_one
from grader.expressions.simulated_rnn import Value
from grader.expressions.tree import Apply, Node, NotRead, Partial, Symbol, show
from grader.expressions.vocabulary import Vocabulary, canonical

_SEEDS = range(4)  # with these, a formula of the rubric is tried before it is used


@dataclass(frozen=True)
class KnownForm:
    """A known wrong form: the reason, a sentence without its full stop, and the share that it earns."""

    form: str
    because: str
    credit: Decimal


@dataclass(frozen=True)
class WantedFormula:
    """The formula that a question asks for, over names with shapes, and the known forms that are not right.

    `either_layout` is None where the left side decides: a derivative counts in either layout, nothing else does.
    """

    names: Mapping[str, Sequence[int | str]]
    equals: str
    gives: str
    known: Sequence[KnownForm]
    either_layout: bool | None = None
    positive: Sequence[str] = ()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Return the declared names, the lengths of their shapes, and the name on the left."""
        lengths = [part for shape in self.names.values() for part in shape if isinstance(part, str)]
        return Vocabulary.of(self.names, lengths, self.gives)

    @cached_property
    def head(self) -> Node | None:
        """Return the left side of the formula; None if every one counts.

        Raises:
            NotRead: it cannot be read.
        """
        return plain_head(parse_one(self.gives, self.vocabulary)) if self.gives else None

    @property
    def counts_transposed(self) -> bool:
        """Return whether the transposed result is right, too."""
        return is_derivative(self.head) if self.either_layout is None else self.either_layout

    def tree(self, form: str) -> Node:
        """Return a formula of the rubric, the last one of a chain.

        Raises:
            NotRead: it cannot be read.
        """
        return parse_chain(form, self.vocabulary)[-1]

    def draw(self, seed: int) -> list[Named]:
        """Return evaluators with values for the names, whole ones if the right formula rounds."""
        right = self.tree(self.equals)
        drawing = Drawing(self.names, frozenset(self.positive), takes_whole_numbers(right))
        return (replace(drawing, draws=MANY_DRAWS) if has_steps(right) else drawing).evaluators(seed)


def plain_head(node: Node) -> Node:
    """Return a left side without its arguments: `f'(x)` is `f'`, and `∇f(x)` is `∇f`."""
    if isinstance(node, Apply):
        return Symbol(node.function, None, node.order)
    if isinstance(node, Partial):
        return Partial(plain_head(node.of), node.wrt)
    return node


def is_derivative(head: Node | None) -> bool:
    """Return whether a left side is a derivative, which may be written in either layout."""
    return isinstance(head, Partial) or (isinstance(head, Symbol) and head.primes > 0)


def unusable_form(wanted: WantedFormula) -> str:
    """Return the reason why a formula of the rubric cannot be compared, with what to write instead; or nothing."""
    if problem := _unusable_names(wanted) or _unusable_head(wanted):
        return problem
    try:
        right = wanted.tree(wanted.equals)
        if len(several := activations_in(right)) > 1:
            listed = " and ".join(several)
            return (
                f"'{wanted.equals}' has the functions {listed}, which are compared as one and the same function; "
                "use one of them, or declare their values under 'names'"
            )
    except NotRead:
        pass  # named below
    for form in (wanted.equals, *(known.form for known in wanted.known)):
        if problem := _unusable(wanted, form):
            return problem
    return ""


def _unusable(wanted: WantedFormula, form: str) -> str:
    try:
        right, values = ([_values(wanted, each, seed) for seed in _SEEDS] for each in (wanted.equals, form))
    except NotRead as error:
        return (
            f"'{form}' cannot be used: {error}; a formula has the names under 'names' and the lengths of their shapes, "
            f"numbers, + - / ^ ^T, * for elementwise products, sums over an index, and the functions {', '.join(NAMES)}"
        )
    if not all(np.isfinite(value).all() for several in values for value in several):
        return (
            f"'{form}' has no finite value for some numbers; both positive and negative numbers are tried, "
            "so list the names that are never negative under 'positive' (other limits, such as 0 to 1, cannot be given)"
        )
    pairs = (pair for one, two in zip(right, values, strict=True) for pair in zip(one, two, strict=True))
    if form != wanted.equals and all(same(*pair) for pair in pairs):
        return f"the known form '{form}' equals the right formula; leave it out"
    return ""


def _values(wanted: WantedFormula, form: str, seed: int) -> list[Value]:
    return values_of(wanted.tree(form), wanted.draw(seed))


def _unusable_names(wanted: WantedFormula) -> str:
    """Return the first name that no formula can have."""
    names = [canonical(name) for name in wanted.names]
    for name, one in zip(wanted.names, names, strict=True):
        try:
            node = parse_one(one, wanted.vocabulary)
        except NotRead:
            node = None
        if node != Symbol(one) or names.count(one) > 1 or not re.fullmatch(r"[A-Za-z]+(?:_\w+)?", one):
            return (
                f"'{name}' cannot be a name in a formula; a name is a letter, a Greek letter or a word such as lr, "
                "perhaps with an index such as W_1, and is declared once"
            )
    if both := wanted.vocabulary.names & wanted.vocabulary.lengths:
        return f"'{min(both)}' is a length in a shape; leave it out of the names, as formulas may use every length"
    unknown = [name for name in wanted.positive if name not in wanted.names]
    return f"'{unknown[0]}' under 'positive' is not one of the names" if unknown else ""


def _unusable_head(wanted: WantedFormula) -> str:
    """Return why the left side can never be that of an answer."""
    try:
        head = wanted.head
    except NotRead as error:
        return f"'gives' cannot be read: {error}; write a name such as y, or a derivative such as dL/dz"
    if "d" in wanted.vocabulary.names and head != Symbol("d") and "d" in wanted.gives and not isinstance(head, Partial):
        return f"'d' is one of the names, so '{wanted.gives}' under 'gives' is no derivative; write ∂L/∂z"
    if head is None or isinstance(head, Symbol | Partial):
        return ""
    return f"'gives' is '{wanted.gives}', read as {show(head)}; write a name such as y, or a derivative such as dL/dz"

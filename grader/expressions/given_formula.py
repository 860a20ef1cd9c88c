"""The formula that an answer gives for J, with its own names substituted and its other equations as claims."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.expressions.evaluate import Evaluator, same
from grader.expressions.matrices import COLUMN, ROW
from grader.expressions.name_reader import Differential
from grader.expressions.simulated_rnn import HIDDEN, K, Value, World
from grader.expressions.statements import Statement
from grader.expressions.tree import (
    Apply,
    Binary,
    Component,
    Entries,
    Index,
    Node,
    NotRead,
    Partial,
    Symbol,
    Transposed,
    children,
    show,
    substituted,
)

_OWN_NAMES = {"J", "W", "U", "b", "h", "z", "x", "I", "e", "T", "L", "d", "∂"}
# A formula that is denied in its own sentence is no claim.
_DENIED = re.compile(r"(?i)\b(?:can['’]?t|cannot|not|never|wrong|nicht|kein\w*|falsch)\b")
_DENIED_BEFORE = re.compile(r"(?i)\b(?:not|nicht|never|kein\w*)\W*$")
_WHERE = re.compile(r"(?i)\b(?:where|here|in which|wobei|dabei|hier)\W*$")
_IS = re.compile(r"(?i)\W*(?:is|are|denotes?|means?|ist|sind|bezeichnet)\b(?! (?:the jacobian|J\b))")
_ACTIVATION_NAMES = {"sigma", "phi", "psi", "f", "g", "tanh", "sigmoid"}


@dataclass(frozen=True)
class Given:
    """The formula that an answer gives for J: the links of its last equation, and all other equations in it."""

    links: tuple[Node, ...]
    index: Index | None = None
    others: tuple[Statement, ...] = ()  # other formulas for J
    claims: tuple[Statement, ...] = ()  # equations beside it
    bound: Mapping[str, int] = field(default_factory=dict)
    mentions: tuple[Node, ...] = ()  # derivatives that are named without an equation
    bare: bool = False  # a formula without an equation with J
    text: str = ""  # the formula as the answer writes it
    behind: str = ""  # what follows on the same line
    denied: bool = False  # by the word right before it

    @property
    def last(self) -> Node:
        """Return the form that counts."""
        return self.links[-1]

    def values(self, node: Node, worlds: Sequence[World]) -> list[Value]:
        """Evaluate a tree in every world, under the indices that the answer binds.

        Raises:
            NotRead: it has no value there.
        """
        return [Evaluator(world, self.bound).value(node) for world in worlds]


def given(statements: Sequence[Statement], worlds: Sequence[World]) -> Given | None:
    """Return the formula that an answer gives for J; None if it gives none."""
    names, rest = _definitions([s for s in statements if s.links])
    put_in = [replace(s, links=tuple(_as_matrix([substituted(link, names) for link in s.links]))) for s in rest]
    bound = _bound(put_in)
    put_in = [_without_symmetry(s) for s in put_in]
    whole = (
        [s for s in put_in if _is_derivative_of_states(s)]
        if any(len(s.links) > 1 and _names_j(s.links[0]) for s in put_in)
        else []
    )
    about = [found for s in put_in if s not in whole and (found := _about_j(s)) is not None]
    if not about:
        bare = [s for s in put_in if len(s.links) == 1 and _is_matrix(s.links[0], worlds, bound)]
        if not bare and len(names) == 1 and _is_matrix(next(iter(names.values())), worlds, bound):
            return Given(
                tuple(names.values()), bare=True, bound=bound, behind=" ".join(s.behind for s in statements[-1:])
            )
        about = [
            Given(s.links, bare=True, text=s.text, behind=s.behind) for s in bare[-1:] if _all_same(bare, worlds, bound)
        ]
        if not about:
            return None
        put_in = [s for s in put_in if s not in bare]
    chosen = about[-1]
    others = tuple(s for s in put_in if s not in whole and _about_j(s) is not None)[:-1]
    beside = [s for s in put_in if len(s.links) > 1 and (s in whole or _about_j(s) is None) and not _binds(s)]
    claims = tuple(replace(s, links=tuple(substituted(link, {"J": chosen.last}) for link in s.links)) for s in beside)
    if chosen.index is not None and chosen.index.variable:
        bound = {chosen.index.variable: K + 1 - chosen.index.offset, **bound}
    alone = [
        s.links[0]
        for s in put_in
        if len(s.links) == 1 and not (_names_j(s.links[0]) or _is_denied(s) or _explains_part(s, chosen.last))
    ]
    mentions = tuple(n for n in alone if isinstance(n, Partial) or (_has_diagonal(n) and _is_matrix(n, worlds, bound)))
    denied = any(_DENIED_BEFORE.search(s.before) for s in put_in if len(s.links) > 1 or s.text == chosen.text != "")
    return replace(chosen, denied=denied, others=others, claims=claims, mentions=mentions, bound=bound)


def _without_symmetry(statement: Statement) -> Statement:
    """Return a chain `J = J^T = diag(...)` without the links that only say that J is symmetric."""
    head, *links = statement.links
    kept = [link for link in links[:-1] if not _is_j(link.value if isinstance(link, Transposed) else link)]
    return replace(statement, links=(head, *kept, *links[-1:])) if _is_j(head) else statement


def _is_j(node: Node) -> bool:
    return isinstance(node, Symbol) and node.name == "J"


def _is_derivative_of_states(statement: Statement) -> bool:
    """Return whether an equation is about dh[k+1]/dh[k], which is more than J where J is given by itself."""
    head = statement.links[0]
    return (
        len(statement.links) > 1 and isinstance(head, Partial) and isinstance(head.wrt, Symbol) and head.wrt.name == "h"
    )


def _definitions(statements: Sequence[Statement]) -> tuple[dict[str, Node], list[Statement]]:
    """Return the team's own names (`D = diag(...)`), and the other statements."""
    names: dict[str, Node] = {}
    rest = []
    for statement in statements:
        head = statement.links[0]
        own = isinstance(head, Symbol) and head.name not in _OWN_NAMES | _ACTIVATION_NAMES and not head.primes
        inner = head.value if isinstance(head, Component) else None
        if (
            isinstance(head, Component)
            and isinstance(inner, Symbol)
            and inner.name not in _OWN_NAMES
            and len(set(head.units)) == 1
        ):
            names[inner.name] = Entries(head.units[0], head.units[0], statement.links[-1], diagonal=True)
        elif own and isinstance(head, Symbol) and len(statement.links) > 1 and not _binds(statement):
            names[head.name] = statement.links[-1]
        else:
            rest.append(statement)
    return names, rest


def _binds(statement: Statement) -> bool:
    """Return whether a statement names an index, such as `t = k + 1`."""
    return bool(re.fullmatch(r"\s*[a-zT]\s*=\s*[a-zA-Z]?\s*[+-]?\s*\d*\s*", statement.text)) and not re.match(
        r"\s*[JWUDhzx]", statement.text
    )


def _bound(statements: Sequence[Statement]) -> dict[str, int]:
    found = {}
    for statement in statements:
        if _binds(statement) and (match := re.fullmatch(r"\s*(\w)\s*=\s*k\s*([+-]\s*\d+)?\s*", statement.text)):
            found[match[1]] = K + int((match[2] or "0").replace(" ", ""))
    return found


def _about_j(statement: Statement) -> Given | None:
    """Return the statement as one about J: `J = ...`, `(J)_ij = ...`, `dh/dz = ...`; None if it is about another."""
    if len(statement.links) < 2:
        return None
    head, *links = statement.links
    if isinstance(head, Symbol) and head.name == "J":
        return Given(tuple(links), head.index, text=statement.text, behind=statement.behind)
    if (
        isinstance(head, Component)
        and isinstance(head.value, Symbol)
        and head.value.name == "J"
        and len(head.units) == 2
    ):
        row, column = head.units
        whole = [link if isinstance(link, Entries) else Entries(row, column, link) for link in links]
        return Given(tuple(whole), head.value.index, text=statement.text, behind=statement.behind)
    if isinstance(head, Partial) and show(head.of).startswith(("h", "sigma")):
        if _names_j(links[-1]):
            return None
        return Given((head, *links), text=statement.text, behind=statement.behind)
    return None


def _as_matrix(links: Sequence[Node]) -> Sequence[Node]:
    """Return `J v = f(v)` and `dh = f(dz)`, which say how J acts on every vector, as equations of matrices."""
    head, *right = links
    if isinstance(head, Binary) and head.operator == "." and _is_j(head.left) and isinstance(head.right, Symbol):
        left, name = head.left, head.right.name
    elif isinstance(head, Differential) and head.value == Symbol("h", Index("k", 1)):
        left, name = Partial(head.value, Symbol("z", Index("k", 1))), head.name
        others = [part for link in right for part in _differentials(link)]
        if any(part.value != Symbol("z", Index("k", 1)) for part in others):
            return links
    else:
        return links
    if name in _OWN_NAMES - {"∂"} or not all(_has_name(link, name) for link in right):
        return links
    unit = {name: Component(Symbol("e"), (COLUMN,))}
    return [left, *(Entries(ROW, COLUMN, Component(substituted(link, unit), (ROW,))) for link in right)]


def _differentials(node: Node) -> list[Differential]:
    own = [node] if isinstance(node, Differential) else []
    return own + [part for child in children(node) for part in _differentials(child)]


def _has_name(node: Node, name: str) -> bool:
    return (isinstance(node, Symbol) and node.name == name) or any(_has_name(child, name) for child in children(node))


def for_any_argument(links: Sequence[Node]) -> tuple[Node, Node]:
    """Return the first and last link of a claim; `sigma(u) = 1 / (1 + e^-u)` is about any u, so also about z[k+1]."""
    first, last = links[0], links[-1]
    if isinstance(first, Apply) and first.function in _ACTIVATION_NAMES and isinstance(first.argument, Symbol):
        name = first.argument.name
        if name not in _OWN_NAMES and not first.argument.primes:
            point = {name: Symbol("z", Index("k", 1))}
            return substituted(first, point), substituted(last, point)
    return first, last


def _explains_part(statement: Statement, formula: Node) -> bool:
    """Return whether a statement says what a part of the formula is: `D W, where D is a diagonal matrix`."""
    explains = _WHERE.search(statement.before) and _IS.match(statement.behind)
    return bool(explains) and any(_has_part(child, statement.links[0]) for child in children(formula))


def _has_part(node: Node, part: Node) -> bool:
    return node == part or any(_has_part(child, part) for child in children(node))


def _is_denied(statement: Statement) -> bool:
    return bool(_DENIED.search(statement.behind) or _DENIED_BEFORE.search(statement.before))


def _names_j(node: Node) -> bool:
    return _is_j(node) or any(_names_j(child) for child in children(node))


def _has_diagonal(node: Node) -> bool:
    """Return whether a formula is built from a diagonal matrix, as one for J is."""
    own = isinstance(node, Entries) or (isinstance(node, Apply) and node.function == "diag")
    return own or any(_has_diagonal(child) for child in children(node))


def _is_matrix(node: Node, worlds: Sequence[World], bound: Mapping[str, int]) -> bool:
    try:
        value = Evaluator(worlds[0], bound).value(node)
    except NotRead:
        return False
    return value.shape == (HIDDEN, HIDDEN) and not (isinstance(node, Symbol) and node.name in ("W", "I"))


def _all_same(statements: Sequence[Statement], worlds: Sequence[World], bound: Mapping[str, int]) -> bool:
    """Return whether bare formulas that could all be meant are equal."""
    values = [Evaluator(worlds[-1], bound).value(s.links[0]) for s in statements]
    return all(same(value, values[0]) for value in values)


def is_generic(node: Node) -> bool:
    """Return whether a derivative of the activation is not written out, so that it must hold for every activation."""
    match node:
        case Partial():
            return True
        case Apply(function=name, order=order) | Symbol(name=name, primes=order) if name in _ACTIVATION_NAMES and order:
            return name not in ("tanh", "sigmoid")
    return any(is_generic(child) for child in children(node))

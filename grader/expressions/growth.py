"""Claims of growth, such as O(n^2 d): the terms that grow fastest, as a value that is equal for equal growth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product

import numpy as np

from grader.expressions.simulated_rnn import Value
from grader.expressions.tree import Apply, Binary, Node, NotRead, Number, Symbol
from grader.expressions.vocabulary import canonical
from grader.model.message import say

MAX_TERMS = 50
_SHARES = (1 / 2, 1 / 3, 2 / 3, 1 / 4, 3 / 4)
Term = Mapping[str, tuple[float, float]]  # for each name its power and that of its logarithm


def growth(node: Node, names: Sequence[str]) -> Value:
    """Return the fastest terms `(terms, 2 * names)`: the power of each name and of its logarithm, in a fixed order.

    Every name is a number that may grow by itself. Factors without names and terms that another one bounds count
    nothing.

    Raises:
        NotRead: it contains something else than sums, products, powers and logarithms of names.
    """
    terms = _fastest(_terms(node, frozenset(names)))
    rows = sorted([part for name in sorted(names) for part in term.get(name, (0.0, 0.0))] for term in terms)
    return np.asarray(rows, dtype=float)


def _terms(node: Node, names: frozenset[str]) -> list[Term]:
    match node:
        case Number(value=value) if value > 0:
            return [{}]
        case Symbol() if _name(node) in names and not node.primes:
            return [{_name(node): (1.0, 0.0)}]
        case Apply(function="log" | "ln", argument=inner, order=0):
            return _logarithm(_fastest(_terms(inner, names)))
        case Apply(function="max", argument=inner, order=0):
            return _terms(inner, names)
        case Apply(function="sqrt", argument=inner, order=0):
            return _power(_terms(inner, names), 0.5)
        case Binary(operator="+" | "max", left=left, right=right):
            return _bounded([*_terms(left, names), *_terms(right, names)])
        case Binary(operator="-", left=left, right=right):
            return _difference(_terms(left, names), _terms(right, names))
        case Binary(operator="." | "·" | "*", left=left, right=right):
            pairs = product(_terms(left, names), _terms(right, names))
            return _bounded([_times(one, other, 1.0) for one, other in pairs])
        case Binary(operator="/", left=left, right=right):
            [below] = _single(_fastest(_terms(right, names)))
            return [_times(one, below, -1.0) for one in _terms(left, names)]
        case Binary(operator="^", left=left, right=Number(value=power)):
            return _power(_terms(left, names), power)
    raise NotRead(say("a claim of growth is read of sums, products, powers and logarithms of declared numbers"))


def _name(node: Symbol) -> str:
    return canonical(f"{node.name}[{node.index}]" if node.index is not None else node.name)


def _bounded(terms: list[Term]) -> list[Term]:
    if len(terms) > MAX_TERMS:
        raise NotRead(say("it is too large"))
    return terms


def _single(terms: list[Term]) -> list[Term]:
    if len(terms) != 1:
        raise NotRead(say("a claim of growth is read of sums, products, powers and logarithms of declared numbers"))
    return terms


def _times(one: Term, other: Term, sign: float) -> Term:
    """Return the product of two terms, or with a `sign` of -1 their quotient."""
    zero = (0.0, 0.0)
    found = {}
    for name in {**one, **other}:
        (power, logs), (more, more_logs) = one.get(name, zero), other.get(name, zero)
        found[name] = (power + sign * more, logs + sign * more_logs)
    return {name: powers for name, powers in found.items() if powers != zero}


def _power(terms: list[Term], power: float) -> list[Term]:
    """Return a power of a sum, which grows as the sum of the powers of its terms."""
    if power <= 0:
        terms = _single(_fastest(terms))
    return [{name: (power * a, power * b) for name, (a, b) in term.items()} for term in terms]


def _logarithm(terms: list[Term]) -> list[Term]:
    """Return the logarithm of a sum: that of its largest term, so the sum of those of all names in it."""
    names = {name for term in terms for name, (power, _) in term.items() if power > 0}
    if not names:
        raise NotRead(say("a claim of growth is read of sums, products, powers and logarithms of declared numbers"))
    return [{name: (0.0, 1.0)} for name in sorted(names)]


def _difference(left: list[Term], right: list[Term]) -> list[Term]:
    """Return what is left of `n^2 - n`: the terms on the left, if they are all faster than each one on the right."""
    if all(any(_bounds(one, other) and one != other for one in left) for other in right):
        return left
    raise NotRead(say("the fastest terms of a difference may cancel"))


def _bounds(one: Term, other: Term) -> bool:
    """Return whether the first term is at least as fast as the second one, whatever grows."""
    quotient = _times(one, other, -1.0)
    return all(power > 0 or (power == 0 and logs > 0) for power, logs in quotient.values())


def _between(one: Term, other: Term, share: float) -> Term:
    """Return a weighted geometric mean of two terms, which their sum bounds: `n d` grows no faster than `n^2 + d^2`."""
    [upper], [lower] = _power([one], share), _power([other], 1 - share)
    return _times(upper, lower, 1.0)


def _fastest(terms: list[Term]) -> list[Term]:
    """Return the terms that no other one, and no two of the others, bound, each once."""
    different: list[Term] = []
    for term in terms:
        if term not in different:
            different.append(term)
    fastest = [one for one in different if not any(one != other and _bounds(other, one) for other in different)]

    def is_bounded(term: Term) -> bool:
        others = [one for one in fastest if one != term]
        means = (_between(*pair, share) for pair in combinations(others, 2) for share in _SHARES)
        return any(_bounds(mean, term) for mean in means)

    return [term for term in fastest if not is_bounded(term)]

"""Formulas over names that a rubric declares, evaluated by value.

A vector is a column, its transpose a row, and a product without a sign is the matrix product. So `a^T b` is a number
and `a b` has no meaning; elementwise products need a sign of their own, and a dot between two vectors is their inner
product. In code a vector is both, as in NumPy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import product as every_pair

import numpy as np

from grader.expressions.elementary import applied, every_part, is_vector, length_of, of_two
from grader.expressions.evaluate import Evaluator
from grader.expressions.growth import growth
from grader.expressions.operations import DoesNotFit
from grader.expressions.simulated_rnn import Value
from grader.expressions.tree import (
    EVERY_UNIT,
    Apply,
    Binary,
    Component,
    Entries,
    Index,
    Node,
    Norm,
    NotRead,
    Number,
    Product,
    Stacked,
    Symbol,
    Transposed,
    show,
)
from grader.expressions.vocabulary import ACTIVATIONS, ELEMENTWISE, FUNCTIONS, GROWTH, OF_VECTORS, canonical
from grader.model.message import say

MAX_TERMS = 4000  # of all sums and matrices in each other


@dataclass(frozen=True)
class Named(Evaluator):
    """Evaluates over `values`, columns `(n, 1)`; `world` gives the activations and no other names.

    `shape` is that of the wanted value, for entries of a matrix whose size nothing else tells; `identity` is the size
    of the matrix I, and `terms` is the number of terms that are added up around this place.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    shape: tuple[int, ...] = ()
    identity: int = 0
    terms: int = 1

    def _value(self, node: Node) -> Value:
        match node:
            case Norm(value=inner):
                return length_of(self.value(inner))
            case Stacked(rows=rows):
                return self._stacked(rows)
        return super()._value(node)

    def _symbol(self, node: Symbol) -> Value:
        if not node.primes and (name := canonical(show(node))) in self.values:
            return self.values[name]
        if node.name == "I" and node.index is None:
            if self.identity:
                return np.eye(self.identity)
            raise NotRead(say("the size of the identity matrix I is unknown"))
        if node.name in FUNCTIONS | ELEMENTWISE | OF_VECTORS:
            raise NotRead(say("the function '{name}' has no argument", name=show(node)))
        raise NotRead(say("'{name}' is not one of the declared names", name=show(node)))

    def _partial(self, of: Node, wrt: Node) -> Value:
        raise NotRead(say("the derivative d {of} / d {wrt} is not evaluated", of=show(of), wrt=show(wrt)))

    def _unit(self, name: str) -> int:
        if name in self.units:
            return self.units[name]
        raise NotRead(say("the index '{name}' of an entry is not supported", name=name))

    def _at(self, units: Mapping[str, int], terms: int) -> Named:
        """Return an evaluator at one entry or term of `terms`, with its place for each running name."""
        if terms * self.terms > MAX_TERMS:
            raise NotRead(say("it contains too many sums or products in each other"))
        return replace(self, units={**self.units, **units}, terms=terms * self.terms)

    def _component(self, inner: Node, units: tuple[str, ...]) -> Value:
        places = tuple(map(self._unit, units))
        if isinstance(inner, Entries):
            names = (inner.row, inner.column) if inner.column else (inner.row,)
            if len(names) != len(places):
                raise DoesNotFit(say("a name has too many or too few indices"))
            return self._at(dict(zip(names, places, strict=True)), 1).value(inner.body)
        if isinstance(inner, Symbol) and (name := canonical(f"{inner.name}[{','.join(units)}]")) in self.values:
            return self.values[name]
        value = self.value(inner)
        if len(places) == 1 and is_vector(value):
            value = value.reshape(-1)
        elif len(places) != 2 or value.ndim != 2 or is_vector(value):
            raise DoesNotFit(say("a name has too many or too few indices"))
        if any(place >= length for place, length in zip(places, value.shape, strict=True)):
            raise NotRead(say("an index is out of range"))
        return np.asarray(value[places])

    def _running(self, node: Product) -> Value:
        """Return a sum or product over all entries of what has the running name as an index."""
        length = self._length(node.body, node.variable)
        from_first = (node.low, node.high) in (
            (Index("", 1), node.high),
            (Index("", 0), replace(node.high, offset=-1)),
        )
        if node.variable in self.units or not length or not from_first:
            raise NotRead(say("it contains a sum or product with unsupported bounds"))
        if node.high != EVERY_UNIT and self._end(node.high) != length - 1 + node.low.offset:
            raise NotRead(say("it contains a sum or product with unsupported bounds"))
        terms = [self._at({node.variable: unit}, length).value(node.body) for unit in range(length)]
        if node.operator == "sum":
            return np.asarray(sum(terms))
        if any(term.ndim for term in terms):
            raise NotRead(say("it contains a product of matrices over an index"))
        return np.asarray(np.prod(terms))

    def _end(self, high: Index) -> float:
        value = self.value(Symbol(high.variable)) if high.variable else np.asarray(0.0)
        return float(value) + high.offset if not value.ndim else 0.0

    def _length(self, body: Node, variable: str) -> int:
        """Return the number of entries along the axis with this running name; 0 if none has it or two differ."""
        found = set()
        for part in every_part(body):
            if isinstance(part, Component) and variable in part.units:
                with suppress(NotRead):  # a name that an inner sum runs over
                    shape = self._shape(part.value)
                    found.add(shape[part.units.index(variable)] if len(shape) == len(part.units) else 0)
        return found.pop() if len(found) == 1 else 0

    def _shape(self, node: Node) -> tuple[int, ...]:
        """Return how many entries there are for each index of a vector or matrix."""
        if isinstance(node, Entries):
            return tuple(self._length(node.body, name) for name in (node.row, node.column) if name)
        value = self.value(node)
        return (value.size,) if is_vector(value) else value.shape

    def _entries(self, node: Entries) -> Value:
        """Return the vector or matrix with these entries, of the size that its parts or the wanted value have."""
        names = [name for name in (node.row, node.column) if name]
        wanted = [length for length in self.shape if length > 1 or len(names) == len(self.shape)]
        wanted = wanted if len(wanted) == len(names) else [0] * len(names)
        sizes = [self._length(node.body, name) or size for name, size in zip(names, wanted, strict=True)]
        if not all(sizes):
            raise NotRead(say("the number of entries for an index is unknown"))
        places = list(every_pair(*map(range, sizes)))
        values = [self._at(dict(zip(names, at, strict=True)), len(places)).value(node.body) for at in places]
        if any(value.ndim for value in values):
            raise DoesNotFit(say("an entry is not a number"))
        return np.asarray(values, dtype=float).reshape(sizes if len(sizes) == 2 else [*sizes, 1])

    def _stacked(self, rows: Sequence[Sequence[Node]]) -> Value:
        blocks = [[np.atleast_2d(self.value(block)) for block in row] for row in rows]
        try:
            return np.block(blocks)
        except ValueError:
            raise DoesNotFit(say("the blocks of a matrix do not fit together")) from None

    def _apply(self, node: Apply) -> Value:
        if node.function in GROWTH:
            return growth(node.argument, [name for name, value in self.values.items() if not value.ndim])
        argument = self.value(node.argument)
        if node.function == "column" and is_vector(argument):
            return argument
        if node.function == "diag":
            if not is_vector(argument) or node.order:
                raise DoesNotFit(say("diag needs a vector"))
            return np.diag(argument.ravel())
        if not node.order and (value := applied(node.function, argument)) is not None:
            return value
        if node.function not in ACTIVATIONS | {"tanh", "sigmoid"}:
            raise NotRead(say("the function '{name}' is not supported", name=node.function))
        name = node.function if node.function in ("tanh", "sigmoid") else ""
        return self.world.apply(argument, node.order, name)

    def _binary(self, node: Binary) -> Value:
        if node.operator == "^" and node.left == Symbol("e") and "e" not in self.values:
            return np.asarray(np.exp(self.value(node.right)))
        left, right = self._sides(node)
        if node.operator in (".", "·", "@"):
            return _product(left, right, node.operator)
        if node.operator == "⊗":
            return _product(left, right.T, "@") if is_vector(left) and is_vector(right) else _outer_needs_vectors()
        if node.operator == "^" and left.ndim and node.right in (Symbol("T"), Symbol("t")):
            return left.T  # T is also a declared number, of which a vector or a matrix has no power
        if node.operator == "^":
            if right.ndim or (left.ndim and not is_vector(left)):
                raise DoesNotFit(say("it contains a power of a matrix"))
            return np.asarray(left**right)
        if not _fit_elementwise(node, left, right):
            raise DoesNotFit(say("the shapes of a sum, a quotient or an elementwise product do not match"))
        match node.operator:
            case "+":
                return np.asarray(left + right)
            case "-":
                return np.asarray(left - right)
            case "/" if right.ndim == 0 or right.shape == left.shape or is_vector(right):
                return np.asarray(left / right)
            case "*" | "o":
                return np.asarray(left * right)
        if (value := of_two(node.operator, left, right)) is not None:
            return value
        raise NotRead(say("the operator '{sign}' is not supported", sign=node.operator))

    def _sides(self, node: Binary) -> tuple[Value, Value]:
        """Return both sides; the identity matrix in a sum has the size of the other side."""
        if node.operator in "+-" and not self.identity:
            for one, other in ((node.left, node.right), (node.right, node.left)):
                if _has_identity(one) and not _has_identity(other) and (value := self.value(other)).ndim == 2:
                    sized = replace(self, identity=len(value))
                    return sized.value(node.left), sized.value(node.right)
        return self.value(node.left), self.value(node.right)


def _has_identity(node: Node) -> bool:
    return any(part == Symbol("I") for part in every_part(node))


def _outer_needs_vectors() -> Value:
    raise DoesNotFit(say("an outer product needs two vectors"))


def _fit_elementwise(node: Binary, left: Value, right: Value) -> bool:
    """Return whether a sum, a quotient or an elementwise product of two values has one meaning."""
    if left.shape == right.shape:
        return True
    if node.operator == "*" and left.ndim == right.ndim == 2 and _is_column_times_row(node):
        return True  # NumPy's product of a column and a row that the code has made so
    literal = isinstance(node.left, Number) or isinstance(node.right, Number)
    number = node.operator in ("+", "-") and (literal or is_vector(left) or is_vector(right))
    number = number or node.operator in ("max", "min", "*", "/")
    return number and (left.ndim == 0 or right.ndim == 0)


def _is_column_times_row(node: Binary) -> bool:
    def turned(side: Node) -> bool:
        inner = side.value if isinstance(side, Transposed) else side
        return isinstance(inner, Apply) and inner.function == "column"

    return turned(node.left) and turned(node.right)


def _product(left: Value, right: Value, operator: str) -> Value:
    code = operator == "@"
    if left.ndim == 0 or right.ndim == 0:
        if code:
            raise DoesNotFit(say("a number is a factor of a matrix product"))
        return np.asarray(left * right)
    columns = left.shape[1] == 1 and left.shape[0] == right.shape[0]
    if columns and (code or (operator == "·" and right.shape[1] == 1)):
        left = left.T  # for NumPy, a vector on the left is a row; a dot between two vectors is their inner product
    if left.shape[1] != right.shape[0]:
        raise DoesNotFit(say("the shapes of a product do not match"))
    found = left @ right
    return np.asarray(found[0, 0]) if found.shape == (1, 1) else np.asarray(found)


def values_of(node: Node, rendered: Sequence[Evaluator]) -> list[Value]:
    """Evaluate a tree with every draw of values.

    Raises:
        NotRead: it has no value there.
    """
    return [evaluator.value(node) for evaluator in rendered]


def fingerprint(values: Sequence[Value]) -> str:
    """Return a short name for a value: equal for formulas that are equal everywhere; empty if it is not finite."""
    if not all(np.isfinite(value).all() for value in values):
        return ""
    digest = hashlib.sha256()
    for value in values:
        digest.update(repr(value.shape).encode())
        digest.update(" ".join(f"{number + 0.0:.7e}" for number in value.ravel()).encode())
    return f"value {digest.hexdigest()[:16]}"

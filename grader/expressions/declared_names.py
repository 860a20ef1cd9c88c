"""Formulas over names that a rubric declares: drawn values for each, and evaluation by value.

A vector is a column, its transpose a row, and a product without a sign is the matrix product. So `a^T b` is a number
and `a b` has no meaning; elementwise products need a sign of their own. In code a vector is both, as in NumPy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from grader.expressions.elementary import applied, every_part, is_vector, of_two
from grader.expressions.evaluate import DoesNotFit, Evaluator
from grader.expressions.simulated_rnn import Value, World, worlds
from grader.expressions.tree import (
    EVERY_UNIT,
    Apply,
    Binary,
    Component,
    Index,
    Node,
    NotRead,
    Number,
    Product,
    Symbol,
    show,
)
from grader.expressions.vocabulary import ACTIVATIONS, ELEMENTWISE, FUNCTIONS, OF_VECTORS, canonical
from grader.model.message import say

SIZES = (3, 4, 5, 6, 7, 2)  # for the names of lengths, in the order in which they appear: all different
DRAWS = 2
MANY_DRAWS = 20  # for formulas that take one side or another, such as max(a, b)
MAX_WHOLE = 13  # whole numbers below it: small enough that one often divides another
MAX_SUMS = 2  # within each other


@dataclass(frozen=True)
class Named(Evaluator):
    """Evaluates over `values`, columns `(n, 1)`; `world` gives the activations and no other names."""

    values: Mapping[str, Value] = field(default_factory=dict)

    def _symbol(self, node: Symbol) -> Value:
        if not node.primes and (name := canonical(show(node))) in self.values:
            return self.values[name]
        if not node.primes and node.index is not None and node.index.variable in self.units and not node.index.offset:
            return self._component(Symbol(node.name), (node.index.variable,))
        if node.name == "I" and node.index is None:
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

    def _component(self, inner: Node, units: tuple[str, ...]) -> Value:
        value = self.value(inner)
        places = tuple(map(self._unit, units))
        if len(places) == 1 and is_vector(value):
            return np.asarray(value.ravel()[places[0]])
        if len(places) != 2 or value.ndim != 2 or is_vector(value):
            raise DoesNotFit(say("a name has too many or too few indices"))
        if any(place >= length for place, length in zip(places, value.shape, strict=True)):
            raise NotRead(say("an index is out of range"))
        return np.asarray(value[places])

    def _running(self, node: Product) -> Value:
        """Return a sum over all entries of the vectors and matrices that have the running name as an index."""
        if node.variable in self.units or len(self.units) >= MAX_SUMS:
            raise NotRead(say("it contains a sum or product with unsupported bounds"))
        lengths = {self._length(part, node.variable) for part in every_part(node.body)} - {0}
        if node.operator != "sum" or len(lengths) != 1 or node.low != Index("", 1):
            raise NotRead(say("it contains a sum or product with unsupported bounds"))
        (length,) = lengths
        if node.high != EVERY_UNIT and self._end(node.high) != length:
            raise NotRead(say("it contains a sum or product with unsupported bounds"))
        terms = (replace(self, units={**self.units, node.variable: unit}).value(node.body) for unit in range(length))
        return np.asarray(sum(terms))

    def _end(self, high: Index) -> float:
        value = self.value(Symbol(high.variable)) if high.variable else np.asarray(0.0)
        return float(value) + high.offset if not value.ndim else 0.0

    def _length(self, node: Node, variable: str) -> int:
        """Return the number of entries along the axis that has the running name as its index; 0 if none has."""
        if isinstance(node, Component) and variable in node.units:
            value, axis = self.value(node.value), node.units.index(variable)
            return int(value.size if is_vector(value) else value.shape[axis] if axis < value.ndim else 0)
        if (
            isinstance(node, Symbol)
            and node.index == Index(variable, 0)
            and is_vector(value := self.value(Symbol(node.name)))
        ):
            return value.size
        return 0

    def _entries(self, node: object) -> Value:
        raise NotRead(say("single entries are not supported"))

    def _apply(self, node: Apply) -> Value:
        argument = self.value(node.argument)
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
        left, right = self.value(node.left), self.value(node.right)
        if node.operator in (".", "@"):
            return _product(left, right, code=node.operator == "@")
        if node.operator == "^" and left.ndim and node.right in (Symbol("T"), Symbol("t")):
            return left.T  # T is also a declared number, of which a vector or a matrix has no power
        if node.operator == "^":
            if right.ndim or (left.ndim and not is_vector(left)):
                raise DoesNotFit(say("it contains a power of a matrix"))
            return np.asarray(left**right)
        literal = isinstance(node.left, Number) or isinstance(node.right, Number)
        number = node.operator in ("+", "-") and (literal or is_vector(left) or is_vector(right))
        number = number or node.operator in ("max", "min")
        if left.shape != right.shape and not (
            (left.ndim == 0 or right.ndim == 0) and (number or node.operator in "*/")
        ):
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


def _product(left: Value, right: Value, code: bool) -> Value:
    if left.ndim == 0 or right.ndim == 0:
        if code:
            raise DoesNotFit(say("a number is a factor of a matrix product"))
        return np.asarray(left * right)
    if code and left.shape[1] == 1 and left.shape[0] == right.shape[0]:
        left = left.T  # for NumPy, a vector on the left is a row
    if left.shape[1] != right.shape[0]:
        raise DoesNotFit(say("the shapes of a product do not match"))
    found = left @ right
    return np.asarray(found[0, 0]) if found.shape == (1, 1) else np.asarray(found)


@dataclass(frozen=True)
class Drawing:
    """How values are drawn for names: `shapes` by name, those that are never negative, and whether all are whole.

    A length is a number or a name; lengths with different names differ, so that shapes that do not match are noticed,
    and each differs from draw to draw, so that `n` is not mistaken for a number.
    """

    shapes: Mapping[str, Sequence[int | str]]
    positive: frozenset[str] = frozenset()
    whole: bool = False
    draws: int = DRAWS

    def evaluators(self, seed: int) -> list[Named]:
        """Return evaluators with drawn values (standard normal or whole numbers, float64), under every activation."""
        found = worlds(seed, draws=self.draws)
        signs = np.random.Generator(np.random.PCG64([seed, 29]))
        both = {name: signs.permutation(np.resize([1.0, -1.0], len(found))) for name in self.shapes}
        return [
            self._drawn(world, at, {name: signs[at] for name, signs in both.items()}) for at, world in enumerate(found)
        ]

    def _drawn(self, world: World, position: int, signs: Mapping[str, float]) -> Named:
        generator = np.random.Generator(np.random.PCG64([world.seed, 23]))
        named = dict.fromkeys(part for shape in self.shapes.values() for part in shape if isinstance(part, str))
        lengths = {name: SIZES[(number + position) % len(SIZES)] for number, name in enumerate(named)}
        values: dict[str, Value] = {name: np.asarray(float(length)) for name, length in lengths.items()}
        for name in ("e", "I"):
            values.pop(name, None)  # a length of this name is rare, the number e and the identity are not
        for name, shape in self.shapes.items():
            numbers = [part if isinstance(part, int) else lengths[part] for part in shape]
            size = [*numbers, 1] if len(numbers) == 1 else numbers
            value = self._numbers(generator, size, signs[name])
            values[canonical(name)] = np.abs(value) if name in self.positive else value
        return Named(world, values=values)

    def _numbers(self, generator: np.random.Generator, size: Sequence[int], sign: float) -> Value:
        """Return numbers of both signs; a single number has the `sign`, so that both occur."""
        if self.whole:
            return np.asarray(
                generator.integers(1, MAX_WHOLE, size) * (generator.choice([1.0, -1.0], size) if size else sign)
            )
        drawn = np.asarray(generator.standard_normal(size))
        return drawn if size else np.abs(drawn) * sign


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

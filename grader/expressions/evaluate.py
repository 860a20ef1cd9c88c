"""The value of a formula in one simulated RNN; a formula without a value there raises `NotRead`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from grader.expressions.operations import DoesNotFit, added, broadcast, elementwise, multiplied
from grader.expressions.simulated_rnn import HIDDEN, STEPS, K, Value, World
from grader.expressions.tree import (
    Absolute,
    Apply,
    Binary,
    Component,
    Delta,
    Entries,
    Index,
    Negative,
    Node,
    Norm,
    NotRead,
    Number,
    Partial,
    Product,
    Symbol,
    Transposed,
    show,
)
from grader.model.message import say

_ACTIVATIONS = {"sigma", "phi", "psi", "f", "g"}
MAX_TERMS = 20
MAX_DEPTH = 4
UNSUPPORTED_DERIVATIVE = say("it contains an unsupported derivative")


@dataclass(frozen=True)
class Evaluator:
    """Evaluates in `world`; `bound` gives steps to index variables, and `k` is 2 by default."""

    world: World
    bound: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    depth: int = 0  # of sums, products and matrices in each other, each of which multiplies the work

    def value(self, node: Node) -> Value:
        """Return the value: `()`, `(n,)` or `(n, m)`.

        Raises:
            NotRead: a name, an index or an operation has no meaning here.
        """
        with np.errstate(all="ignore"):  # a division by zero gives a value that is equal to no other
            return self._value(node)

    def _value(self, node: Node) -> Value:
        match node:
            case Number(value=value):
                return np.asarray(value)
            case Symbol():
                return self._symbol(node)
            case Apply():
                return self._apply(node)
            case Negative(value=inner):
                return -self.value(inner)
            case Transposed(value=inner):
                return self.value(inner).T
            case Binary():
                return self._binary(node)
            case Partial(of=of, wrt=wrt):
                return self._partial(of, wrt)
            case Product():
                return self._running(node)
            case Norm():
                raise NotRead(say("it contains a norm"))
            case Absolute(value=inner):
                return np.abs(self.value(inner))
            case Component(value=inner, units=units):
                return self._component(inner, units)
            case Delta(row=row, column=column):
                return np.asarray(float(self._unit(row) == self._unit(column)))
            case Entries():
                return self._entries(node)
        raise NotRead(say("it contains an unsupported part"))

    def step(self, index: Index | None) -> int:
        """Return the step that an index means; no index means k + 1."""
        if index is None:
            return K + 1
        known = {"k": K, "T": STEPS, **self.bound}
        if index.variable and index.variable not in known:
            raise NotRead(say("the index '{name}' is not defined", name=index.variable))
        return known.get(index.variable, 0) + index.offset

    def _unit(self, name: str) -> int:
        if name in self.units:
            return self.units[name]
        if name.isdigit() and 1 <= int(name) <= HIDDEN:
            return int(name) - 1
        raise NotRead(say("the index '{name}' is not defined", name=name))

    def _component(self, inner: Node, units: tuple[str, ...]) -> Value:
        if isinstance(inner, Symbol) and inner.name == "e" and len(units) == 1:
            return np.asarray(np.eye(HIDDEN)[self._unit(units[0])])
        value = self.value(inner)
        if value.ndim != len(units):
            raise DoesNotFit(say("a name has too many or too few indices"))
        places = tuple(map(self._unit, units))
        if any(place >= length for place, length in zip(places, value.shape, strict=True)):
            raise NotRead(say("an index is out of range"))
        return np.asarray(value[places])

    def _entries(self, node: Entries) -> Value:
        def at(row: int, column: int) -> float:
            value = self._within(units={node.row: row, node.column: column}).value(node.body)
            if value.ndim:
                raise DoesNotFit(say("an entry is not a number"))
            return float(value)

        if not node.column:
            return np.asarray([at(row, row) for row in range(HIDDEN)])
        if node.diagonal:
            return np.diag([at(row, row) for row in range(HIDDEN)])
        return np.asarray([[at(row, column) for column in range(HIDDEN)] for row in range(HIDDEN)])

    def _symbol(self, node: Symbol) -> Value:
        if (
            node.name in _ACTIVATIONS | {"tanh", "sigmoid", "sech", "cosh"} and node.index is None
        ):  # without its argument: at z[k+1]
            return self._apply(Apply(node.name, node.primes, Symbol("z", Index("k", 1))))
        if node.primes and node.name not in ("h",):
            raise NotRead(say("'{name}' has a prime", name=node.name))
        if node.name in ("W", "U", "b") and not node.primes:
            return self.world.weight(node.name)
        if node.name == "I":
            return np.eye(HIDDEN)
        try:
            match node.name:
                case "z":
                    return self.world.z(self.step(node.index))
                case "h" if not node.primes:
                    return self.world.h(self.step(node.index))
                case "x":
                    return self.world.x(self.step(node.index))
        except IndexError:
            raise NotRead(say("the step of '{name}' is outside the simulated sequence", name=show(node))) from None
        raise NotRead(say("'{name}' is not defined", name=node.name))

    def _apply(self, node: Apply) -> Value:
        argument = self.value(node.argument)
        if node.function == "column" and argument.ndim == 1:
            return np.asarray(argument[:, None])
        if node.function == "diag":
            if argument.ndim != 1 or node.order:
                raise DoesNotFit(say("diag needs a vector"))
            return np.diag(argument)
        if argument.ndim == 2:
            raise DoesNotFit(say("a function is applied to a matrix"))
        if node.function in _ACTIVATIONS:
            return self.world.apply(argument, node.order)
        if node.function in ("tanh", "sigmoid"):
            return self.world.apply(argument, node.order, node.function)
        elementary: Mapping[str, Callable[[Value], Value]] = {
            "exp": np.exp,
            "cosh": np.cosh,
            "sech": lambda v: 1 / np.cosh(v),
        }
        if node.function in elementary and not node.order:
            return np.asarray(elementary[node.function](argument))
        raise NotRead(say("the function '{name}' is not supported", name=node.function))

    def _binary(self, node: Binary) -> Value:
        if node.operator == "^" and node.left == Symbol("e"):
            return np.asarray(np.exp(self.value(node.right)))
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.right, Transposed) and left.ndim == right.ndim == 1:
            return np.outer(left, right)
        match node.operator:
            case "+" | "-":
                return added(left, right if node.operator == "+" else -right)
            case "/":
                if right.ndim and left.ndim and left.shape != right.shape:
                    raise DoesNotFit(say("the shapes of a quotient do not match"))
                if right.ndim == 2:
                    raise DoesNotFit(say("it divides by a matrix"))
                return np.asarray(left / right)
            case "^":
                if left.ndim == 2 and right.ndim == 0 and right == 2 and not (left - np.diag(left.diagonal())).any():
                    return np.asarray(left @ left)  # of a diagonal matrix: the same entry by entry
                if right.ndim or left.ndim == 2:
                    raise DoesNotFit(say("it contains a power of a matrix"))
                return np.asarray(left**right)
            case "o":
                return elementwise(left, right)
            case "*":
                return broadcast(left, right)
            case "⊗":
                raise NotRead(say("the operator '{sign}' is not supported", sign=node.operator))
        return multiplied(left, right, strict=node.operator == "@")

    def _partial(self, of: Node, wrt: Node) -> Value:
        if isinstance(of, Component) and isinstance(wrt, Component) and len(of.units) == len(wrt.units) == 1:
            return self._component(Partial(of.value, wrt.value), (*of.units, *wrt.units))
        if isinstance(of, Apply) and isinstance(of.argument, Component) and isinstance(wrt, Component):
            return self._partial_of_entry(of, of.argument, wrt)
        if isinstance(wrt, Symbol) and wrt.name in ("h", "z", "x") and not wrt.primes:
            try:
                return self._partial_of_step(of, wrt)
            except IndexError:
                what = say("a step of d {of} / d {wrt} is outside the simulated sequence", of=show(of), wrt=show(wrt))
                raise NotRead(what) from None
        raise NotRead(UNSUPPORTED_DERIVATIVE)

    def _partial_of_entry(self, of: Apply, inner: Component, wrt: Component) -> Value:
        """Return the derivative of `f(z_i)` with respect to `z_j`."""
        if inner.value != wrt.value or len(wrt.units) != 1 or of.function == "diag":
            raise NotRead(UNSUPPORTED_DERIVATIVE)
        same_unit = self._unit(inner.units[0]) == self._unit(wrt.units[0])
        return np.asarray(same_unit * self._apply(Apply(of.function, of.order + 1, inner)))

    def _partial_of_step(self, of: Node, wrt: Symbol) -> Value:
        """Return the derivative with respect to a state, a pre-activation or an input of one step."""
        inner = self.step(wrt.index)
        if isinstance(of, Symbol) and of.name == "h" and wrt.name == "x":
            return self.world.dh_dz(self.step(of.index), inner) @ self.world.weight("U")
        if isinstance(of, Symbol) and of.name == "h" and not of.primes:
            derive = self.world.dh_dh if wrt.name == "h" else self.world.dh_dz
            return derive(self.step(of.index), inner)
        if isinstance(of, Symbol) and of.name == "z" and wrt.name == "h" and not of.primes:
            return self.world.weight("W") @ self.world.dh_dh(self.step(of.index) - 1, inner)
        if isinstance(of, Apply) and of.argument == wrt and of.function != "diag" and wrt.name != "x":
            return np.diag(self._apply(Apply(of.function, of.order + 1, wrt)))
        raise NotRead(UNSUPPORTED_DERIVATIVE)

    def _within(self, bound: Mapping[str, int] | None = None, units: Mapping[str, int] | None = None) -> Evaluator:
        """Return an evaluator for the inside of a sum, a product or a matrix."""
        if self.depth == MAX_DEPTH:
            raise NotRead(say("it contains too many sums or products in each other"))
        return replace(
            self, bound={**self.bound, **(bound or {})}, units={**self.units, **(units or {})}, depth=self.depth + 1
        )

    def _running(self, node: Product) -> Value:
        if node.operator == "sum" and node.low == Index("", 1) and node.high.variable in ("n", "m", "H", "N", "d"):
            terms = (self._within(units={node.variable: unit}) for unit in range(HIDDEN))
            return np.asarray(sum(term.value(node.body) for term in terms))
        low, high = self.step(node.low), self.step(node.high)
        if node.operator == "sum" or not 0 <= high - low < MAX_TERMS:
            raise NotRead(say("it contains a sum or product with unsupported bounds"))
        result: Value | None = None
        for step in range(low, high + 1):
            term = self._within(bound={node.variable: step}).value(node.body)
            result = term if result is None else multiplied(term, result, strict=False)
        return result if result is not None else np.eye(HIDDEN)


def same(one: Value, other: Value) -> bool:
    """Return whether two values are equal to 1e-9 of the larger one; NaN is equal to nothing."""
    if one.shape != other.shape:
        return False
    scale = max(1.0, float(np.abs(other).max())) if other.size else 1.0
    return bool((np.abs(one - other) <= 1e-9 * scale).all())

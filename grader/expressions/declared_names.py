"""Formulas over names that a rubric declares: drawn values for each, and evaluation by value.

A vector is a column, its transpose a row, and a product without a sign is the matrix product. So `a^T b` is a number
and `a b` has no meaning; elementwise products need a sign of their own. In code a vector is both, as in NumPy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from grader.expressions.evaluate import DoesNotFit, Evaluator
from grader.expressions.simulated_rnn import Value, worlds
from grader.expressions.tree import Apply, Binary, Node, NotRead, Number, Symbol, show
from grader.model.message import say

SIZES = (3, 4, 5, 6, 7, 2)  # for the names of lengths, in the order in which they appear: all different
DRAWS = 2
_FUNCTIONS = ("sigma", "phi", "psi", "f", "g", "tanh", "sigmoid")


@dataclass(frozen=True)
class Named(Evaluator):
    """Evaluates over `values`, columns `(n, 1)`; `world` gives the activations and no other names."""

    values: Mapping[str, Value] = field(default_factory=dict)

    def _symbol(self, node: Symbol) -> Value:
        if not node.primes and (name := show(node)) in self.values:
            return self.values[name]
        if node.name == "I" and node.index is None:
            raise NotRead(say("the size of the identity matrix I is unknown"))
        if node.name in _FUNCTIONS:
            raise NotRead(say("the function '{name}' has no argument", name=show(node)))
        raise NotRead(say("'{name}' is not one of the declared names", name=show(node)))

    def _partial(self, of: Node, wrt: Node) -> Value:
        raise NotRead(say("the derivative d {of} / d {wrt} is not evaluated", of=show(of), wrt=show(wrt)))

    def _unit(self, name: str) -> int:
        raise NotRead(say("the index '{name}' of an entry is not supported", name=name))

    def _entries(self, node: object) -> Value:
        raise NotRead(say("single entries are not supported"))

    def _apply(self, node: Apply) -> Value:
        argument = self.value(node.argument)
        if node.function == "diag":
            if not _is_vector(argument) or node.order:
                raise DoesNotFit(say("diag needs a vector"))
            return np.diag(argument.ravel())
        if node.function in ("exp", "cosh", "sech") and not node.order:
            hyperbolic = 1 / np.cosh(argument) if node.function == "sech" else np.cosh(argument)
            return np.asarray(np.exp(argument) if node.function == "exp" else hyperbolic)
        if node.function not in _FUNCTIONS:
            raise NotRead(say("the function '{name}' is not supported", name=node.function))
        name = node.function if node.function in ("tanh", "sigmoid") else ""
        return self.world.apply(argument, node.order, name)

    def _binary(self, node: Binary) -> Value:
        if node.operator == "^" and node.left == Symbol("e") and "e" not in self.values:
            return np.asarray(np.exp(self.value(node.right)))
        left, right = self.value(node.left), self.value(node.right)
        if node.operator in (".", "@"):
            return _product(left, right, code=node.operator == "@")
        if node.operator == "^":
            if right.ndim or (left.ndim and not _is_vector(left)):
                raise DoesNotFit(say("it contains a power of a matrix"))
            return np.asarray(left**right)
        number = node.operator in ("+", "-") and (isinstance(node.left, Number) or isinstance(node.right, Number))
        if left.shape != right.shape and not (
            (left.ndim == 0 or right.ndim == 0) and (number or node.operator in "*/")
        ):
            raise DoesNotFit(say("the shapes of a sum, a quotient or an elementwise product do not match"))
        match node.operator:
            case "+":
                return np.asarray(left + right)
            case "-":
                return np.asarray(left - right)
            case "/" if right.ndim == 0 or right.shape == left.shape or _is_vector(right):
                return np.asarray(left / right)
            case "*" | "o":
                return np.asarray(left * right)
        raise NotRead(say("the operator '{sign}' is not supported", sign=node.operator))


def _is_vector(value: Value) -> bool:
    return value.ndim == 2 and 1 in value.shape


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


def draw(names: Mapping[str, Sequence[int | str]], seed: int) -> list[Named]:
    """Return evaluators with drawn values (standard normal, float64), under every activation.

    A length is a number or a name; lengths with different names differ, so that shapes that do not match are noticed.
    """
    lengths: dict[str, int] = {}
    for shape in names.values():
        for part in shape:
            if isinstance(part, str) and part not in lengths:
                lengths[part] = SIZES[len(lengths) % len(SIZES)]
    found = []
    for position, world in enumerate(worlds(seed, draws=DRAWS)):
        generator = np.random.Generator(np.random.PCG64([world.seed, 23]))
        values: dict[str, Value] = {}
        for name, shape in names.items():
            numbers = [part if isinstance(part, int) else lengths[part] for part in shape]
            rendered = np.asarray(generator.standard_normal([*numbers, 1] if len(numbers) == 1 else numbers))
            values[name] = (
                rendered if numbers else np.abs(rendered) * (-1) ** (position + len(values))
            )  # both signs occur
        found.append(Named(world, values=values))
    return found


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

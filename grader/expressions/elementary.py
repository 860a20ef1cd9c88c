"""The functions of a formula over declared names, besides the activations: elementwise, of a vector, of two values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from grader.expressions.operations import DoesNotFit
from grader.expressions.simulated_rnn import Value
from grader.expressions.tree import Absolute, Apply, Binary, Node, children
from grader.expressions.vocabulary import ACTIVATIONS
from grader.model.message import say

_ELEMENTWISE: Mapping[str, Callable[[Value], Value]] = {
    "exp": np.exp,
    "log": np.log,
    "ln": np.log,
    "sqrt": np.sqrt,
    "floor": np.floor,
    "ceil": np.ceil,
    "cosh": np.cosh,
    "sech": lambda value: 1 / np.cosh(value),
}
_TO_NUMBER: Mapping[str, Callable[[Value], Value]] = {
    "sum": np.sum,
    "mean": np.mean,
    "prod": np.prod,
    "norm": lambda value: np.asarray(np.linalg.norm(value)),
    "max": np.max,
    "min": np.min,
    "argmax": np.argmax,
    "argmin": np.argmin,
}
_OF_TWO: Mapping[str, Callable[[Value, Value], Value]] = {"max": np.maximum, "min": np.minimum}
NAMES = (
    "exp",
    "log",
    "sqrt",
    "floor",
    "ceil",
    "sum",
    "mean",
    "prod",
    "norm",
    "max",
    "min",
    "argmax",
    "softmax",
    "diag",
    "tanh",
    "sigmoid",
)
_WHOLE = {"floor", "ceil"}
_STEPS = {"max", "min", "argmax", "argmin"}


def applied(function: str, argument: Value) -> Value | None:
    """Return the value of a function; None if it has no such function.

    Raises:
        DoesNotFit: softmax, sum, mean, max or min of something that is not a vector.
    """
    if function in _ELEMENTWISE:
        return np.asarray(_ELEMENTWISE[function](argument))
    if function not in _TO_NUMBER and function != "softmax":
        return None
    if not is_vector(argument):
        raise DoesNotFit(say("{function} needs a vector", function=function))
    if function in _TO_NUMBER:
        return np.asarray(_TO_NUMBER[function](argument))
    powers = np.exp(argument - argument.max())
    return np.asarray(powers / powers.sum())


def of_two(function: str, left: Value, right: Value) -> Value | None:
    """Return the larger or smaller of two values, elementwise; None for another operator."""
    return np.asarray(_OF_TWO[function](left, right)) if function in _OF_TWO else None


def length_of(value: Value) -> Value:
    """Return the Euclidean norm of a vector, or the absolute value of a number.

    Raises:
        DoesNotFit: a matrix, which has several norms.
    """
    if value.ndim and not is_vector(value):
        raise DoesNotFit(say("a matrix has several norms"))
    return np.asarray(np.linalg.norm(value))


def is_vector(value: Value) -> bool:
    """Return whether a value is a column or a row."""
    return value.ndim == 2 and 1 in value.shape


def takes_whole_numbers(node: Node) -> bool:
    """Return whether a formula rounds, so that right and wrong ones differ for some whole numbers only."""
    return any(isinstance(part, Apply) and part.function in _WHOLE for part in every_part(node))


def has_steps(node: Node) -> bool:
    """Return whether a formula takes one side or another, so that few draws may see one side only."""
    return takes_whole_numbers(node) or any(
        isinstance(part, Absolute)
        or (isinstance(part, Binary) and part.operator in _STEPS)
        or (isinstance(part, Apply) and part.function in _STEPS)
        for part in every_part(node)
    )


def activations_in(node: Node) -> list[str]:
    """Return the names of functions that nothing defines; their values are those of one and the same function."""
    return sorted(
        {part.function for part in every_part(node) if isinstance(part, Apply) and part.function in ACTIVATIONS}
    )


def every_part(node: Node) -> Iterable[Node]:
    """Yield a node and everything in it."""
    yield node
    for child in children(node):
        yield from every_part(child)

"""The known wrong values of the Jacobian question, each with the mistakes that lead to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from grader.expressions.simulated_rnn import HIDDEN, STEPS, K, Value, World
from grader.model.message import Message, Text, say, sentences

NO_DERIVATIVE = say("The derivative is missing: sigma is used instead of sigma'.")
OFF_BY_ONE = say("The index is off by one: h[k+1] is computed from z[k+1].")
NO_BIAS = say("The bias is missing in the argument.")
DOUBLE = say("The factor ||W|| is already outside J in (1); with W inside J it is counted twice.")
PRODUCT = say("The formula is the product over all steps; J is one factor of it.")
_SIGN = say("The sign is wrong.")
_SLOPE = say("The derivative of tanh is 1 - tanh(z)^2.")
_NOT_DERIVED = say("The derivative of the activation is missing.")


@dataclass(frozen=True)
class KnownMistake:
    """A wrong value that an answer may have: a way to write it, its value in a world, and its mistakes."""

    name: Text
    value: Callable[[World], Value]
    mistakes: tuple[Message, ...]


def _written_out() -> Iterator[KnownMistake]:
    """Wrong forms of the derivative of tanh and of the sigmoid, with and without W, and wrong products of D and W."""
    z_for_h = say("The formula has z where h is needed.")
    no_square = say("The square is missing.")
    sigmoid = say("The derivative of the logistic sigmoid is h (1 - h).")
    absolute = say("The absolute value is not part of the derivative.")
    forms: tuple[tuple[str, Callable[[World], Value], Message], ...] = (
        ("1 + tanh(z)^2", lambda w: 1 + np.tanh(w.z(K + 1)) ** 2, sentences(_SIGN, _SLOPE)),
        ("1 + h^2", lambda w: 1 + w.h(K + 1) ** 2, sentences(_SIGN, _SLOPE)),
        ("h (1 + h)", lambda w: w.h(K + 1) * (1 + w.h(K + 1)), sentences(_SIGN, sigmoid)),
        ("1 - z^2", lambda w: 1 - w.z(K + 1) ** 2, sentences(z_for_h, _SLOPE)),
        ("1 - tanh(z)", lambda w: 1 - np.tanh(w.z(K + 1)), sentences(no_square, _SLOPE)),
        ("1 - h", lambda w: 1 - w.h(K + 1), sentences(no_square, _SLOPE)),
        ("|sigma'(z)|", lambda w: np.abs(w.apply(w.z(K + 1), 1)), absolute),
        (
            "sigma'(W h[k] + U x[k] + b)",
            lambda w: w.apply(w.weight("W") @ w.h(K) + w.weight("U") @ w.x(K) + w.weight("b"), 1),
            OFF_BY_ONE,
        ),
        (
            "sigma'(W h[k+1] + U x[k+1] + b)",
            lambda w: w.apply(w.weight("W") @ w.h(K + 1) + w.weight("U") @ w.x(K + 1) + w.weight("b"), 1),
            OFF_BY_ONE,
        ),
    )
    for name, form, mistake in forms:
        yield KnownMistake(f"diag({name})", _diagonal(form), (mistake,))
        yield KnownMistake(f"diag({name}) W", _diagonal(form, right="W"), (mistake, DOUBLE))
        yield KnownMistake(f"W^T diag({name})", _diagonal(form, left="W"), (mistake, DOUBLE))
    factors = say("dh[k+1]/dh[k] is the matrix product of the diagonal matrix and W; J is only the diagonal matrix.")
    elementwise = say("the elementwise product of diag(sigma'(z[k+1])) and W")
    yield KnownMistake(elementwise, lambda w: w.slope(K + 1) * w.weight("W"), (factors,))
    yield KnownMistake("diag(sigma'(z[k+1])) + W", lambda w: w.slope(K + 1) + w.weight("W"), (factors,))


def _diagonal(form: Callable[[World], Value], left: str = "", right: str = "") -> Callable[[World], Value]:
    """Return the diagonal matrix of a form, with W^T before or W behind it."""

    def value(w: World) -> Value:
        found = np.diag(form(w))
        found = w.weight(left).T @ found if left else found
        return np.asarray(found @ w.weight(right) if right else found)

    return value


Argument = Callable[[World], Value]
Wrap = Callable[[Value, World], Value]
_ARGUMENTS: tuple[tuple[str, Argument, tuple[Message, ...]], ...] = (
    ("z[k+1]", lambda w: w.z(K + 1), ()),
    ("z[k]", lambda w: w.z(K), (OFF_BY_ONE,)),
    ("z[k+2]", lambda w: w.z(K + 2), (OFF_BY_ONE,)),
    ("h[k+1]", lambda w: w.h(K + 1), (say("The argument of the activation is z, not h."),)),
    ("h[k]", lambda w: w.h(K), (say("The argument of the activation is z[k+1], not h[k]."),)),
    ("W h[k] + U x[k+1]", lambda w: w.z(K + 1) - w.weight("b"), (NO_BIAS,)),
    ("W h[k]", lambda w: w.weight("W") @ w.h(K), (say("The input and the bias are missing in the argument."),)),
)
_ORDERS: tuple[tuple[int, str, tuple[Message, ...]], ...] = (
    (1, "sigma'", ()),
    (0, "sigma", (NO_DERIVATIVE,)),
    (2, "sigma''", (say("The formula has the second derivative of sigma."),)),
)
_AROUND: tuple[tuple[str, Wrap, tuple[Message, ...]], ...] = (
    ("{}", lambda d, w: d, ()),
    ("{} W", lambda d, w: d @ w.weight("W"), (DOUBLE,)),
    ("W {}", lambda d, w: w.weight("W") @ d, (DOUBLE, say("The factors are in the wrong order."))),
    ("W^T {}", lambda d, w: w.weight("W").T @ d, (DOUBLE,)),
    ("{} W^T", lambda d, w: d @ w.weight("W").T, (DOUBLE, say("The transposed W is on the wrong side."))),
    ("{} U", lambda d, w: d @ w.weight("U"), (say("U is the weight of the input; h[k] is multiplied by W."),)),
)


def catalogue() -> Iterator[KnownMistake]:
    """Yield the known wrong values: argument x order of the derivative x W around it x sign, nearest first."""
    for sign, minus in ((1.0, ()), (-1.0, (_SIGN,))):
        for wrap, multiply, outer in _AROUND:
            for order, prime, middle in _ORDERS:
                for name, argument, inner in _ARGUMENTS:
                    if mistakes := (*minus, *middle, *inner, *outer):
                        written = ("-" if sign < 0 else "") + wrap.format(f"diag({prime}({name}))")
                        yield KnownMistake(written, _value(sign, multiply, order, argument), mistakes)
    yield from _written_out()
    yield KnownMistake("dh[T]/dh[k]", lambda w: w.dh_dh(STEPS, K), (PRODUCT,))
    yield KnownMistake("dh[T]/dh[k+1]", lambda w: w.dh_dh(STEPS, K + 1), (PRODUCT,))
    yield KnownMistake("W", lambda w: w.weight("W"), (_NOT_DERIVED,))
    yield KnownMistake(say("the identity matrix"), lambda w: np.eye(HIDDEN), (_NOT_DERIVED,))


def _value(sign: float, multiply: Wrap, order: int, argument: Argument) -> Callable[[World], Value]:
    return lambda w: np.asarray(sign * multiply(np.diag(w.apply(argument(w), order)), w))

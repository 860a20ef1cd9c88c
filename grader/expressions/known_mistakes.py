"""The known wrong values of the Jacobian question, each with the mistakes that lead to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Generic, TypeVar

import numpy as np

from grader.expressions.simulated_rnn import HIDDEN, STEPS, K, Value, World
from grader.model.message import Message, Text, say, sentences

NO_DERIVATIVE = say("The derivative is missing: sigma is used instead of sigma'.")
OFF_BY_ONE = say("The index is off by one: h[k+1] is computed from z[k+1].")
DOUBLE = say("The factor ||W|| is already outside J in (1); with W inside J it is counted twice.")
PRODUCT = say("The formula is the product over all steps; J is one factor of it.")
_NO_MATRIX = say("It is a vector: diag is missing.")
_SIGN = say("The sign is wrong.")
_SLOPE = say("The derivative of tanh is 1 - tanh(z)^2.")
_NOT_DERIVED = say("The derivative of the activation is missing.")


@dataclass(frozen=True)
class KnownMistake:
    """A wrong value that an answer may have: a way to write it, its value in a world, and its mistakes.

    `share` names the share of the points that a rubric may give for it; empty if it earns nothing.
    """

    name: Text
    value: Callable[[World], Value]
    mistakes: tuple[Message, ...]
    share: str = ""


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
        yield KnownMistake(f"diag({name})", _diagonal(form), (mistake,), "index_off" if mistake == OFF_BY_ONE else "")
        yield KnownMistake(f"diag({name}) W", _diagonal(form, right="W"), (mistake, DOUBLE))
        yield KnownMistake(f"W^T diag({name})", _diagonal(form, left="W"), (mistake, DOUBLE))
    factors = say("dh[k+1]/dh[k] is the matrix product of the diagonal matrix and W; J is only the diagonal matrix.")
    elementwise = say("the elementwise product of diag(sigma'(z[k+1])) and W")
    yield KnownMistake(elementwise, lambda w: w.slope(K + 1) * w.weight("W"), (factors,), "elementwise")
    yield KnownMistake("diag(sigma'(z[k+1])) + W", lambda w: w.slope(K + 1) + w.weight("W"), (factors,))


def _diagonal(form: Callable[[World], Value], left: str = "", right: str = "") -> Callable[[World], Value]:
    """Return the diagonal matrix of a form, with W^T before or W behind it."""

    def value(w: World) -> Value:
        found = np.diag(form(w))
        found = w.weight(left).T @ found if left else found
        return np.asarray(found @ w.weight(right) if right else found)

    return value


Form = TypeVar("Form")
Argument = Callable[[World], Value]
Wrap = Callable[[Value, World], Value]


@dataclass(frozen=True)
class Part(Generic[Form]):
    """One part of a formula, right or with mistakes: how it is written, what it does, and the share for it alone."""

    written: str
    form: Form
    mistakes: tuple[Message, ...] = ()
    share: str = ""


_SIGNS: tuple[Part[float], ...] = (Part("", 1.0), Part("-", -1.0, (_SIGN,)))
_ARGUMENTS: tuple[Part[Argument], ...] = (
    Part("z[k+1]", lambda w: w.z(K + 1)),
    Part("z[k]", lambda w: w.z(K), (OFF_BY_ONE,), "index_off"),
    Part("z[k+2]", lambda w: w.z(K + 2), (OFF_BY_ONE,), "index_off"),
    Part("h[k+1]", lambda w: w.h(K + 1), (say("The argument of the activation is z, not h."),)),
    Part("h[k]", lambda w: w.h(K), (say("The argument of the activation is z[k+1], not h[k]."),)),
    Part(
        "W h[k] + U x[k+1]",
        lambda w: w.z(K + 1) - w.weight("b"),
        (say("The bias is missing in the argument, which is z."),),
        "without_bias",
    ),
    Part(
        "W h[k]",
        lambda w: w.weight("W") @ w.h(K),
        (say("The input and the bias are missing in the argument."),),
    ),
)
_ORDERS: tuple[Part[int], ...] = (
    Part("sigma'", 1),
    Part("sigma", 0, (NO_DERIVATIVE,), "no_derivative"),
    Part("sigma''", 2, (say("The formula has the second derivative of sigma."),)),
)
_WRONG_ORDER = say("The factors are in the wrong order.")
_AROUND: tuple[Part[Wrap], ...] = (
    Part("{}", lambda d, w: d),
    Part("{} W", lambda d, w: d @ w.weight("W"), (DOUBLE,)),
    Part("W {}", lambda d, w: w.weight("W") @ d, (DOUBLE, _WRONG_ORDER), "product_order"),
    Part("W^T {}", lambda d, w: w.weight("W").T @ d, (DOUBLE,)),
    Part(
        "{} W^T",
        lambda d, w: d @ w.weight("W").T,
        (DOUBLE, say("The transposed W is on the wrong side.")),
        "transposed",
    ),
    Part("{} U", lambda d, w: d @ w.weight("U"), (say("U is the weight of the input; h[k] is multiplied by W."),)),
)


@lru_cache(maxsize=1)
def catalogue() -> tuple[KnownMistake, ...]:
    """Return the known wrong values: argument x order of the derivative x W around it x sign, nearest first."""
    return tuple(_catalogue())


@lru_cache(maxsize=64)
def known_values(world: World) -> tuple[Value, ...]:
    """Return the values of `catalogue()` in a world, in its order; they are not to be changed."""
    return tuple(np.asarray(known.value(world)) for known in catalogue())


def _catalogue() -> Iterator[KnownMistake]:
    for sign, around, order, argument in product(_SIGNS, _AROUND, _ORDERS, _ARGUMENTS):
        wrong = [part for part in (sign, order, argument, around) if part.mistakes]
        if wrong:
            written = sign.written + around.written.format(f"diag({order.written}({argument.written}))")
            mistakes = tuple(mistake for part in wrong for mistake in part.mistakes)
            value = _value(sign.form, around.form, order.form, argument.form)
            yield KnownMistake(written, value, mistakes, wrong[0].share if len(wrong) == 1 else "")
    yield from _written_out()
    vector = say("the vector sigma'(z[k+1])")
    yield KnownMistake(vector, lambda w: w.apply(w.z(K + 1), 1), (_NO_MATRIX,), "vector")
    yield KnownMistake("dh[T]/dh[k]", lambda w: w.dh_dh(STEPS, K), (PRODUCT,))
    yield KnownMistake("dh[T]/dh[k+1]", lambda w: w.dh_dh(STEPS, K + 1), (PRODUCT,))
    yield KnownMistake("W", lambda w: w.weight("W"), (_NOT_DERIVED,))
    yield KnownMistake(say("the identity matrix"), lambda w: np.eye(HIDDEN), (_NOT_DERIVED,))


def _value(sign: float, multiply: Wrap, order: int, argument: Argument) -> Callable[[World], Value]:
    return lambda w: np.asarray(sign * multiply(np.diag(w.apply(argument(w), order)), w))

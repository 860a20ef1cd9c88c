"""The known wrong values of the Jacobian question: argument x order of the derivative x W around it x sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from grader.expressions.simulated_rnn import HIDDEN, STEPS, K, Value, World

NO_DERIVATIVE = "The derivative is missing: sigma stands where sigma' belongs."
OFF_BY_ONE = "The index is off by one: h[k+1] is computed from z[k+1]."
NO_BIAS = "The bias is missing in the argument."


@dataclass(frozen=True)
class Known:
    """A value that an answer may have, in every world: how it is written, and what is wrong with it."""

    name: str
    value: Callable[[World], Value]
    mistakes: tuple[str, ...]


def _written_out() -> Iterator[Known]:
    """Wrong forms of the derivative of tanh and of the sigmoid, alone and with W, and wrong ways to join D and W."""
    slope = "1 - tanh(z)^2 is the derivative of tanh."
    forms: tuple[tuple[str, Callable[[World], Value], str], ...] = (
        ("1 + tanh(z)^2", lambda w: 1 + np.tanh(w.z(K + 1)) ** 2, f"The sign is wrong: {slope}"),
        ("1 + h^2", lambda w: 1 + w.h(K + 1) ** 2, f"The sign is wrong: {slope}"),
        ("h (1 + h)", lambda w: w.h(K + 1) * (1 + w.h(K + 1)), "The sign is wrong: h (1 - h) is the derivative."),
        ("1 - z^2", lambda w: 1 - w.z(K + 1) ** 2, f"z stands where h belongs: {slope}"),
        ("1 - tanh(z)", lambda w: 1 - np.tanh(w.z(K + 1)), f"The square is missing: {slope}"),
        ("1 - h", lambda w: 1 - w.h(K + 1), f"The square is missing: {slope}"),
        ("|sigma'(z)|", lambda w: np.abs(w.apply(w.z(K + 1), 1)), "An absolute value does not belong there."),
        (
            "W h[k] + U x[k] + b as z",
            lambda w: w.apply(w.weight("W") @ w.h(K) + w.weight("U") @ w.x(K) + w.weight("b"), 1),
            OFF_BY_ONE,
        ),
        (
            "W h[k+1] + U x[k+1] + b as z",
            lambda w: w.apply(w.weight("W") @ w.h(K + 1) + w.weight("U") @ w.x(K + 1) + w.weight("b"), 1),
            OFF_BY_ONE,
        ),
    )
    for name, form, mistake in forms:
        yield Known(f"diag({name})", _diagonal(form), (mistake,))
        yield Known(f"diag({name}) W", _diagonal(form, right="W"), (mistake, DOUBLE))
        yield Known(f"W^T diag({name})", _diagonal(form, left="W"), (mistake, DOUBLE))
    joined = "D and W are joined by a matrix product in the derivative, and J is D alone."
    yield Known("D elementwise W", lambda w: w.slope(K + 1) * w.weight("W"), (joined,))
    yield Known("D + W", lambda w: w.slope(K + 1) + w.weight("W"), (joined,))


def _diagonal(form: Callable[[World], Value], left: str = "", right: str = "") -> Callable[[World], Value]:
    """The diagonal matrix of a form, with W^T before or W behind it."""

    def value(w: World) -> Value:
        found = np.diag(form(w))
        found = w.weight(left).T @ found if left else found
        return np.asarray(found @ w.weight(right) if right else found)

    return value


DOUBLE = "(1) has already taken ||W|| out; with W inside J it is counted twice."


def catalogue() -> Iterator[Known]:
    """Yield the known wrong values: argument x order of the derivative x W around it x sign, nearest first."""
    arguments: list[tuple[str, Callable[[World], Value], tuple[str, ...]]] = [
        ("z[k+1]", lambda w: w.z(K + 1), ()),
        ("z[k]", lambda w: w.z(K), (OFF_BY_ONE,)),
        ("z[k+2]", lambda w: w.z(K + 2), (OFF_BY_ONE,)),
        ("h[k+1]", lambda w: w.h(K + 1), ("The argument of the activation is z, not h.",)),
        ("h[k]", lambda w: w.h(K), ("The argument of the activation is z[k+1], not h[k].",)),
        ("W h[k] + U x[k+1]", lambda w: w.z(K + 1) - w.weight("b"), (NO_BIAS,)),
        ("W h[k]", lambda w: w.weight("W") @ w.h(K), ("The input and the bias are missing in the argument.",)),
    ]
    orders = (
        (1, "sigma'", ()),
        (0, "sigma", (NO_DERIVATIVE,)),
        (2, "sigma''", ("It is derived once too often.",)),
    )
    double = DOUBLE
    around: list[tuple[str, Callable[[Value, World], Value], tuple[str, ...]]] = [
        ("{}", lambda d, w: d, ()),
        ("{} W", lambda d, w: d @ w.weight("W"), (double,)),
        ("W {}", lambda d, w: w.weight("W") @ d, (double, "The order of the product is turned round.")),
        ("W^T {}", lambda d, w: w.weight("W").T @ d, (double,)),
        ("{} W^T", lambda d, w: d @ w.weight("W").T, (double, "W is transposed on the wrong side.")),
        ("{} U", lambda d, w: d @ w.weight("U"), ("U belongs to the input; h[k] is multiplied by W.",)),
    ]
    for sign, minus in ((1.0, ()), (-1.0, ("The sign is wrong.",))):
        for wrap, multiply, outer in around:
            for order, prime, middle in orders:
                for name, argument, inner in arguments:
                    mistakes = (*minus, *middle, *inner, *outer)
                    if not mistakes:
                        continue
                    written = ("-" if sign < 0 else "") + wrap.format(f"diag({prime}({name}))")

                    def value(
                        w: World,
                        multiply: Callable[[Value, World], Value] = multiply,
                        order: int = order,
                        argument: Callable[[World], Value] = argument,
                        sign: float = sign,
                    ) -> Value:
                        return np.asarray(sign * multiply(np.diag(w.apply(argument(w), order)), w))

                    yield Known(written, value, mistakes)
    yield from _written_out()
    product = "The product over all steps is given; J is one factor of it."
    yield Known("dh[T]/dh[k]", lambda w: w.dh_dh(STEPS, K), (product,))
    yield Known("dh[T]/dh[k+1]", lambda w: w.dh_dh(STEPS, K + 1), (product,))
    yield Known("W", lambda w: w.weight("W"), ("The derivative of the activation is missing.",))
    yield Known("the identity", lambda w: np.eye(HIDDEN), ("The derivative of the activation is missing.",))

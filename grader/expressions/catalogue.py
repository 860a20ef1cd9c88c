"""The known wrong values of the Jacobian question: argument x order of the derivative x W around it x sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from grader.expressions.recurrence import HIDDEN, STEPS, K, Value, World

NO_DERIVATIVE = "The derivative is missing: sigma stands where sigma' belongs."
OFF_BY_ONE = "The index is off by one: h[k+1] is computed from z[k+1]."
NO_BIAS = "The bias is missing in the argument."


@dataclass(frozen=True)
class Known:
    """A value that an answer may have, in every world: how it is written, and what is wrong with it."""

    name: str
    value: Callable[[World], Value]
    mistakes: tuple[str, ...]


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
    double = "(1) has already taken ||W|| out; with W inside J it is counted twice."
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
    product = "The product over all steps is given; J is one factor of it."
    yield Known("dh[T]/dh[k]", lambda w: w.dh_dh(STEPS, K), (product,))
    yield Known("dh[T]/dh[k+1]", lambda w: w.dh_dh(STEPS, K + 1), (product,))
    yield Known("W", lambda w: w.weight("W"), ("The derivative of the activation is missing.",))
    yield Known("the identity", lambda w: np.eye(HIDDEN), ("The derivative of the activation is missing.",))

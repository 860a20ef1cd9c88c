"""Sums and products have a value where shapes give them one meaning."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from grader.expressions.operations import DoesNotFit, added, broadcast, elementwise, multiplied
from grader.expressions.simulated_rnn import Value

NUMBER, VECTOR, LONGER = np.asarray(2.0), np.asarray([1.0, 2.0]), np.asarray([1.0, 2.0, 3.0])
MATRIX, DIAGONAL = np.asarray([[1.0, 2.0], [3.0, 4.0]]), np.diag([5.0, 6.0])


@pytest.mark.parametrize(
    ("operation", "left", "right", "wanted"),
    [
        (added, VECTOR, NUMBER, [3, 4]),
        (added, MATRIX, DIAGONAL, [[6, 2], [3, 10]]),
        (elementwise, VECTOR, VECTOR, [1, 4]),
        (elementwise, VECTOR, DIAGONAL, [[5, 0], [0, 12]]),
        (elementwise, DIAGONAL, VECTOR, [[5, 0], [0, 12]]),
        (broadcast, MATRIX, VECTOR, [[1, 4], [3, 8]]),
        (lambda a, b: multiplied(a, b, strict=False), VECTOR, VECTOR, [1, 4]),
        (lambda a, b: multiplied(a, b, strict=True), VECTOR, VECTOR, 5),
        (lambda a, b: multiplied(a, b, strict=True), MATRIX, VECTOR, [5, 11]),
        (lambda a, b: multiplied(a, b, strict=True), NUMBER, MATRIX, [[2, 4], [6, 8]]),
    ],
)
def test_what_fits_has_a_value(
    operation: Callable[[Value, Value], Value], left: Value, right: Value, wanted: object
) -> None:
    np.testing.assert_array_equal(operation(left, right), wanted)


@pytest.mark.parametrize(
    ("operation", "left", "right"),
    [
        (added, VECTOR, LONGER),
        (added, MATRIX, NUMBER),
        (elementwise, VECTOR, LONGER),
        (elementwise, VECTOR, MATRIX),
        (elementwise, MATRIX, VECTOR),
        (broadcast, MATRIX, LONGER),
        (lambda a, b: multiplied(a, b, strict=False), VECTOR, MATRIX),
        (lambda a, b: multiplied(a, b, strict=True), MATRIX, LONGER),
    ],
)
def test_what_has_no_one_meaning_does_not_fit(
    operation: Callable[[Value, Value], Value], left: Value, right: Value
) -> None:
    with pytest.raises(DoesNotFit):
        operation(left, right)

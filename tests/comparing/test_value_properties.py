"""Properties of one value: just inside and just outside, empty, and values that cannot be compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.asking.values import Opaque, Record, Tensor
from grader.comparing import value_properties as values
from grader.comparing.value_comparison import Difference, Tolerance

NEAR, FAR = 1 + 5e-7, 1 + 1e-3
SUM = 1 + 2e-5  # a sum has the rounding of its numbers, too


def tensor(array: Any, dtype: str = "float32") -> Tensor:
    return Tensor(np.asarray(array, "float32"), dtype)


def state(difference: Difference | None) -> str:
    return "holds" if difference is None else "broken" if difference.proves else "unknown"


@pytest.mark.parametrize(
    ("value", "expected", "result"),
    [
        ([1], "list", "holds"), ((1,), "list", "broken"), (1, "int", "holds"), (True, "int", "broken"), (True, "bool", "holds"),
        (1.0, "int", "broken"), ({"a": 1}, "dict", "holds"), (tensor(1), "tensor", "holds"), (tensor(1), "array", "broken"),
        (np.zeros(2), "array", "holds"), ("a", "str", "holds"), (None, "float", "broken"), (Opaque("Foo"), "list", "unknown"),
        (Record("Pair", ()), "tuple", "unknown"), (Record("Pair", ()), "dict", "broken"),
    ],
    ids=str,
)  # fmt: skip
def test_types(value: Any, expected: values.Kind, result: str) -> None:
    assert state(values.of_type(value, expected)) == result


@pytest.mark.parametrize(
    ("value", "low", "high", "result"),
    [
        (tensor([0, NEAR]), 0, 1, "holds"), (tensor([0, FAR]), 0, 1, "broken"), (tensor([-5e-7]), 0, None, "holds"),
        (tensor([-1e-3]), 0, None, "broken"), (tensor([9]), None, None, "holds"), (np.array([1, np.nan]), None, 2, "broken"),
        (np.array([np.inf]), 0, None, "holds"), (np.array([np.inf]), 0, 1, "broken"), (np.zeros((0, 2)), 0, 1, "holds"),
        ([], 0, 1, "holds"), (None, 0, 1, "broken"), ({"a": 1, "b": [2.0, 3]}, 0, 2, "broken"), (Opaque("Foo"), 0, 1, "unknown"),
        ((tensor([1]), Opaque("Foo")), 0, 1, "unknown"), (tensor([1.01], "bfloat16"), 0, 1, "holds"), (1 + 1j, 0, 1, "unknown"),
    ],
    ids=str,
)  # fmt: skip
def test_ranges(value: Any, low: float | None, high: float | None, result: str) -> None:
    assert state(values.in_range(value, low, high, Tolerance())) == result


@pytest.mark.parametrize(
    ("value", "axis", "result"),
    [
        ([[0.5, 0.5]], -1, "holds"), (tensor([[SUM, 0]]), 1, "holds"), (tensor([[FAR, 0]]), 1, "broken"), (tensor([[1, 0]]), 0, "broken"),
        (tensor([[1, 0]]), None, "holds"), (tensor([1]), 1, "broken"), (np.array([np.nan, 1]), 0, "broken"),
        (np.array([np.inf, 1]), 0, "broken"), (np.zeros((0, 2)), -1, "holds"), (True, None, "holds"), (Opaque("Foo"), 0, "unknown"),
    ],
    ids=str,
)  # fmt: skip
def test_sums(value: Any, axis: int | None, result: str) -> None:
    assert state(values.sums(value, axis, 1, Tolerance())) == result


def test_sums_of_many_rounded_numbers_are_right() -> None:
    rows = np.random.Generator(np.random.PCG64(1)).standard_normal((20, 5000)).astype(np.float32) * 100
    assert values.sums(rows - rows.mean(-1, keepdims=True), -1, 0, Tolerance()) is None
    assert values.sums(rows, -1, 0, Tolerance()) is not None


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ([[1, 2], [2, 1]], "holds"), ([[1, 2], [2 + 1e-6, 1]], "holds"), ([[1, 2], [2.01, 1]], "broken"),
        ([[1, -np.inf], [-np.inf, 1]], "holds"), ([[np.nan, 1], [1, 1]], "broken"), (np.zeros((2, 3)), "broken"), (3, "broken"),
    ],
    ids=str,
)  # fmt: skip
def test_symmetry(value: Any, result: str) -> None:
    assert state(values.symmetric(value, (0, 1), Tolerance())) == result


@pytest.mark.parametrize(
    ("value", "rises", "strict", "result"),
    [
        ([1, 1, 2], True, False, "holds"), ([1, 1, 2], True, True, "broken"), ([2, 1, 0], False, True, "holds"),
        ([1, 1 - 5e-7], True, False, "holds"), ([1, 0.9], True, False, "broken"), ([1, np.nan], True, False, "broken"),
        ([-np.inf, -np.inf, 0, np.inf], True, False, "holds"), ([1], True, True, "holds"), ([], True, True, "holds"),
        (np.array([1j]), True, True, "unknown"), (np.array([3, 2], "uint8"), True, False, "broken"),
    ],
    ids=str,
)  # fmt: skip
def test_order(value: Any, rises: bool, strict: bool, result: str) -> None:
    assert state(values.monotone(value, -1, rises, strict, Tolerance())) == result


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (tensor([1]), "holds"), ([tensor([1]), tensor([2])], "holds"), (np.zeros(2), "broken"), (tensor([1], "bfloat16"), "broken"),
        (1.0, "unknown"), ([1.0], "unknown"), (None, "broken"), ([], "broken"), (Opaque("an array of <U3"), "unknown"),
    ],
    ids=str,
)  # fmt: skip
def test_number_types(value: Any, result: str) -> None:
    assert state(values.of_dtype(value, "float32")) == result


def test_shapes_and_finite_numbers() -> None:
    assert values.of_shape([[1, 2]], [1, 2]) is None
    assert values.of_shape([], [0]) is None
    assert state(values.of_shape([[1], [2, 3]], [2, 2])) == "broken"
    assert str(getattr(values.of_shape(np.zeros((2, 1)), [2]), "hint", "")) == "The number of axes of length 1 differs."
    assert values.finite((1, {"a": [np.ones(2)]})) is None
    assert state(values.finite({"a": float("inf")})) == "broken"
    assert state(values.finite(None)) == "broken"

"""Claims of growth: equal where the fastest terms are, whatever else is in them."""

from __future__ import annotations

import numpy as np
import pytest

from grader.expressions.growth import MAX_TERMS, growth
from grader.expressions.parse_math import parse_one
from grader.expressions.simulated_rnn import Value
from grader.expressions.tree import NotRead
from grader.expressions.vocabulary import Vocabulary

NAMES = ["n", "d", "T_1"]


def of(formula: str) -> Value:
    return growth(parse_one(formula, Vocabulary.of(NAMES)), NAMES)


@pytest.mark.parametrize(
    ("formula", "equal"),
    [
        ("3 n^2 d", r"d \cdot n \cdot n"),
        ("n^2 d + n d + 7", "n^2 d"),
        ("n (n - 1) / 2", "n^2"),
        ("max(n, d)", "n + d"),
        ("(n + d)^2", "n^2 + d^2 + n d"),
        ("sqrt(n)", "n^{0.5}"),
        (r"n \log(n^2)", "n log n"),
        (r"\log(n d)", r"\log n + \log d"),
        ("n^3 / n", "n^2"),
        ("T_1 n", "n T_1"),
    ],
)
def test_equal_growth_has_an_equal_value(formula: str, equal: str) -> None:
    np.testing.assert_array_equal(of(formula), of(equal))


@pytest.mark.parametrize(
    ("formula", "other"),
    [
        ("n^2 d", "n d^2"),
        ("n", "n d"),
        ("n log n", "n"),
        ("n + d", "n"),
        ("n d", "n + d"),
        ("n^2", "n^2 / d"),
        ("n", "1"),
    ],
)
def test_other_growth_has_another_value(formula: str, other: str) -> None:
    assert not np.array_equal(of(formula), of(other))


@pytest.mark.parametrize(
    "formula", ["q", "n^d", "exp(n)", "n - n", "n - d", "-n", "n / (n + d)", "log(3)", "0", "n'", "+".join(["n"] * 60)]
)
def test_what_has_no_growth_that_is_certain_is_not_read(formula: str) -> None:
    assert MAX_TERMS < 60
    with pytest.raises(NotRead):
        of(formula)

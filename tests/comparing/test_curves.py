"""Curves that are distinct, and curves that show a function."""

from __future__ import annotations

import numpy as np
import pytest

from grader.comparing.curves import distinct, shows
from grader.model import Array

X = np.linspace(0, 5, 40)


def curve(y: Array, x: Array = X) -> Array:
    return np.array([x, y])


def test_curves_that_differ_by_rounding_only_are_one() -> None:
    y = np.sin(X)
    assert len(distinct([curve(y), curve(y.astype(np.float32)), curve(y + 1e-7), curve(y + 1e-3)])) == 2


def test_the_same_values_at_other_x_are_another_curve() -> None:
    assert len(distinct([curve(X), curve(X, X + 1)])) == 2


def test_curves_that_differ_in_size_only_are_distinct() -> None:
    assert len(distinct([curve(np.sin(X)), curve(2 * np.sin(X))])) == 2


def test_what_shows_nothing_is_no_curve() -> None:
    assert distinct([np.empty((2, 0)), curve(np.full(40, np.nan))]) == []
    assert len(distinct([curve(np.zeros(40))])) == 1


@pytest.mark.parametrize(
    ("drawn", "right"),
    [
        (curve(np.tanh(X)), True),
        (curve(np.tanh(X) + 5e-4), True),
        (curve(np.tanh(X) + 2e-3), False),
        (curve(np.full(40, np.nan)), False),
        (curve(np.tanh(X[::5]), X[::5]), True),
        (np.array([np.zeros(40), np.zeros(40)]), False),
        (curve(np.tanh(X[:4]), X[:4]), False),
    ],
    ids=["equal", "inside", "outside", "nan", "other-x", "one-point-only", "too-few"],
)
def test_a_function_is_shown_by_its_values(drawn: Array, right: bool) -> None:
    assert shows([drawn], np.tanh) is right


def test_a_function_that_returns_another_shape_is_not_shown() -> None:
    assert not shows([curve(np.zeros(40))], lambda x: 0.0)

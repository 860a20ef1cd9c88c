"""What may be behind other numbers, said as a hint."""

from __future__ import annotations

import numpy as np
import pytest

from grader.comparing.likely_causes import likely_numbers, likely_shape
from grader.model import NOTHING, Array

EXPECTED = np.array([[1.0, 2.0], [5.0, -4.0]])


@pytest.mark.parametrize(
    ("found", "hint"),
    [
        (-EXPECTED, "Your values have the opposite sign."),
        (3 * EXPECTED, "Your values are 3 times the expected ones."),
        (EXPECTED + 0.5, "Your values are the expected ones plus 0.5."),
        (EXPECTED.T, "Two axes are exchanged."),
        (EXPECTED**2, str(NOTHING)),
    ],
)
def test_the_simplest_change_that_explains_all_numbers_is_named(found: Array, hint: str) -> None:
    assert str(likely_numbers(found, EXPECTED, 1e-9)) == hint


def test_one_number_is_explained_by_nothing_but_its_sign() -> None:
    assert str(likely_numbers(np.array(6.0), np.array(2.0), 1e-9)) == str(NOTHING)


@pytest.mark.parametrize(
    ("found", "hint"),
    [
        ((3, 2), "The axes are in another order."),
        ((2, 1, 3), "The number of axes of length 1 differs."),
        ((2, 4), str(NOTHING)),
    ],
)
def test_another_shape(found: tuple[int, ...], hint: str) -> None:
    assert str(likely_shape(found, (2, 3))) == hint

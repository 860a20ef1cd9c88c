"""Whole numbers and calculations in an answer, and the parts that are not read."""

from __future__ import annotations

import pytest

from grader.reading.arithmetic import ReadNumbers, products, read_numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3 * 16 = 48 weights", (48,)),
        ("three filters with 4x4 weights", (3, 16)),
        ("5 * 5 = 25, times 3 = 75", (25, 75)),
        ("(13 - 3)/2 + 1", (6,)),
        ("2^3 and 2**3", (8, 8)),
        ("- 48 weights", (48,)),  # the dash of a list
    ],
)
def test_numbers_are_read_and_calculations_worked_out(text: str, values: tuple[int, ...]) -> None:
    assert read_numbers(text) == ReadNumbers(values)


@pytest.mark.parametrize("text", ["3 * 16 = 47", "3 * 16 = 48 = 49"])
def test_a_calculation_that_does_not_hold_is_named(text: str) -> None:
    found = read_numbers(text)
    assert (found.values, found.miscalculated) == ((), True)
    assert str(found.problem) == f"The calculation {text} is wrong."


@pytest.mark.parametrize(
    "text",
    [
        "3 * 16 = -48 weights", "3 * 16 = - 48", "Answer: -48", "it is -48", "-48", "(-48)", "48.5", "48 %", "10/4", "2 - 50",
        "1 to the 2^99", "9999999999999999 * 9999999999999999",
    ],
)  # fmt: skip
def test_what_is_no_count_is_not_read(text: str) -> None:
    found = read_numbers(text)
    assert found.values == ()
    assert "could not be read" in str(found.problem)
    assert not found.miscalculated


def test_the_factors_of_products_are_listed() -> None:
    assert products("3 x 16 and 5 times 5 and 7") == [[3, 16], [5, 5]]

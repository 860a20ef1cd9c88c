"""Calculations that hold as their writer may have meant them, and those that do not."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.reading.calculations import calculated, wrong_calculation, wrong_size_formula


@pytest.mark.parametrize(
    "text",
    [
        "(13 - 3)/2 + 1 = 6, it fits: 6x6x64",
        "(13 - 3)/2 + 1 = 6x6x64",
        "Stride 2 = 6x6x64",  # no calculation on the left
        "13 - 3 / 2 + 1 = 6",  # without brackets, from left to right
        "13 - 3 = 10 / 2 = 5 + 1 = 6",
        "(13 - 3)/3 + 1 = 4.33",
        "(13 - 3)/3 + 1 = 4,33 = 4",
        "10/3 = 3.33 + 1 = 4.33",
        "(13 - 3)/3 + 1 = 4",  # rounded down
        "(13 - 3)/3 + 1 is not a whole number",
        "6x6 = 36",
        "2^3 = 8",
        "3 - 5 = -2",
        "1/0 = 5",  # nothing can be said
        "f = 3, s = 2: output 6",
        "",
    ],
)
def test_what_may_be_meant_holds(text: str) -> None:
    assert wrong_calculation(text) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("so (13 - 3)/2 + 1 = -6, it fits", "(13 - 3)/2 + 1 = -6"),
        ("(13 + 3)/2 + 1 = 6", "(13 + 3)/2 + 1 = 6"),
        ("(13 - 3)/2 + 2 = 6", "(13 - 3)/2 + 2 = 6"),
        ("(13 - 3)/3 + 1 = 4.43", "(13 - 3)/3 + 1 = 4.43"),
        ("(13 - 3)*3 + 1 is not a whole number", "(13 - 3)*3 + 1 is not a whole"),
        ("(13 - 3)/2 ist keine ganze Zahl", "(13 - 3)/2 ist keine ganze"),
        ("first 2 * 3 = 6, then 6 * 6 = 35", "6 * 6 = 35"),
    ],
)
def test_what_does_not_hold_is_shown(text: str, shown: str) -> None:
    assert wrong_calculation(text) == shown


def test_a_calculation_has_a_value_and_words_have_none() -> None:
    assert calculated("(13 - 3)/4 + 1") == Fraction(7, 2)
    assert calculated("as in the lecture") is None


@pytest.mark.parametrize("text", ["(13 - 3)/s + 1", "(13 - 3 + 2)/2 + 1", "(13 - 3)/4", "(13 - 3)/0", "13/s"])
def test_a_formula_that_gives_the_size_is_right(text: str) -> None:
    assert wrong_size_formula(text, 10, (2, 3)) == ""


@pytest.mark.parametrize("text", ["(13 + 3)/s + 1", "(13 - 3)/s - 1", "(13 - 3)*s + 1", "(13 + 3)/3 + 1"])
def test_a_formula_that_gives_another_size_is_shown(text: str) -> None:
    assert wrong_size_formula(f"So it is {text}.", 10, (2, 3)) == text

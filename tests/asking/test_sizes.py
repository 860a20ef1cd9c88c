"""Sizes with names in them."""

from __future__ import annotations

import pytest

from grader.asking.sizes import NoSize, names_of, number_of


@pytest.mark.parametrize(
    ("size", "number"),
    [(4, 4), ("n", 3), ("n + m", 8), ("3 * n - 1", 8), ("(n + m) // 2", 4), ("m % n", 2), ("-n + m", 2)],
)
def test_a_size_has_a_number(size: int | str, number: int) -> None:
    assert number_of(size, {"n": 3, "m": 5}) == number


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ("k", "no number for k"),
        ("n // 0", "divides by zero"),
        ("n.real", "is no size"),
        ("len(n)", "is no size"),
        ("n ** 9", "is no size"),
        ("1.5", "is no size"),
        ("n +", "is no size"),
        ("n" * 300, "is no size"),
    ],
)
def test_what_is_no_size_says_why(size: str, words: str) -> None:
    with pytest.raises(NoSize, match=words):
        number_of(size, {"n": 3})


def test_the_names_in_a_size() -> None:
    assert names_of("2 * a + b") == {"a", "b"}
    assert not names_of(3)

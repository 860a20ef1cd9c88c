"""The first difference between what a submission returned and what the reference returns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.asking.values import Opaque, Record, Tensor
from grader.comparing.value_comparison import ABSENT, Tolerance, first_difference, part_at

RANDOM = np.random.Generator(np.random.PCG64(4)).standard_normal((3, 4))


def tensor(array: Any, dtype: str = "float32") -> Tensor:
    return Tensor(np.asarray(array, dtype), dtype)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (1, 1.0),
        (1.0000001, 1),
        (np.array([1, 2], np.float32), np.array([1.0, 2.0])),
        (tensor([1, 2]), np.array([1.0, 2.0])),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        ([[1, 2], [3, 4]], np.array([[1.0, 2.0], [3, 4]])),
        (0.5, tensor(0.5)),
        ((1, [2]), [1, (2,)]),
        (np.array([1, 2]), [1, 2]),
        ({"a": 1, "b": [2]}, {"b": (2,), "a": 1}),
        (Record("Pair", (("h", 1), ("c", 2))), (1, 2)),
        ((1, 2), Record("Pair", (("h", 1), ("c", 2)))),
        ({"h": 1, "c": 2}, Record("Pair", (("h", 1), ("c", 2)))),
        (float("nan"), float("nan")),
        (np.array([np.inf, 1]), np.array([np.inf, 1])),
        ("text", "text"),
        (None, None),
        ([], []),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (1 << 80, 1 << 80),
        (np.array([3], "int32"), np.array([3])),
    ],
    ids=str,
)
def test_what_is_alike_is_equal(found: Any, expected: Any) -> None:
    assert first_difference(found, expected, Tolerance()) is None


@pytest.mark.parametrize(
    ("found", "expected", "path", "words"),
    [
        (2, 1, "", "is 2; expected is 1"),
        (np.zeros(3), np.zeros((3, 1)), "", "has the shape (3,); expected is (3, 1)"),
        (np.array([1.0]), 1.0, "", "has the shape (1,); expected is ()"),
        (np.array([0, 1], np.float64), np.array([0, 1]), "", "numbers of the type float64; expected is int64"),
        (np.array([0, 1]), np.array([False, True]), "", "numbers of the type int64; expected is bool"),
        (np.array([np.nan, 1]), np.array([0.0, 1]), "", "not finite"),
        (np.array([0.0, 1]), np.array([np.inf, 1]), "", "not finite"),
        (RANDOM + np.eye(3, 4), RANDOM, "", "by up to 1, in 3 of 12 numbers"),
        ((1, 2), (1, 2, 3), "", "has 2 parts; expected are 3"),
        ((1, {"W": [2]}), (1, {"W": [3]}), "1.W.0", "is 2; expected is 3"),
        ({"a": 1}, {"a": 1, "b": 2}, "", "has no b"),
        ({"a": 1, "b": 2}, {"a": 1}, "", "has b, which is not expected"),
        (None, np.zeros(2), "", "is None; expected is an array of the shape (2,)"),
        (3, "text", "", "is 3; expected is 'text'"),
        ("text", {"a": 1}, "", "is 'text'; expected is a dictionary with a"),
        ({"a": 1}, [1], "", "is a dictionary with a; expected is a list of 1 parts"),
        (True, None, "", "is True; expected is None"),
        ((1 << 80) + 1, 1 << 80, "", "expected is"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_difference_names_the_part_and_what_it_is(found: Any, expected: Any, path: str, words: str) -> None:
    difference = first_difference(found, expected, Tolerance())
    assert difference is not None
    assert (difference.path, difference.proves) == (path, True)
    assert words in str(difference.what)
    assert (f"Part {path}" if path else "The result") in str(difference.sentence())


@pytest.mark.parametrize(
    ("found", "hint"),
    [
        (-RANDOM, "opposite sign"),
        (RANDOM / 4, "0.25 times the expected"),
        (RANDOM + 3, "the expected ones plus 3"),
        (RANDOM.T.copy(), "another order"),
        (RANDOM[None], "axes of length 1"),
        (RANDOM * RANDOM, ""),
    ],
)
def test_what_may_be_behind_it(found: Any, hint: str) -> None:
    difference = first_difference(found, RANDOM, Tolerance())
    assert difference is not None
    assert hint in str(difference.hint)
    assert bool(hint) == bool(str(difference.hint))


def test_exchanged_axes_of_a_square() -> None:
    square = RANDOM[:, :3].copy()
    difference = first_difference(square.T.copy(), square, Tolerance())
    assert difference is not None
    assert str(difference.hint) == "Two axes are exchanged."


def test_what_cannot_be_compared_proves_nothing() -> None:
    difference = first_difference([1, Opaque("Net")], [1, 2], Tolerance())
    assert difference is not None
    assert (difference.path, difference.proves) == ("1", False)


def test_the_tolerance_is_a_share_of_the_largest_number() -> None:
    expected = np.array([0.0, 1000.0])
    found = np.array([0.05, 1000.0])
    assert first_difference(found, expected, Tolerance()) is None
    assert first_difference(found, expected, Tolerance(rtol=1e-6)) is not None
    assert first_difference(found, expected, Tolerance(atol=0.1, rtol=0)) is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (1, 1.0),
        (tensor(1), 1.0),
        ([1], (1,)),
        (tensor([1]), tensor([1], "float64")),
        (np.array([1], np.float64), tensor([1])),
    ],
    ids=str,
)
def test_the_same_types_where_the_rubric_asks_for_them(found: Any, expected: Any) -> None:
    difference = first_difference(found, expected, Tolerance(same_types=True))
    assert difference is not None
    assert "is of the type" in str(difference.what)
    assert first_difference(expected, expected, Tolerance(same_types=True)) is None


@pytest.mark.parametrize(
    ("value", "path", "part"),
    [
        ((1, {"h": 2}), "1.h", 2),
        (Record("Pair", (("h", 1), ("c", 2))), "1", 2),
        (Record("Pair", (("h", 1), ("c", 2))), "c", 2),
        ([1, 2], "-1", 2),
        (3, "", 3),
        ([1], "1", ABSENT),
        (None, "h", ABSENT),
        (tensor([1]), "0", ABSENT),
        ((1, Opaque("Foo")), "1.h", Opaque("Foo")),
    ],
    ids=lambda value: "absent" if value is ABSENT else str(value),
)
def test_parts_of_values(value: Any, path: str, part: Any) -> None:
    assert part_at(value, path) == part

"""Classes of numbers: split where their rows differ, in both models alike, and chosen where only symmetry is left."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.comparing.classes_of_numbers import (
    DROPPED,
    apart,
    chosen,
    equal_rows,
    firsts,
    number_of_classes,
    refined,
    same_counts,
    settled,
)


def labels(*one: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(one, np.int64)


def test_rows_that_are_equal_are_a_group_and_zeros_count_nowhere() -> None:
    rows = np.array([[1.0, 2.0], [3.0, 1.0], [1.0, 2.0 + 1e-6], [0.0, 1e-9], [1.0, -2.0]])
    found = equal_rows(rows)
    assert found[0] == found[2]
    assert found[3] == DROPPED
    assert len({*found.tolist()}) == 4


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.randoms())
def test_two_models_with_the_same_numbers_in_another_order_get_the_same_classes(
    numbers: list[int], random: object
) -> None:
    order = np.random.default_rng(len(numbers)).permutation(len(numbers))
    rows = np.array(numbers, float)[:, None] + 1
    start = labels(*[0] * len(numbers))
    found = refined((start, start), (rows, rows[order]))
    assert found is not None
    assert (found[0][order] == found[1]).all()
    assert number_of_classes(found) == len(set(numbers))


def test_classes_of_other_sizes_are_no_match() -> None:
    start = labels(0, 0, 0), labels(0, 0, 0)
    assert refined(start, (np.array([[1.0], [1.0], [2.0]]), np.array([[1.0], [2.0], [2.0]]))) is None
    nearly = refined(start, (np.array([[1.0], [1.001], [2.0]]), np.array([[1.0], [1.0], [2.0]])))
    assert nearly is not None
    assert number_of_classes(nearly) == 2
    assert not same_counts(labels(0, 1, DROPPED), labels(0, 0))
    assert same_counts(labels(0, 1, DROPPED), labels(1, 0))


def test_a_class_is_taken_apart_or_one_of_it_is_chosen() -> None:
    both = labels(0, 1, 1, 0, 0, DROPPED), labels(1, 0, 0, 1, 0)
    assert not settled(both)
    ours, theirs = apart(both)
    assert ours.tolist() == [0, 2, 3, 0, 0, DROPPED]
    assert theirs.tolist() == [2, 0, 0, 3, 0]
    ours, theirs = chosen(both)
    assert ours.tolist() == [0, 2, 1, 0, 0, DROPPED]
    assert theirs.tolist() == [2, 0, 0, 1, 0]
    assert settled((labels(3, 1, DROPPED), labels(1, 3)))


@pytest.mark.parametrize("size", [1.0, 1e-6, 1e6])
def test_rounding_splits_nothing_whatever_the_size(size: float) -> None:
    generator = np.random.default_rng(2)
    values = size * np.repeat(generator.standard_normal(5), 4)
    rows = (values * (1 + 1e-6 * generator.standard_normal(20)))[:, None]
    assert len(np.unique(equal_rows(rows))) == 5


def test_the_first_of_each_group_is_named_and_none_of_what_is_dropped() -> None:
    assert firsts(np.array([2, 2, DROPPED, 0, 2, 0])).tolist() == [True, False, False, True, False, False]

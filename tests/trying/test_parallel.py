"""Results come in the order of the items, from one process or several."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from grader.errors import GraderError
from grader.trying.parallel import each


def times(factor: int) -> Callable[[int], int]:
    return lambda number: factor * number


def ending() -> Callable[[int], int]:
    return lambda number: os._exit(3)


def refusing() -> Callable[[int], int]:
    raise AssertionError("not needed")


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_are_in_order(jobs: int) -> None:
    assert list(each(times, (3,), list(range(40)), jobs)) == [3 * number for number in range(40)]


def test_nothing_is_made_for_no_items() -> None:
    assert list(each(refusing, (), [], 4)) == []


def test_a_process_that_ends_is_a_sentence() -> None:
    with pytest.raises(GraderError, match="a process ended"):
        list(each(ending, (), [1, 2], 2))

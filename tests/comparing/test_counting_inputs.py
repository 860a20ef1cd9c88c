"""Helpers that hide what their caller does wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.comparing.counting_inputs import Made, are_as_the_reference, hides_mistakes, ignores_inputs

X = np.random.Generator(np.random.PCG64(3)).standard_normal((4, 3))
Function = Callable[[Any], Any]


def made_by(own: Function, ours: Function = np.sinh, is_alike: bool = True) -> list[Made]:
    return [Made({"x": x}, lambda given: ours(given["x"]), lambda given: own(given["x"]), is_alike) for x in (X, X + 1)]


HIDING: dict[str, Function] = {
    "never negative": lambda x: np.maximum(x, 0),
    "of length one": lambda x: x / np.linalg.norm(x, axis=-1, keepdims=True),
    "adding up to one": lambda x: (e := np.exp(x)) / e.sum(-1, keepdims=True),
    "rounded": lambda x: np.rint(3 * x),
    "the mean of the batch": lambda x: x * 0 + x.mean(0),
    "without a sign": lambda x: np.sin(np.abs(x)),
    "in parts": lambda x: [np.sinh(x)[:2] ** 2, {"rest": np.sinh(x)[2:] ** 2}],
}


@pytest.mark.parametrize("own", HIDING.values(), ids=HIDING)
def test_a_helper_may_hide_what_is_done_before_and_after_it(own: Function) -> None:
    assert hides_mistakes(made_by(own))


@pytest.mark.parametrize("own", [np.sinh, np.arcsinh, lambda x: 2 * x + 1, lambda x: -np.sinh(x)])
def test_a_wrong_helper_that_keeps_what_goes_in_hides_nothing(own: Function) -> None:
    assert not hides_mistakes(made_by(own))
    assert not ignores_inputs(made_by(own))


@pytest.mark.parametrize("ours", [np.exp, lambda x: x.mean(0), lambda x: np.sin(np.abs(x))])
def test_what_the_reference_does_not_show_either_is_hidden_by_nobody(ours: Function) -> None:
    assert not hides_mistakes(made_by(lambda x: ours(x) * 1.5, ours))


def test_a_helper_that_returns_the_same_for_all_inputs() -> None:
    assert ignores_inputs(made_by(lambda x: np.ones(x.shape)))


def test_a_helper_is_as_the_reference_where_all_its_results_are() -> None:
    assert are_as_the_reference(made_by(lambda x: (np.exp(x) - np.exp(-x)) / 2))
    assert not are_as_the_reference(made_by(np.sinh, is_alike=False))
    assert not are_as_the_reference(made_by(lambda x: np.where(x > 2, 0, np.sinh(x))))
    assert not are_as_the_reference([])

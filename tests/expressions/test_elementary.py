"""Functions of numbers and vectors, and which formulas need many or whole draws."""

from __future__ import annotations

import numpy as np
import pytest

from grader.expressions.elementary import activations_in, applied, has_steps, of_two, takes_whole_numbers
from grader.expressions.operations import DoesNotFit
from grader.expressions.parse_math import parse_one
from grader.expressions.simulated_rnn import Value
from grader.expressions.vocabulary import Vocabulary

COLUMN = np.array([[1.0], [4.0], [-9.0]])
NAMES = Vocabulary.of(["x", "a", "b"])


@pytest.mark.parametrize(
    ("function", "value"),
    [("floor", [[1.0], [4.0], [-9.0]]), ("sum", -4.0), ("mean", -4.0 / 3), ("max", 4.0), ("min", -9.0)],
)
def test_a_function_has_its_value(function: str, value: object) -> None:
    found = applied(function, COLUMN)
    assert found is not None
    np.testing.assert_allclose(found, np.asarray(value))


def test_softmax_sums_to_one_and_does_not_overflow() -> None:
    found = applied("softmax", 1000 * COLUMN)
    assert found is not None
    assert (found.shape, float(found.sum()), float(found[1, 0])) == ((3, 1), 1.0, 1.0)


@pytest.mark.parametrize("function", ["softmax", "sum", "mean", "max", "min"])
@pytest.mark.parametrize("argument", [np.asarray(2.0), np.eye(3)], ids=["a number", "a matrix"])
def test_what_needs_a_vector_refuses_everything_else(function: str, argument: Value) -> None:
    with pytest.raises(DoesNotFit):
        applied(function, argument)


def test_a_root_of_a_negative_number_is_no_number_and_other_names_are_no_functions() -> None:
    with np.errstate(all="ignore"):
        found = applied("sqrt", COLUMN)
    assert found is not None
    assert np.isnan(found[2, 0])
    assert applied("relu", COLUMN) is None
    assert of_two("+", COLUMN, COLUMN) is None


@pytest.mark.parametrize(
    ("formula", "whole", "steps"),
    [
        ("x + a", False, False),
        ("floor(a/b)", True, True),
        ("2 (x ceil(a))", True, True),
        ("max(a, b)", False, True),
        ("max(x)", False, True),
        ("|a|", False, True),
    ],
)
def test_formulas_that_jump_are_known(formula: str, whole: bool, steps: bool) -> None:
    node = parse_one(formula, NAMES)
    assert (takes_whole_numbers(node), has_steps(node)) == (whole, steps)


def test_the_functions_that_nothing_defines_are_listed() -> None:
    assert activations_in(parse_one("f(x) + g(x) tanh(x) + f'(x)", NAMES)) == ["f", "g"]

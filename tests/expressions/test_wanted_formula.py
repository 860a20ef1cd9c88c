"""The formula of a rubric: its left side, its draws, and what cannot be asked, with what to write instead."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from grader.expressions.wanted_formula import KnownForm, WantedFormula, unusable_form

Shapes = dict[str, list[int | str]]


def wanted(
    names: Shapes, equals: str, gives: str = "y", *, known: str = "", positive: tuple[str, ...] = ()
) -> WantedFormula:
    forms = [KnownForm(known, "because", Decimal(0))] if known else []
    return WantedFormula(names, equals, gives, forms, None, positive)


@pytest.mark.parametrize(
    ("gives", "either"),
    [
        ("S", False),
        ("", False),
        ("y_1", False),
        ("theta_new", False),
        ("dL/dz", True),
        (r"\frac{\partial L}{\partial W}", True),
        (r"\nabla_x f", True),
        (r"\nabla f", True),
        ("∇f(x)", True),
        ("f'", True),
        ("f'(x)", True),
        ("df/dx", True),
    ],
)
def test_only_a_derivative_on_the_left_has_either_layout(gives: str, either: bool) -> None:
    one = wanted({"q": []}, "2 q", gives)
    assert (unusable_form(one), one.counts_transposed) == ("", either)


@pytest.mark.parametrize(
    ("one", "problem"),
    [
        (wanted({"x": ["n"]}, "relu(x)"), "the word 'relu' is not supported; a formula has the names under 'names'"),
        (wanted({"p": ["n"]}, "p_i (1 - p_i)"), "the index 'i' of an entry is not supported; a formula has"),
        (wanted({"A": ["n", "n"]}, "softmax(A)"), "softmax needs a vector"),
        (wanted({"v": []}, "sqrt(v)"), "list the names that are never negative under 'positive'"),
        (wanted({"v": []}, "2 v", positive=("w",)), "'w' under 'positive' is not one of the names"),
        (wanted({"x": ["n"]}, "f(x) * g(x)"), "has the functions f and g, which are compared as one and the same"),
        (wanted({"x y": []}, "2"), "'x y' cannot be a name in a formula"),
        (wanted({"2x": []}, "2"), "'2x' cannot be a name in a formula"),
        (wanted({"a(_b": []}, "2"), "'a(_b' cannot be a name in a formula"),
        (wanted({"": []}, "2"), "'' cannot be a name in a formula"),
        (wanted({"W1": [], "W_1": []}, "2"), "'W1' cannot be a name in a formula"),
        (wanted({"n": [], "x": ["n"]}, "x / n"), "'n' is a length in a shape; leave it out of the names"),
        (wanted({"x": []}, "x", "3 y"), "'gives' is '3 y', read as (3 y); write a name such as y, or a derivative"),
        (wanted({"x": []}, "x", "the result ="), "'gives' cannot be read"),
        (wanted({"d": []}, "d", "dL/dz"), "'d' is one of the names, so 'dL/dz' under 'gives' is no derivative"),
        (wanted({"x": []}, "2 x", known="x + x"), "the known form 'x + x' equals the right formula; leave it out"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_asked_is_refused_with_what_to_write(one: WantedFormula, problem: str) -> None:
    assert problem in unusable_form(one)


@pytest.mark.parametrize(
    "one",
    [
        wanted({"v": [], "x": ["n"], "e": []}, "x/(v + e)^(1/2)", positive=("v", "e")),
        wanted({"d": []}, "d", r"\partial L/\partial z"),
        wanted({"x": ["n"], "gamma": [], "beta": ["n"]}, "gamma x + beta"),
        wanted({"f": [], "g": []}, "f g"),
        wanted({"x": ["d"]}, "x / sqrt(d)", "dL/dz"),
    ],
    ids=["positive", "a declared d", "Greek words", "declared f and g", "a length d"],
)
def test_what_can_be_asked_is_accepted(one: WantedFormula) -> None:
    assert unusable_form(one) == ""


def test_single_numbers_have_both_signs_in_every_combination_of_names_unless_they_are_positive() -> None:
    drawn = wanted({"a": [], "b": [], "v": []}, "max(a, b)", positive=("v",)).draw(1)
    signs = {(float(one.values["a"]) > 0, float(one.values["b"]) > 0) for one in drawn}
    assert signs == {(True, True), (True, False), (False, True), (False, False)}
    assert all(one.values["v"] > 0 for one in drawn)
    assert len(drawn) == 60


def test_a_formula_that_rounds_is_tried_with_whole_numbers() -> None:
    for one in wanted({"a": [], "x": ["n"]}, "floor(x / a)").draw(1):
        for name in ("a", "x"):
            assert np.array_equal(one.values[name], np.round(one.values[name]))
            assert np.all(one.values[name] != 0)


def test_a_length_has_its_value_which_differs_from_draw_to_draw() -> None:
    drawn = wanted({"x": ["n"], "A": ["n", "m"]}, "x").draw(1)
    assert all(one.values["n"] == len(one.values["x"]) for one in drawn)
    assert all(one.values["A"].shape == (one.values["n"], one.values["m"]) for one in drawn)
    assert all(one.values["n"] != one.values["m"] for one in drawn)
    assert len({float(one.values["n"]) for one in drawn}) > 2

"""Values for the names of a rubric: shapes, signs and whole numbers."""

from __future__ import annotations

import numpy as np

from grader.expressions.drawn_values import MAX_WHOLE, Drawing

SHAPES: dict[str, list[int | str]] = {"x": ["n"], "A": ["m", "n"], "s": [], "c": [2]}


def test_lengths_differ_from_each_other_and_from_draw_to_draw() -> None:
    drawn = Drawing(SHAPES).evaluators(1)
    assert len({float(one.values["n"]) for one in drawn}) > 1
    for one in drawn:
        n, m = int(one.values["n"]), int(one.values["m"])
        assert n != m
        assert [one.values[name].shape for name in ("x", "A", "s", "c")] == [(n, 1), (m, n), (), (2, 1)]


def test_a_number_has_both_signs_unless_it_is_never_negative() -> None:
    signs = {float(np.sign(one.values["s"])) for one in Drawing(SHAPES).evaluators(1)}
    assert signs == {1.0, -1.0}
    assert all(one.values["s"] > 0 for one in Drawing(SHAPES, frozenset({"s"})).evaluators(1))


def test_whole_numbers_are_whole_and_small() -> None:
    for one in Drawing(SHAPES, whole=True).evaluators(1):
        assert np.array_equal(one.values["A"], np.round(one.values["A"]))
        assert 1 <= np.abs(one.values["A"]).min() <= np.abs(one.values["A"]).max() < MAX_WHOLE

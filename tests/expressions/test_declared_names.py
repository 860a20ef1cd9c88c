"""Formulas over declared names by value: entries, sums over an index, and a number named T."""

from __future__ import annotations

import numpy as np
import pytest

from grader.expressions.declared_names import fingerprint
from grader.expressions.drawn_values import Drawing
from grader.expressions.parse_math import parse_one
from grader.expressions.tree import NotRead
from grader.expressions.vocabulary import Vocabulary

SHAPES: dict[str, list[int | str]] = {"x": ["n"], "y": ["n"], "A": ["m", "n"], "s": [], "T": []}
NAMED = Drawing(SHAPES).evaluators(1)[0]
WORDS = Vocabulary.of(SHAPES, ["m", "n"])


def value(formula: str) -> np.ndarray:
    return NAMED.value(parse_one(formula, WORDS))


@pytest.mark.parametrize(
    ("formula", "equal"),
    [
        (r"\sum_i x_i y_i", r"x^\top y"),
        (r"\sum_{i=1}^{n} x_i", "sum(x)"),
        (r"\sum_i (A x)_i", "sum(A x)"),
        (r"\sum_i \sum_j A_{ij}", r"\sum_j \sum_i A_{ij}"),
        (r"\sum_i \sum_j A_{ij} x_j", "sum(A x)"),
        ("x^T y", r"x^\top y"),
        ("s + x", "x + s"),
        ("max(x, s)", "(x + s + |x - s|)/2"),
        ("mean(x)", "sum(x)/n"),
        ("x · y", "x^T y"),
        (r"x \cdot (A^T A y)", "x^T A^T A y"),
        (r"\langle x, y \rangle", "x^T y"),
        ("x ⊗ y", "x y^T"),
        (r"\|x\|_2^2", "x^T x"),
        ("norm(x)", "sqrt(x^T x)"),
        (r"\prod_{i=1}^{n} x_i", "prod(x)"),
        (r"\sum_{i=0}^{n-1} x_i", "sum(x)"),
        ("sum_i x_i y_i", "x^T y"),
        (r"\sum_i \sum_j \sum_k x_i x_j x_k", "sum(x)^3"),
        (r"\sum_i \sum_j \delta_{ij} x_i y_j", "x^T y"),
        (r"\sum_i \sum_j 1_{i=j} x_i y_j", "x^T y"),
        (r"\sum_i \sum_j \mathbb{1}[i = j] x_i y_j", "x^T y"),
        (r"\begin{pmatrix} x \\ y \end{pmatrix}^T \begin{pmatrix} y \\ x \end{pmatrix}", "2 x^T y"),
        (r"[A, A] \begin{pmatrix} x \\ y \end{pmatrix}", "A x + A y"),
        ("(I + x y^T) x", "x + x y^T x"),
        (r"\log_2(s^2)", "log(s^2)/log(2)"),
    ],
)
def test_equal_formulas_have_equal_values(formula: str, equal: str) -> None:
    np.testing.assert_allclose(value(formula), value(equal))


@pytest.mark.parametrize(
    "formula",
    [
        r"\sum_{i=2}^{n} x_i",
        r"\sum_{i=1}^{m} x_i",
        r"\sum_i s",
        r"\sum_i s_i",
        r"\sum_i A_{ii}",
        r"\sum_i \sum_i x_i",
        "".join(rf"\sum_{name} x_{name} " for name in "ijklpqrs"),
        r"\prod_i A_{ij}",
        "x × y",
        "x ⊗ A",
        "norm(A)",
        r"\|A\|",
        "[x, A]",
        "I",
        r"\log_x(s)",
        "x_i",
        "A + s",
        "x + A",
        "A^2",
        "log",
    ],
)
def test_what_has_no_one_value_has_none(formula: str) -> None:
    with pytest.raises(NotRead):
        value(formula)


def test_a_number_above_the_line_is_a_power_of_a_number_and_turns_everything_else() -> None:
    number = abs(float(NAMED.values["s"]))
    np.testing.assert_allclose(value("|s|^T"), number ** float(NAMED.values["T"]))
    np.testing.assert_array_equal(value("A^T"), NAMED.values["A"].T)


def test_a_value_that_is_not_finite_has_no_fingerprint() -> None:
    assert fingerprint([np.asarray(1.0)]) == fingerprint([np.asarray(1.0 + 1e-12)]) != ""
    assert fingerprint([np.asarray(np.nan)]) == ""

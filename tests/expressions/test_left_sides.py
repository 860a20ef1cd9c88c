"""Which equation of an answer is about the wanted formula, and the names that it defines itself."""

from __future__ import annotations

import pytest

from grader.expressions.left_sides import chosen_formula, with_left_sides, with_own_names
from grader.expressions.statements import statements
from grader.expressions.tree import UNNAMED, show
from grader.expressions.wanted_formula import WantedFormula

VECTOR = WantedFormula({"a": ["n"], "b": ["n"]}, "diag(a) b", "y", [])
GRADIENT = WantedFormula({"p": ["n"], "t": ["n"]}, "p - t", "dL/dz", [])
MATRIX = WantedFormula({"p": ["n"], "t": ["n"]}, "p t^T", "J", [])
NUMBER = WantedFormula({"c": [], "k": []}, "c k + 1", "P", [])
NAMELESS = WantedFormula({"c": [], "k": []}, "c k + 1", "", [])


def reading(text: str, wanted: WantedFormula) -> str | None:
    """Return the links of the formula that counts, after its left side; None if there is none."""
    if any(one.problem for one in statements(text, wanted.vocabulary)):
        return None
    found = with_own_names(with_left_sides(statements(text, wanted.vocabulary), wanted), wanted)
    chosen = chosen_formula(found, wanted)
    links = () if chosen is None else chosen.links
    return None if chosen is None else " = ".join(show(link) for link in links if link != UNNAMED)


@pytest.mark.parametrize(
    ("text", "wanted", "links"),
    [
        ("$y = a + b$", VECTOR, "(a + b)"),
        ("$y_i = a_i b_i$", VECTOR, "the vector of (a[i] b[i]) over i"),
        ("$[y]_i = a_i b_i$", VECTOR, "the vector of (a[i] b[i]) over i"),
        ("$-y = a$", VECTOR, "-a"),
        ("$y^T = a^T$", VECTOR, "a^T^T"),
        ("$a + b$", VECTOR, "(a + b)"),
        ("$r = a + b$, so $y = r$", VECTOR, "(a + b)"),
        ("$r_i = a_i + b_i$, so $y_i = r_i$", VECTOR, "the vector of the vector of (a[i] + b[i]) over i[i] over i"),
        ("Let $a' = 2 a$. Then $y = a' + b$.", VECTOR, "((2 a) + b)"),
        ("Let $r = a + b$. Then $y = r$, where $r = a$.", VECTOR, "(a + b)"),
        (r"$\hat a = 2 a$ and $y = \hat a$", VECTOR, "(2 a)"),
        (r"$\frac{\partial L}{\partial z_i} = p_i - t_i$", GRADIENT, "the vector of (p[i] - t[i]) over i"),
        (r"$\nabla L = p - t$", GRADIENT, "(p - t)"),
        (r"$\nabla L(p) = p - t$", GRADIENT, "(p - t)"),
        ("dz = p - t", GRADIENT, "(p - t)"),
        (r"$\nabla_z L = dL/dz = p - t$", GRADIENT, "(p - t)"),
        ("The gradient is grad = p - t", GRADIENT, "(p - t)"),
        ("$J_{ij} = p_i t_j$", MATRIX, "the matrix of (p[i] t[j]) over i,j"),
        ("Number of weights = c k + 1", NUMBER, "((c k) + 1)"),
        ("Number of weights: $c k + 1 = k c + 1$", NUMBER, "((c k) + 1) = ((k c) + 1)"),
        ("#params = c*k + 1", NUMBER, "((c * k) + 1)"),
        ("P = c k = c k + 1", NUMBER, "(c k) = ((c k) + 1)"),
        ("$c$ and $k$ give $c k + 1$", NUMBER, "((c k) + 1)"),
        ("q = c k", NAMELESS, "(c k)"),
        (r"$\partial q/\partial c = k$", NAMELESS, "k"),
    ],
)
def test_the_formula_that_counts(text: str, wanted: WantedFormula, links: str) -> None:
    assert reading(text, wanted) == links


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("$z_{ijk} = a_i$", VECTOR),
        ("$q = a + b$", VECTOR),
        ("$a = 2 b$", VECTOR),
        ("$a + b$ and $a - b$", VECTOR),
        (r"$\frac{\partial L}{\partial t} = p - t$", GRADIENT),
        ("dt = p - t", GRADIENT),
        ("$c = k$", NAMELESS),
        ("dc = k", NAMELESS),
    ],
)
def test_an_equation_about_something_else_does_not_count(text: str, wanted: WantedFormula) -> None:
    assert reading(text, wanted) is None

"""Names in formulas: primes, steps, units, powers, arguments and running sums, and what is not read."""

from __future__ import annotations

import pytest

from grader.expressions.name_reader import Differential
from grader.expressions.parse_math import parse_one
from grader.expressions.tree import Component, Delta, Index, Node, NotRead, Partial, Product, Symbol, show

Z = Symbol("z")


@pytest.mark.parametrize(
    ("formula", "node"),
    [
        (r"\sigma", Symbol("sigma")),
        ("h''", Symbol("h", None, 2)),
        ("h_k", Symbol("h", Index("k", 0))),
        ("h_{t-1}", Symbol("h", Index("t", -1))),
        ("h_{k+1,i}", Component(Symbol("h", Index("k", 1)), ("i",))),
        ("z^{(i)}", Component(Z, ("i",))),
        ("W_{ij}", Component(Symbol("W"), ("i", "j"))),
        ("w_{ij}", Component(Symbol("W"), ("i", "j"))),
        ("W_{hh}", Symbol("W")),
        ("W_{k+1}", Symbol("W")),
        (r"\delta_{ij}", Delta("i", "j")),
        (r"\delta_i", Component(Symbol("delta"), ("i",))),
        (r"\frac{dh}{dz}", Partial(Symbol("h"), Z)),
    ],
)
def test_a_name_with_what_follows_it(formula: str, node: Node) -> None:
    assert parse_one(formula) == node


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (r"\sigma'(z_{k+1})", "sigma'(z[k+1])"),
        (r"\sigma^{\prime}(z)", "sigma'(z)"),
        (r"\sigma''(z)", "sigma''(z)"),
        (r"\sigma z", "sigma(z)"),
        (r"\sigma q", "(sigma q)"),
        (r"\tanh^2(z)", "(tanh(z) ^ 2)"),
        (r"\sigma'^2(z)", "(sigma'(z) ^ 2)"),
        (r"\tanh^2", "(tanh ^ 2)"),
        (r"\mathrm{diag}((z))", "diag(z)"),
        ("z^2", "(z ^ 2)"),
        ("h^T", "h^T"),
        ("d x", "(d x)"),
    ],
)
def test_a_function_with_its_argument_and_power(formula: str, shown: str) -> None:
    assert show(parse_one(formula)) == shown


def test_a_list_in_brackets_is_a_vector_over_its_units() -> None:
    listed = show(parse_one(r"\mathrm{diag}(\sigma'(z_1), \dots, \sigma'(z_n))"))
    assert listed == show(parse_one(r"\mathrm{diag}(\sigma'(z_1), \sigma'(z_2))"))
    assert "sigma'(z[row])" in listed


@pytest.mark.parametrize(
    ("formula", "operator", "low", "high"),
    [
        (r"\prod_{i=t}^{T-1} J_i", "product", Index("t", 0), Index("T", -1)),
        (r"\sum_{i=1}^{n} J_i", "sum", Index("", 1), Index("n", 0)),
        (r"\sum_i J_i", "sum", Index("", 1), Index("n", 0)),
        (r"\sum_{i} J_i", "sum", Index("", 1), Index("n", 0)),
    ],
)
def test_a_running_sum_or_product(formula: str, operator: str, low: Index, high: Index) -> None:
    assert parse_one(formula) == Product(operator, "i", low, high, Symbol("J", Index("i", 0)))


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        (r"\sigma_k(z)", "the function 'sigma' has an index"),
        (r"\sigma_{ij}", "the function 'sigma' has an index"),
        ("h_k_i", "a name has two indices"),
        ("W_{ij}_k", "a name has two indices"),
        ("h_", "it ends too early"),
        (r"\sum_i", "it ends too early"),
        (r"\prod_{i=1} J", "'^' is missing before 'J'"),
        (r"\mathrm{diag}(a, b)", "the entries of a list are not numbered from 1 to the last"),
        (r"\mathrm{diag}()", "')' was not expected"),
    ],
)
def test_what_is_not_read_has_a_reason(formula: str, reason: str) -> None:
    with pytest.raises(NotRead) as raised:
        parse_one(formula)
    assert str(raised.value.reason) == reason


def test_a_differential_keeps_its_value_and_equals_no_variable() -> None:
    found = parse_one("dh")
    assert isinstance(found, Differential)
    assert found.value == Symbol("h")
    assert found != Symbol("∂")

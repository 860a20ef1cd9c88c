"""The names of a formula: a declared one has one spelling and no other meaning."""

from __future__ import annotations

import pytest

from grader.expressions.parse_math import parse_one
from grader.expressions.parse_python import parse_code
from grader.expressions.tree import NotRead, Symbol, show
from grader.expressions.vocabulary import FUNCTIONS, RNN, Vocabulary, canonical


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("x", "x"),
        ("γ", "gamma"),
        (r"\gamma", "gamma"),
        ("W_1", "W_1"),
        ("W_{1}", "W_1"),
        ("W₁", "W_1"),
        ("W1", "W_1"),
        ("x[1]", "x_1"),
        ("μ_B", "mu_B"),
        ("lr", "lr"),
        ("h_prev", "h_prev"),
    ],
)
def test_a_name_has_one_spelling(name: str, one: str) -> None:
    assert canonical(name) == one
    assert canonical(one) == one


@pytest.mark.parametrize(
    "name", [*sorted(FUNCTIONS), "d", "e", "I", "D", "J", "h", "z", "W", "U", "b", "T", "t", "delta", "w"]
)
def test_a_declared_name_is_that_name_and_nothing_else(name: str) -> None:
    declared = Vocabulary.of([name, "q"])
    assert parse_one(name, declared) == Symbol(name)
    assert show(parse_one(f"{name} (q)", declared)) == f"({name} q)"
    assert show(parse_one(f"q {name} q", declared)) == f"((q {name}) q)"
    assert show(parse_code(f"q * {name}", declared)[0]) == f"(q * {name})"
    with pytest.raises(NotRead):
        parse_code(f"{name}(q)", declared)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"\frac{d L}{d z}", "d L / d z"),
        ("dL/dz", "d L / d z"),
        (r"\nabla_z L", "d L / d z"),
        (r"\nabla L", "nabla L"),
        ("q^T", "q^T"),
        ("h k", "(h k)"),
        ("z(k)", "(z k)"),
        ("x^n", "(x ^ n)"),
        (r"\hat{q}", "q_hat"),
        (r"\log_2(q)", "(log(q) / log(2))"),
        ("q × h", "(q h)"),
        (r"q \cdot h", "(q · h)"),
        ("O(q^2)", "O((q ^ 2))"),
        (r"\Theta(q)", "Theta(q)"),
        ("f(q)", "f(q)"),
        ("log q", "log(q)"),
        (r"\log \frac{q}{2}", "log((q / 2))"),
        (r"\lfloor q \rfloor", "floor(q)"),
        ("⌈q⌉", "ceil(q)"),
        ("√q", "sqrt(q)"),
        (r"\max(0, q)", "max(0, q)"),
        (r"\min\{q, 1\}", "min(q, 1)"),
        ("max(q)", "max(q)"),
        (r"\sum_i q_i", "sum(i: q[i])"),
        ("Softmax(q)", "softmax(q)"),
        ("F q", "(F q)"),
        ("W_1 q", "(W_1 q)"),
        (r"\mathbf{W}_{1} q", "(W_1 q)"),
        ("λ q", "(lambda q)"),
    ],
)
def test_what_is_not_declared_keeps_its_meaning(text: str, shown: str) -> None:
    assert show(parse_one(text, Vocabulary.of(["q", "h", "k", "W_1"]))) == shown


@pytest.mark.parametrize(
    "text", [r"\sqrt[3]{q}", "q^{(2)}", "q^{(i)}", r"\log_1(q)", "max(q, q, q)", "sumq(q)", r"\foo q"]
)
def test_what_has_another_meaning_is_not_read(text: str) -> None:
    with pytest.raises(NotRead):
        parse_one(text, Vocabulary.of(["q"]))


def test_a_length_has_a_value_and_takes_no_meaning_away() -> None:
    declared = Vocabulary.of(["q"], ["d", "hidden"])
    assert show(parse_one("d q / sqrt(d)", declared)) == "((d q) / sqrt(d))"
    assert show(parse_one("dL/dz", declared)) == "d L / d z"
    assert show(parse_one("q / hidden", declared)) == "(q / hidden)"


def test_without_declared_names_the_names_are_those_of_the_rnn() -> None:
    assert not RNN.is_declared
    assert show(parse_one("z k+1")) == "z[k+1]"
    with pytest.raises(NotRead):
        parse_one("sqrt(z)")


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("np.maximum(q, 0)", "max(q, 0)"),
        ("max(q, 0)", "max(q, 0)"),
        ("q // 2", "floor((q / 2))"),
        ("np.sum(q, axis=0)", "sum(q)"),
        ("np.exp(q).sum()", "sum(exp(q))"),
        ("W1 @ q", "(W_1 @ q)"),
        ("W_1 @ q", "(W_1 @ q)"),
    ],
)
def test_code_uses_the_same_functions_and_names(code: str, shown: str) -> None:
    assert show(parse_code(code, Vocabulary.of(["q", "W_1"]))[0]) == shown


def test_the_second_argument_of_a_maximum_over_an_axis_is_no_value() -> None:
    with pytest.raises(NotRead):
        parse_code("np.max(q, 0)", Vocabulary.of(["q"]))

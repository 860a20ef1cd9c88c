"""Formulas in LaTeX, Unicode and code: read whole or not at all, evaluated by value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.expressions.evaluate import Evaluator, same
from grader.expressions.parse_math import parse_chain
from grader.expressions.parse_python import parse_code
from grader.expressions.simulated_rnn import World
from grader.expressions.statements import statements
from grader.expressions.tree import Node, NotRead, show
from grader.model.message import Message

WORLD = World("other", 1)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        (r"\mathbf{J}_{k+1}", "J[k+1]"),
        (r"\text{diag}(\sigma'(z_{k+1}))", "diag(sigma'(z[k+1]))"),
        (r"\operatorname{diag}\left(\sigma^{\prime}(\boldsymbol{z}_{k+1})\right) \cdot W", "(diag(sigma'(z[k+1])) W)"),
        (r"\mathrm{diag}(1-\tanh^2(z_{k+1}))", "diag((1 - (tanh(z[k+1]) ^ 2)))"),
        ("diag(σ′(zₖ₊₁)) · W", "(diag(sigma'(z[k+1])) W)"),
        (r"W^\top \operatorname{diag}(\phi'(z_t))", "(W^T diag(phi'(z[t])))"),
        (r"W^T U", "(W^T U)"),
        (r"\frac{\partial h_{k+1}}{\partial z_{k+1}}", "d h[k+1] / d z[k+1]"),
        ("∂h_{k+1}/∂z_{k+1}", "d h[k+1] / d z[k+1]"),
        (r"\frac{d\sigma(z_{k+1})}{dz_{k+1}}", "d sigma(z[k+1]) / d z[k+1]"),
        (r"h \odot (1 - h)", "(h elementwise (1 - h))"),
        (r"\prod_{i=t}^{T-1} W", "product(i from t to T-1: W)"),
        ("1 - h^2", "(1 - (h ^ 2))"),
        ("-W + 2 W", "(-W + (2 W))"),
        (r"\sigma'(z_{k+1}) \odot I", "(sigma'(z[k+1]) elementwise I)"),
        (r"\dot\sigma(z_{k+1})", "sigma'(z[k+1])"),
    ],
)
def test_latex_and_unicode(text: str, reading: str) -> None:
    (node,) = parse_chain(text)
    assert show(node) == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("np.diag(1 - h**2) @ W", "(diag((1 - (h ^ 2))) @ W)"),
        ("torch.diag(sigma_prime(z[k+1]))", "diag(sigma'(z[k+1]))"),
        ("W.T @ np.diag(1 - np.tanh(z)**2)", "(W^T @ diag((1 - (tanh(z) ^ 2))))"),
        ("np.eye(4) * df(z_next)", "(I * f'(z[k+1]))"),
        ("np.matmul(W, U)", "(W @ U)"),
    ],
)
def test_code(text: str, reading: str) -> None:
    (node,) = parse_code(text)
    assert show(node) == reading


@pytest.mark.parametrize(
    "text",
    [
        "", "=", "J =", "diag(", "W W)", r"\frac{a}", r"\foo W", "W ; U", "diag(z) %", "W_{k", "z_{k+1}_{k}", r"\sum_{i}",
        "(" * 500 + "W" + ")" * 500, "W" * 3000, r"\begin{pmatrix} 1 & 2 \end{pmatrix}", "x^", "where W is the matrix",
    ],
)  # fmt: skip
def test_what_is_not_read_says_so(text: str) -> None:
    with pytest.raises(NotRead):
        parse_chain(text)


@pytest.mark.parametrize(
    "text",
    ["__import__('os').system('x')", "open('/etc/passwd')", "[x for x in y]", "lambda: 0", "W if z else U", "z.__class__",
     "np.linalg.inv(W)", "'a' * 10", "True", "9**9**9 if W else 1", "print(W)", "np.load('x')"],
)  # fmt: skip
def test_code_outside_the_whitelist_is_not_read(text: str) -> None:
    with pytest.raises(NotRead):
        parse_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "sigma'(z_{k+1}) W",
        "W + z",
        "W x",
        "diag(W)",
        "z_{k+99}",
        "z_{q}",
        "Q",
        "diag(U x_{k+1}) U^T",
        "h'",
        r"\frac{\partial h_{k+9}}{\partial x_{k+9}}",
    ],
)
def test_what_has_no_meaning_has_no_value(text: str) -> None:
    (node,) = parse_chain(text)
    with pytest.raises(NotRead):
        Evaluator(WORLD).value(node)


def value(text: str) -> object:
    return Evaluator(WORLD).value(parse_chain(text)[-1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\frac{\partial h_{k+1}}{\partial h_k}", r"\operatorname{diag}(\sigma'(z_{k+1})) W"),
        (r"\frac{\partial h_{k+1}}{\partial z_{k+1}}", r"\operatorname{diag}(\sigma'(z_{k+1}))"),
        (r"\frac{\partial z_{k+1}}{\partial h_k}", "W"),
        (r"\operatorname{diag}(\sigma'(W h_k + U x_{k+1} + b))", r"\operatorname{diag}(\sigma'(z_{k+1}))"),
        (r"\prod_{i=k+1}^{k+2} diag(\sigma'(z_i)) W", r"\frac{\partial h_{k+2}}{\partial h_k}"),
        (r"\sigma'(z_{k+1}) \odot I", r"\operatorname{diag}(\sigma'(z_{k+1}))"),
    ],
)
def test_equal_by_value(one: str, other: str) -> None:
    assert same(value(one), value(other))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\operatorname{diag}(\sigma'(z_{k+1})) W", r"W \operatorname{diag}(\sigma'(z_{k+1}))"),
        (r"\operatorname{diag}(\sigma'(z_{k+1})) W", r"\operatorname{diag}(\sigma'(z_{k+1})) W^T"),
        (r"\operatorname{diag}(\sigma'(z_{k+1}))", r"\operatorname{diag}(\sigma(z_{k+1}))"),
        (r"\operatorname{diag}(\sigma'(z_{k+1}))", r"\operatorname{diag}(\sigma'(z_k))"),
        (r"\operatorname{diag}(\sigma'(z_{k+1}))", r"\operatorname{diag}(\sigma''(z_{k+1}))"),
    ],
)
def test_different_by_value(one: str, other: str) -> None:
    assert not same(value(one), value(other))  # type: ignore[arg-type]


def test_nan_equals_nothing() -> None:
    nan = np.full((2, 2), np.nan)
    assert not same(nan, nan)
    assert not same(np.ones((2, 2)), nan)


_indices = st.sampled_from(["_k", "_{k+1}", ""])
_leaves = st.sampled_from(["W", "I"])
_vectors = st.builds(lambda name, index: name + index, st.sampled_from(["z", "h"]), _indices)
_slopes = st.builds(lambda v: rf"\operatorname{{diag}}(\sigma'({v}))", _vectors)
_matrices = st.recursive(
    _leaves | _slopes,
    lambda inner: (
        st.builds(lambda a, b: f"({a}) ({b})", inner, inner)
        | st.builds(lambda a: f"({a})^T", inner)
        | st.builds(lambda a, b: f"({a} + {b})", inner, inner)
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(_matrices)
def test_a_printed_reading_is_read_back_as_the_same_value(text: str) -> None:
    (node,) = parse_chain(text)
    (again,) = parse_chain(show(node).replace("[", "_{").replace("]", "}"))
    assert same(Evaluator(WORLD).value(again), Evaluator(WORLD).value(node))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="Jzhk+1_{}()^'=\\sigmadW .⊙σ∂", max_size=40))
def test_garbage_never_raises_anything_but_not_read(text: str) -> None:
    for statement in statements(text):
        assert isinstance(statement.problem, Message)
    for reader in (parse_chain, parse_code):
        try:
            nodes: list[Node] = reader(text)
        except NotRead:
            continue
        assert all(isinstance(show(node), str) for node in nodes)


def test_statements_are_found_in_prose_and_code() -> None:
    answer = "We have $J_{k+1} = W$, where $W$ is a matrix.\n```python\nJ = np.diag(1 - h**2)\n```\nSo J = diag(σ'(z))."
    texts = [statement.text for statement in statements(answer)]
    assert texts == ["J_{k+1} = W", "W", "J = np.diag(1 - h**2)", "J = diag(σ'(z))"]
    assert not any(statement.problem for statement in statements(answer))

"""A Jacobian in an answer, and the words around it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from grader.checks.jacobian import Jacobian
from tests.helpers import context, shipped_check

J = "$J_{k+1} = \\mathrm{diag}(\\sigma'(z_{k+1}))$"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (J, "passed"),
        (J + " multiplied by the recurrent weight matrix $W$.", "needs_review"),
        ("The negative of " + J, "needs_review"),
        (J + " is not right.", "needs_review"),
        ("$J_{k+1} = \\frac{\\partial h_{k+1}}{\\partial h_k}$", "needs_review"),
        ("$J_{k+1} = \\frac{\\partial h_{k+1}}{\\partial z_{k+1}} W$", "needs_review"),
        (J + ", and $J_{k+1} = W$", "needs_review"),
        ("We do not know.", "needs_review"),
    ],
)
def test_words_around_a_formula_count(answer: str, status: str) -> None:
    assert shipped_check("11-2-3a-jacobian").judge(context(answer)).status == status


@pytest.mark.parametrize(
    ("key", "form"),
    [
        ("without_bias", r"\mathrm{diag}(\sigma'(W h_k + U x_{k+1}))"),
        ("index_off", r"\mathrm{diag}(\sigma'(z_k))"),
        ("product_order", r"W \mathrm{diag}(\sigma'(z_{k+1}))"),
        ("transposed", r"\mathrm{diag}(\sigma'(z_{k+1})) W^\top"),
        ("elementwise", r"\mathrm{diag}(\sigma'(z_{k+1})) \odot W"),
        ("vector", r"\sigma'(z_{k+1})"),
        ("unknown", r"3\, \mathrm{diag}(\sigma'(z_{k+1}))"),
        ("not_worked_out", r"\frac{\partial h_{k+1}}{\partial z_{k+1}}"),
    ],
)
def test_each_mistake_earns_the_share_of_its_key_and_no_other(key: str, form: str) -> None:
    answer = f"$J_{{k+1}} = {form}$"
    assert credit({key: 0.3}, answer) == Decimal("0.3")
    others = dict.fromkeys(MISTAKES - {key}, 0.3)
    assert credit(others, answer) in (Decimal(0), Decimal("0.5"), None)
    if key != "not_worked_out":
        assert credit({key: "review"}, answer) is None


MISTAKES = {
    "without_bias", "index_off", "product_order", "transposed", "elementwise", "vector", "unknown", "lost_prime",
    "not_worked_out",
}  # fmt: skip


def credit(keys: Mapping[str, object], answer: str) -> Decimal | None:
    """Return the share that an answer earns, None if it needs review."""
    rubric = {"id": "j", "points": 1, "cell": "reference.rnn:VanillaRNN", "of": "h[k+1]", "wrt": "z[k+1]"}
    verdict = Jacobian.model_validate({**rubric, **keys}).judge(context(answer))
    return None if verdict.status == "needs_review" else verdict.credit


@pytest.mark.parametrize(("keys", "share"), [({}, None), ({"lost_prime": 1}, 1), ({"lost_prime": 0}, 0)])
def test_a_prime_that_a_scan_may_have_lost_counts_as_the_rubric_says(
    keys: dict[str, object], share: int | None
) -> None:
    assert credit(keys, "J k+1 = diag(\u03c3 (z k+1 ))") == share
    assert credit(keys, "$J_{k+1} = \\mathrm{diag}(\\sigma(z_{k+1}))$") == 0


def test_two_mistakes_earn_nothing() -> None:
    form = r"$J_{k+1} = W \mathrm{diag}(\sigma'(z_k))$"
    assert credit({"product_order": 0.5, "index_off": 0.5}, form) == 0


@pytest.mark.parametrize(
    ("layout", "numerator", "denominator"),
    [("any", "0.5", "0.5"), ("numerator", "0.5", "0.1"), ("denominator", "0.1", "0.5")],
)
def test_a_derivative_counts_in_the_layout_of_the_rubric(layout: str, numerator: str, denominator: str) -> None:
    keys = {"layout": layout, "transposed": 0.1, "partial": [{"wrt": "h[k]", "credit": 0.5, "because": "W is inside"}]}
    assert credit(keys, r"$J_{k+1} = \mathrm{diag}(\sigma'(z_{k+1})) W$") == Decimal(numerator)
    assert credit(keys, r"$J_{k+1} = W^\top \mathrm{diag}(\sigma'(z_{k+1}))$") == Decimal(denominator)

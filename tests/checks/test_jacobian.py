"""A Jacobian in an answer, and the words around it."""

from __future__ import annotations

import pytest

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

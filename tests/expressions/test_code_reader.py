"""Calls of NumPy and torch as formulas, and calls that are not read."""

from __future__ import annotations

import pytest

from grader.expressions.parse_python import parse_code
from grader.expressions.tree import NotRead, show


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("np.diagflat(1 - h**2)", "diag((1 - (h ^ 2)))"),
        ("np.diag(np.ones(3) - h**2)", "diag((1 - (h ^ 2)))"),
        ("[[dsigma(z[i]) if i == j else 0 for j in range(n)] for i in range(n)]", "the diagonal matrix of sigma'(z[k+1][i]) over i,j"),
    ],
)  # fmt: skip
def test_a_call_is_read(code: str, shown: str) -> None:
    assert show(parse_code(code)[-1]) == shown


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("torch.func.jacfwd(model)(z)", "automatic differentiation is read of an activation only"),
        (
            "torch.autograd.functional.jacobian(lambda u: W @ u, z)",
            "automatic differentiation is read of an activation",
        ),
        ("[[dsigma(z[i]) if i != j else 0 for j in range(n)] for i in range(n)]", "this kind of loop"),
        ("np.linalg.inv(W)", "'inv' is not supported"),
    ],
)
def test_a_call_that_is_not_read_says_why(code: str, reason: str) -> None:
    with pytest.raises(NotRead) as error:
        parse_code(code)
    assert reason in str(error.value.reason)

"""The conventions that a formula was read under stand in the finding."""

from __future__ import annotations

import pytest

from tests.helpers import finding_of, shipped_check


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (r"$J_{k+1} = \mathrm{diag}(\phi'(z_{k+1}))$", "phi is the activation"),
        (r"$J_{k+1} = \mathrm{diag}(1 - h_{k+1}^2)$", "h stands for the value of the activation"),
        (r"$J_t = \mathrm{diag}(\sigma'(z_t))$", "J[t] is the sheet's J[k+1]"),
        (r"$J_{k+1} = \mathrm{diag}(\sigma')$", "the derivative without an argument is taken at z[k+1]"),
    ],
)
def test_what_was_taken_for_granted_is_named(answer: str, said: str) -> None:
    found = finding_of(shipped_check("11-2-3a-jacobian"), answer)
    assert found.status == "passed", found.message
    assert said in str(str(str(found.message)))


def test_the_sheet_s_own_notation_needs_no_remark() -> None:
    found = finding_of(shipped_check("11-2-3a-jacobian"), r"$J_{k+1} = \mathrm{diag}(\sigma'(z_{k+1}))$")
    assert "(" not in str(str(str(found.message))).removeprefix("Read as diag(sigma'(z[k+1]))").partition(":")[0]

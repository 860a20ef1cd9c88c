"""The finding names the conventions under which a formula was read."""

from __future__ import annotations

import pytest

from tests.helpers import finding_of, shipped_check


@pytest.mark.parametrize(
    ("answer", "assumption"),
    [
        (r"$J_{k+1} = \mathrm{diag}(\phi'(z_{k+1}))$", "phi is the activation"),
        (r"$J_{k+1} = \mathrm{diag}(1 - h_{k+1}^2)$", "h is the value of the activation"),
        (r"$J_t = \mathrm{diag}(\sigma'(z_t))$", "J[t] is J[k+1] of the assignment"),
        (r"$J_{k+1} = \mathrm{diag}(\sigma')$", "a derivative without an argument is taken at z[k+1]"),
    ],
)
def test_an_assumption_is_named(answer: str, assumption: str) -> None:
    found = finding_of(shipped_check("11-2-3a-jacobian"), answer)
    assert found.status == "passed", found.message
    assert f"({assumption}), which" in str(found.message)


def test_the_notation_of_the_assignment_needs_no_remark() -> None:
    found = finding_of(shipped_check("11-2-3a-jacobian"), r"$J_{k+1} = \mathrm{diag}(\sigma'(z_{k+1}))$")
    assert "Read as diag(sigma'(z[k+1])), which equals" in str(found.message)

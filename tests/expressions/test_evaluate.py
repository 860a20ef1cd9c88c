"""Formulas to values: the work for sums in sums is bounded."""

from __future__ import annotations

import pytest

from grader.expressions.evaluate import MAX_DEPTH
from tests.helpers import finding_of, make

JACOBIAN = make("jacobian", cell="reference.rnn:VanillaRNN", of="h[k+1]", wrt="z[k+1]")


@pytest.mark.parametrize("bounds", [r"\sum_{n=1}^{N} ", r"\sum_n "])
def test_sums_in_sums_are_not_evaluated_without_end(bounds: str) -> None:
    finding = finding_of(JACOBIAN, r"$$J_{k+1} = " + bounds * (MAX_DEPTH + 10) + r"\sigma'(z_{k+1})$$")
    assert finding.status == "needs_review"

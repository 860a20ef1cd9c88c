"""The constructors of verdicts: each status gives the credit that it may give."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.model import NOTHING, PROVEN, Cause, Loss, Message, Quote, Status
from grader.model.verdict import Verdict, failed, grader_error, needs_review, passed

QUOTE = Quote("title", "text")
M, H = Message("m"), Message("h")


@pytest.mark.parametrize(
    ("verdict", "status", "credit"),
    [
        (passed(M, QUOTE, reading="r"), Status.passed, "1"),
        (failed(M, H, QUOTE, reading="r"), Status.failed, "0"),
        (failed(M, H, QUOTE, credit=Decimal("0.5"), reading="r"), Status.failed, "0.5"),
        (needs_review(M, H, QUOTE, reading="r", group="g"), Status.needs_review, "0"),
    ],
    ids=["passed", "failed", "failed in part", "needs review"],
)
def test_a_verdict_has_its_status_and_credit(verdict: Verdict, status: Status, credit: str) -> None:
    assert (verdict.status, verdict.credit) == (status, Decimal(credit))
    assert (verdict.message, verdict.details, verdict.reading) == (M, (QUOTE,), "r")
    assert verdict.hint == (NOTHING if status is Status.passed else H)
    assert verdict.group == ("g" if status is Status.needs_review else "")


def test_a_grader_error_gives_no_points_and_costs_none() -> None:
    verdict = grader_error(M)
    assert (verdict.status, verdict.credit, verdict.loss) == (Status.error, Decimal(0), None)
    assert "not a mistake in the submission" in str(verdict.hint)


def test_a_loss_is_added_and_everything_else_stays() -> None:
    loss = Loss(Decimal(1), Decimal(0), "earned")
    assert failed(M, H).with_loss(loss) == Verdict(Status.failed, M, H, loss=loss, cause=Cause.wrong_value)
    assert failed(M).with_loss(loss).with_loss(None) == failed(M)


@pytest.mark.parametrize("cause", [None, *Cause])
def test_a_failure_needs_proof(cause: Cause | None) -> None:
    if cause in PROVEN:
        assert Verdict(Status.failed, M, cause=cause).status is Status.failed
    else:
        with pytest.raises(ValueError, match="no check may fail"):
            Verdict(Status.failed, M, cause=cause)
    assert needs_review(M, cause=cause, reason="r").cause is cause

"""Shapes without the batch, or with time first: what they are with the batch first, and what they earn."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from grader.model.message import say
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.reading.shape_conventions import Convention
from grader.reading.shapes import Length, Written

BATCH, SEQ, ONE = (Length.of([(name, Fraction(1))]) for name in ("batch", "seq", ""))
RIGHT = passed(say("Right."))
HALF = failed(say("Half."), credit=Decimal("0.5"))


def test_shapes_get_the_batch_or_their_first_two_axes_change_places() -> None:
    [one] = Convention("no_batch", Decimal(1)).usual([Written("", (SEQ, ONE), "", "")])
    [other] = Convention("time_first", Decimal(1)).usual([Written("", (SEQ, BATCH, ONE), "", "")])
    assert one.shape == other.shape == (BATCH, SEQ, ONE)


@pytest.mark.parametrize(
    ("share", "verdict", "status", "credit"),
    [
        ("1", RIGHT, "passed", "1"),
        ("0.5", RIGHT, "failed", "0.5"),
        ("0", RIGHT, "failed", "0"),
        ("0.5", HALF, "failed", "0.25"),
        ("1", HALF, "failed", "0.5"),
        ("0.5", needs_review(say("Unclear.")), "needs_review", "0"),
    ],
)
def test_the_share_of_the_convention_counts(share: str, verdict: Verdict, status: str, credit: str) -> None:
    found = Convention("time_first", Decimal(share)).judged(verdict)
    assert (found.status, found.credit) == (status, Decimal(credit))

"""What a finding takes from the total."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.model.finding import OPEN, Loss, Status


@pytest.mark.parametrize(
    ("points", "percent", "of", "earned", "taken"),
    [
        ("2", "0", "earned", "3", "2"),
        ("2", "0", "earned", "0.5", "0.5"),
        ("2", "0", "earned", "-1", "0"),
        ("0", "10", "earned", "3", "0.3"),
        ("0", "10", "maximum", "3", "0.4"),
        ("1", "10", "maximum", "3", "1.4"),
        ("0", "100", "maximum", "3", "3"),
        ("0", "12.5", "earned", "1.0", "0.13"),
    ],
    ids=["points", "never more than earned", "nothing of less than nothing", "share of what is earned",
         "share of the maximum", "both", "all", "half up"],
)  # fmt: skip
def test_what_a_loss_takes(points: str, percent: str, of: str, earned: str, taken: str) -> None:
    loss = Loss(Decimal(points), Decimal(percent), of)  # type: ignore[arg-type]
    assert loss.taken(Decimal(earned), Decimal(4)) == Decimal(taken)


@pytest.mark.parametrize(("points", "percent", "most"), [("1", "0", "1"), ("1", "25", "2"), ("3", "50", "4")])
def test_a_loss_is_at_most_the_maximum(points: str, percent: str, most: str) -> None:
    assert Loss(Decimal(points), Decimal(percent), "earned").most(Decimal(4)) == Decimal(most)


def test_needs_review_and_error_are_open_and_the_others_are_not() -> None:
    assert {Status.needs_review, Status.error} == OPEN

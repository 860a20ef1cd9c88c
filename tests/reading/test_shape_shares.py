"""The share of the points for shapes of which some are missing or wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.reading.shape_shares import ShapeShares


@pytest.mark.parametrize(
    ("per_stage", "right", "missing", "wrong", "share"),
    [
        (False, 4, 0, 0, "1"),
        (False, 2, 2, 0, "0.6"),
        (False, 1, 3, 0, "0.3"),
        (False, 3, 0, 1, "0.4"),
        (False, 2, 0, 2, "0"),
        (False, 2, 1, 1, "0"),
        (True, 4, 0, 0, "1"),
        (True, 2, 1, 1, "0.5"),
        (True, 2, 1, 0, "0.66"),
    ],
)
def test_a_share_for_numbers_of_stages(per_stage: bool, right: int, missing: int, wrong: int, share: str) -> None:
    shares = ShapeShares(incomplete=Decimal("0.6"), one_wrong=Decimal("0.4"), per_stage=per_stage)
    assert shares.of(right=right, missing=missing, wrong=wrong) == Decimal(share)


def test_a_wrong_stage_earns_nothing_where_the_rubric_says_so() -> None:
    assert not ShapeShares(Decimal("0.6"), Decimal(0), per_stage=False).can_earn
    assert ShapeShares(Decimal("0.6"), Decimal(0), per_stage=True).can_earn

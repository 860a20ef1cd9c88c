"""Points as a tutor types them: with a point or a comma, and within what a check can give or take."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.desk.points import check_points, number
from grader.errors import GraderError
from grader.model import Finding, ScoredCheck, Status


@pytest.mark.parametrize(
    ("text", "points"),
    [("1", "1"), ("0.5", "0.5"), ("0,5", "0.5"), (" 2 ", "2"), ("-1", "-1"), ("+0.25", "0.25"), ("0.10", "0.10")],
)
def test_points_are_read_exactly(text: str, points: str) -> None:
    assert str(number(text)) == points


@pytest.mark.parametrize("text", ["", "  ", "one", "1/2", "1,000.5", "1 2", "0x1", "1.2.3"])
def test_what_is_no_number_is_shown_as_it_was_typed(text: str) -> None:
    with pytest.raises(GraderError) as raised:
        number(text)
    assert str(raised.value) == f"'{text}' is not a number of points."


def scored(max_effect: str) -> ScoredCheck:
    return ScoredCheck(Finding("c", "manual", "q", "Sense", Status.needs_review, "m"), Decimal(max_effect), None)


@pytest.mark.parametrize(
    ("points", "max_effect", "allowed"),
    [
        ("0", "2", True),
        ("2", "2", True),
        ("2.00", "2", True),
        ("2.01", "2", False),
        ("-0.01", "2", False),
        ("-1", "-1", True),
        ("0", "-1", True),
        ("-1.01", "-1", False),
        ("0.01", "-1", False),
        ("0", "0", True),
        ("0.01", "0", False),
        ("NaN", "2", False),
        ("sNaN", "2", False),
        ("Infinity", "2", False),
        ("-Infinity", "-1", False),
    ],
)
def test_points_are_within_the_range_of_the_check(points: str, max_effect: str, allowed: bool) -> None:
    if allowed:
        check_points(Decimal(points), scored(max_effect))
        return
    low, high = sorted([Decimal(max_effect), Decimal(0)])
    with pytest.raises(GraderError) as raised:
        check_points(Decimal(points), scored(max_effect))
    assert str(raised.value) == f"{points} points for Sense; the range is {low} to {high}."

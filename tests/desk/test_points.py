"""Points as a tutor types them: with a point or a comma, and within what a check can give or take."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.desk.points import check_item_points, check_points, number, points_of_items
from grader.errors import GraderError
from grader.model import Finding, ScoredCheck, Status
from grader.results.comments import Comment


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
    ("given", "most", "total"),
    [(["1", "1"], "2", "2"), (["1.5", "1"], "2", "2"), (["2", "-0.5"], "2", "1.5"), (["1", "-2"], "2", "0"),
     (["-0.5", "-0.5"], "-1", "-1"), (["0.1", "0.2"], "0.75", "0.3")],
)  # fmt: skip
def test_points_of_items_add_up_within_the_range(given: list[str], most: str, total: str) -> None:
    items = [Comment(number, "q", "text", "c", Decimal(one)) for number, one in enumerate(given)]
    more = Comment(9, "q", "without points", "", None)
    assert points_of_items([*items, more], {"c": Decimal(most)}) == {"c": Decimal(total)}


@pytest.mark.parametrize(
    ("given", "total"),
    [(["-0.5"], "1.5"), (["-1.5", "-1"], "0"), (["0"], "2"), (["-0.5", "0.25"], "1.75"), (["1"], "2")],
)
def test_items_of_a_negative_check_subtract_from_its_full_points(given: list[str], total: str) -> None:
    items = [Comment(number, "q", "text", "c", Decimal(one)) for number, one in enumerate(given)]
    assert points_of_items(items, {"c": Decimal(2)}, {"c"}) == {"c": Decimal(total)}
    assert points_of_items([], {"c": Decimal(2)}, {"c"}) == {}, "nothing ticked is nothing graded"


@pytest.mark.parametrize(
    ("points", "most", "allowed"),
    [
        ("2", "2", True),
        ("-2", "2", True),
        ("2.01", "2", False),
        ("-2.01", "2", False),
        ("NaN", "2", False),
        ("-1", "-1", True),
    ],
)
def test_an_item_changes_no_more_than_the_points_of_its_check(points: str, most: str, allowed: bool) -> None:
    if allowed:
        check_item_points(Decimal(points), scored(most))
        return
    with pytest.raises(GraderError, match="the range is -2 to 2"):
        check_item_points(Decimal(points), scored(most))


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

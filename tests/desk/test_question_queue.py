"""The queue of a question: an order that favours no team, and a pace that leaves out breaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grader.desk.question_queue import MAX_PAUSE_SECONDS, MIN_PAUSES, Candidates, fair_order, seconds_per_override

NAMES = [f"team-{number}" for number in range(40)]


def test_the_order_is_the_same_each_time_and_does_not_depend_on_the_order_given() -> None:
    assert fair_order(NAMES, "q") == fair_order(reversed(NAMES), "q")
    assert sorted(fair_order(NAMES, "q")) == sorted(NAMES)
    assert fair_order([], "q") == []


def test_the_order_is_not_that_of_names_and_differs_between_questions() -> None:
    orders = [fair_order(NAMES, question) for question in ("q", "r")]
    assert orders[0] != orders[1]
    assert sorted(NAMES) not in orders


def test_a_submission_that_leaves_does_not_change_the_order_of_the_others() -> None:
    order = fair_order(NAMES, "q")
    assert fair_order(NAMES[1:], "q") == [name for name in order if name != NAMES[0]]


def times(*pauses: int) -> list[str]:
    """Return times with these seconds between them, the latest first."""
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    moments = [moment, *(moment - timedelta(seconds=sum(pauses[:count])) for count in range(1, len(pauses) + 1))]
    return [one.isoformat() for one in moments]


@pytest.mark.parametrize(
    ("pauses", "seconds"),
    [
        ((30, 40, 50), 40),
        ((30, 40, 50, 60), 45),
        ((30, 40), None),
        ((), None),
        ((30, 40, MAX_PAUSE_SECONDS), None),
        ((30, 40, MAX_PAUSE_SECONDS - 1), 40),
        ((0, 30, 40, 50), 40),
        ((-5, 30, 40, 50), 40),
        ((30, 40, 50, 5000), 40),
    ],
    ids=["odd", "even", "too few", "none", "a break", "just no break", "at once", "clocks that differ", "a long break"],
)
def test_the_pace_is_the_median_without_breaks(pauses: tuple[int, ...], seconds: float | None) -> None:
    assert MIN_PAUSES == 3
    assert seconds_per_override(times(*pauses)) == seconds


def test_without_any_time_the_pace_is_unknown() -> None:
    assert seconds_per_override([]) is None


@pytest.mark.parametrize(
    ("after", "claims", "assigned", "found"),
    [
        ("", {}, {}, "a"),
        ("a", {}, {}, "c"),
        ("c", {}, {}, "a"),
        ("", {"a": "other"}, {}, "c"),
        ("", {"a": "me"}, {}, "a"),
        ("", {}, {"a": "B"}, "c"),
        ("", {}, {"a": "A", "c": "B"}, "a"),
        ("", {"a": "other"}, {"c": "B"}, None),
    ],
    ids=["first", "after", "around", "claimed", "mine", "another tutor's", "assigned to me", "nothing"],
)
def test_the_next_one_is_neither_claimed_nor_another_tutors(
    after: str, claims: dict[str, str], assigned: dict[str, str], found: str | None
) -> None:
    assert Candidates({"a", "c"}, claims, assigned).next(["a", "b", "c"], after, "me", "A") == found

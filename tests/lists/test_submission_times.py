"""Times of submission by all names of a line."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest

from grader.errors import GraderError
from grader.lists.submission_times import SubmissionTimes, check_zone, time_of, time_or_why
from grader.lists.times import UnreadTime

ONE, TWO = (datetime(2025, 1, day, tzinfo=UTC) for day in (1, 2))


def test_names_are_found_in_any_form() -> None:
    times = SubmissionTimes()
    times.add((unicodedata.normalize("NFD", "Zoë  Müller"), ""), ONE, "a.csv:2", "Zoë")
    assert time_of(("zoë müller",), times.by_key) == ONE
    assert time_of(("", "nobody"), times.by_key) is None
    assert times.unmatched(["Zoë Müller"]) == []
    assert times.unmatched(["", "Ida"]) == ["a.csv:2: Zoë"]


def test_a_group_has_the_later_time_or_none_that_is_sure() -> None:
    times = SubmissionTimes()
    for name, moment in (("a", TWO), ("b", ONE)):
        times.add((name,), moment, "a.csv:2", name)
        times.add_later("group", moment)
    assert times.by_key["group"] == TWO
    unread = UnreadTime("x", "a.csv:4", "not a time")
    times.add_later("group", unread)
    times.add_later("group", TWO)
    assert times.by_key["group"] == unread


def test_an_unknown_zone_is_no_mistake_of_a_line() -> None:
    assert isinstance(time_or_why("2025-01-01 10:00", "Nowhere", "a.csv:2"), UnreadTime)
    with pytest.raises(GraderError, match=r"a\.csv: unknown time zone 'Nowhere'"):
        check_zone("Nowhere", "a.csv")

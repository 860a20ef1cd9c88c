"""Values that go into a column come out as they were."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from grader.model.message import Text, say, say_number
from grader.results.columns import (
    now,
    points_from_column,
    points_to_column,
    text_from_column,
    text_to_column,
    texts_from_column,
    texts_to_column,
)

TEXTS: tuple[Text, ...] = (
    "words",
    "",
    'a "quote", a \\ and\na line',
    "{not a template}",
    '{"template": "x"}',
    say("{file} is empty.", file="a.zip"),
    say_number("{n} file", "{n} files", 2),
    say("{outer}", outer=say("{parts}", parts=(1, say("two"), "three"))),
)


@pytest.mark.parametrize("points", [None, "0", "0.10", "1E+2", "-0.125", "0.1000000000000000000000000001"])
def test_points_keep_every_digit(points: str | None) -> None:
    given = None if points is None else Decimal(points)
    found = points_from_column(points_to_column(given))
    assert (found, str(found)) == (given, str(given))


def test_no_points_are_not_zero_points() -> None:
    assert points_to_column(Decimal(0)) == "0"
    assert points_to_column(None) is None


@pytest.mark.parametrize("text", TEXTS, ids=str)
def test_a_text_comes_back_as_it_was(text: Text) -> None:
    assert text_from_column(text_to_column(text)) == text


def test_a_list_of_texts_comes_back_in_its_order() -> None:
    assert texts_from_column(texts_to_column(TEXTS)) == TEXTS
    assert texts_from_column(texts_to_column([])) == ()


def test_half_a_character_is_replaced_so_that_sqlite_takes_it() -> None:
    assert text_from_column(text_to_column("a\ud800b")) == "a?b"
    assert text_to_column("ä") == '"ä"'


def test_the_present_time_is_utc_to_the_second() -> None:
    moment = datetime.fromisoformat(now())
    assert (moment.utcoffset(), moment.microsecond) == (datetime.now(UTC).utcoffset(), 0)
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 3600  # a local time would be hours away

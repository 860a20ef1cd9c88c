"""Local times as moments: one that clocks never show, or show twice, is an error."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from grader.lists.timezones import local_time


@pytest.mark.parametrize(("month", "hours"), [(1, 1), (7, 2)], ids=["winter", "summer"])
def test_a_time_has_the_offset_of_its_season(month: int, hours: int) -> None:
    found = local_time(datetime(2025, month, 15, 12), "Europe/Berlin")
    assert found.utcoffset() == timedelta(hours=hours)
    assert found.replace(tzinfo=None) == datetime(2025, month, 15, 12)


@pytest.mark.parametrize(
    ("moment", "message"),
    [
        (datetime(2025, 3, 30, 2, 30), "does not exist in Europe/Berlin"),
        (datetime(2025, 10, 26, 2, 30), "exists twice in Europe/Berlin"),
    ],
    ids=["clocks go forward", "clocks go back"],
)
def test_a_time_that_is_no_moment_is_an_error(moment: datetime, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        local_time(moment, "Europe/Berlin")
    for other in (moment - timedelta(hours=1), moment + timedelta(hours=1)):
        assert local_time(other, "Europe/Berlin").replace(tzinfo=None) == other


@pytest.mark.parametrize("zone", ["Nowhere/Land", "", "../../etc/passwd", "/etc/localtime"])
def test_an_unknown_zone_is_an_error(zone: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        local_time(datetime(2025, 1, 1), zone)

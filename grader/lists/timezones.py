"""Convert local times of a zone to moments; clocks show some times twice and some never."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def local_time(moment: datetime, zone: str, doubled: bool = False) -> datetime:
    """Return a local time with the offset that `zone` has then.

    With `doubled`, a time that clocks show twice is returned as well: the first of its `both_moments`.

    Raises:
        ValueError: the zone is unknown, or its clocks show the time never or twice.
    """
    clock = known_zone(zone)
    first, second = (moment.replace(tzinfo=clock, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(clock).replace(tzinfo=None) != moment:
        raise ValueError(f"{moment} does not exist in {zone}: clocks go forward then; use another time")
    if doubled:
        return first
    raise ValueError(f"{moment} exists twice in {zone}: clocks go back then; add the offset, such as +01:00")


def known_zone(zone: str) -> ZoneInfo:
    """Return a time zone by its name.

    Raises:
        ValueError: there is none.
    """
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"unknown time zone {zone!r}; use one such as Europe/Berlin") from None


def both_moments(moment: datetime) -> tuple[datetime, ...]:
    """Return the moments that a local time may be, the earlier first: two if the clocks of its zone show it twice."""
    first, second = (moment.replace(fold=fold) for fold in (0, 1))
    return (first,) if first.utcoffset() == second.utcoffset() else (first, second)

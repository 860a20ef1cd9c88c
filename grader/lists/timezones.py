"""Convert local times of a zone to moments; a time that clocks show twice or never is an error."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def local_time(moment: datetime, zone: str) -> datetime:
    """Return a local time with the offset that `zone` has then.

    Raises:
        ValueError: the zone is unknown, or its clocks show the time never or twice.
    """
    try:
        clock = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"unknown time zone {zone!r}; use one such as Europe/Berlin") from None
    first, second = (moment.replace(tzinfo=clock, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(clock).replace(tzinfo=None) != moment:
        raise ValueError(f"{moment} does not exist in {zone}: clocks go forward then; use another time")
    raise ValueError(f"{moment} exists twice in {zone}: clocks go back then; add the offset, such as +01:00")

"""Read times as platforms and spreadsheets write them, in six languages; what has two meanings is not guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from grader.lists.timezones import local_time

EXAMPLE = "2025-01-29T23:59:00+01:00"

# Names of the months in English, German (also of Austria), French, Spanish, Italian and Dutch; abbreviations
# are in the list.
_MONTHS = (
    "january januar jänner jan janvier janv enero ene gennaio gen januari",
    "february februar feber feb février févr fév febrero febbraio febr februari",
    "march märz mrz mär mar mars marzo maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag mei",
    "june juni jun juin junio giugno giu",
    "july juli jul juillet juil juill julio luglio lug",
    "august aug août aou agosto ago augustus",
    "september sept sep septembre septiembre setiembre settembre set",
    "october oktober okt oct octobre octubre ottobre ott",
    "november nov novembre noviembre",
    "december dezember dez dec décembre déc diciembre dic dicembre",
)
_ZONES = {"utc": 0, "gmt": 0, "z": 0, "cet": 60, "mez": 60, "cest": 120, "mesz": 120, "bst": 60}  # minutes
_CLOCK = (
    r"(?P<hour>\d{1,2})\s?[:.h]\s?(?P<minute>\d{2})(?:(?:[:.]|\smin\s)(?P<second>\d{2})(?:[.,]\d+|\ss)?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?:uhr|h|heures)?\s*(?P<offset>[+-]\d{2}:?\d{2}|utc|gmt|z|cest|cet|mesz|mez|bst)?"
)
_DAY_OF_WEEK = r"(?:[^\W\d]+\.?,?\s+)?"
_JOIN = r"(?:,|\s+(?:at|um|à|a\s+las|alle(?:\s+ore)?|om|t))?\s*"
_FORMS = tuple(
    re.compile(pattern + _JOIN + _CLOCK, re.I)
    for pattern in (
        r"(?P<year>\d{4})(?P<sign>[-/])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})t?",
        _DAY_OF_WEEK + r"(?P<day>\d{1,2})(?:\.|º|er|st|nd|rd|th)?\s+(?:de\s+)?(?P<name>[^\W\d]+)\.?[,\s]\s*"
        r"(?:de\s+)?(?P<year>\d{4})",
        _DAY_OF_WEEK + r"(?P<day>\d{1,2})-(?P<name>[^\W\d]+)-(?P<year>\d{4})",
        _DAY_OF_WEEK + r"(?P<name>[^\W\d]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
        _DAY_OF_WEEK + r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}|\d{2})",
        _DAY_OF_WEEK + r"(?P<one>\d{1,2})(?P<sign>[/-])(?P<other>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})",
    )
)


@dataclass(frozen=True)
class UnreadTime:
    """A time that was given and cannot be used: its text, its place in the list, and why."""

    text: str
    place: str
    why: str


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


_BY_NAME = {_folded(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}


def read_time(text: str, zone: str) -> datetime:
    """Return the moment that a text says; one without an offset is local to `zone`.

    A time that clocks show twice in autumn has `zone` as its time zone, so that `both_moments` gives both.

    Raises:
        ValueError: it is no time, has two meanings, or lacks a zone; or the clocks never show it.
    """
    plain = " ".join(text.split()).strip(" ,")
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    if found is None:
        raise ValueError(f"not a time: {text!r}; write {EXAMPLE}")
    parts = found.groupdict()
    hour = int(parts["hour"])
    if parts["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(f"not a time: {text!r}; write {EXAMPLE}")
        hour = hour % 12 + (12 if parts["half"].lower().startswith("p") else 0)
    day, month = _day_and_month(parts, text)
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    try:
        moment = datetime(year, month, day, hour, int(parts["minute"]), int(parts["second"] or 0))
    except ValueError:
        raise ValueError(f"no such day or hour: {text!r}") from None
    if parts["offset"]:
        return moment.replace(tzinfo=_offset(parts["offset"]))
    if not zone:
        raise ValueError(f"the time {text} has no time zone; add one, such as +01:00, or give --zone Europe/Berlin")
    return local_time(moment, zone, doubled=True)


def _day_and_month(parts: dict[str, str | None], text: str) -> tuple[int, int]:
    if name := parts.get("name"):
        month = _BY_NAME.get(_folded(name))
        if month is None:
            raise ValueError(f"unknown month {name!r} in {text!r}; write {EXAMPLE}")
        return int(parts["day"] or 0), month
    if parts.get("month"):
        return int(parts["day"] or 0), int(parts["month"] or 0)
    one, other = int(parts["one"] or 0), int(parts["other"] or 0)
    if one <= 12 and other <= 12 and one != other:
        raise ValueError(f"day and month could be exchanged in {text!r}; write {EXAMPLE}")
    return (one, other) if other <= 12 else (other, one)


def _offset(text: str) -> timezone:
    if text.lower() in _ZONES:
        return timezone(timedelta(minutes=_ZONES[text.lower()]))
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    if minutes >= 24 * 60:
        raise ValueError(f"no such offset: {text}")
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))

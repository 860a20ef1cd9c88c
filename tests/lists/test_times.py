"""Times as Moodle, Canvas and spreadsheets write them, in six languages."""

from __future__ import annotations

from datetime import datetime

import pytest
from babel.dates import format_date, format_datetime, format_time
from babel.localedata import locale_identifiers

from grader.lists.times import read_time
from grader.lists.timezones import both_moments

EVENING = datetime.fromisoformat("2025-01-15T23:40:00+01:00")


@pytest.mark.parametrize(
    "text",
    [
        "Wednesday, 15 January 2025, 11:40 PM", "Wednesday, January 15, 2025, 11:40 PM", "Wednesday, 15 Jan 2025, 11:40 p.m.",
        "Wednesday, 15 January 2025, 11:40\u202fPM", "Jan 15, 2025 at 11:40pm", "Jan 15 2025 11:40 PM",
        "Mittwoch, 15. Januar 2025, 23:40", "Mittwoch, 15. Jänner 2025, 23:40", "15. Jan. 2025 um 23:40 Uhr", "Mi, 15.01.2025 23:40",
        "mercredi 15 janvier 2025, 23:40", "15 janv. 2025 à 23h40", "miércoles, 15 de enero de 2025, 23:40",
        "15 de ene. de 2025 a las 23:40", "mercoledì, 15 gennaio 2025, 23:40", "15 gen 2025 alle 23:40",
        "woensdag, 15 januari 2025, 23:40", "15 jan. 2025 om 23:40", "2025-01-15 23:40", "2025-01-15T23:40:00", "15.01.2025 23:40",
        "15.1.25, 23:40", "15/01/2025 23:40", "15/01/25, 23:40", "01/15/2025 11:40 PM", "15-01-2025 23:40:00", "15.01.2025 23.40",
        "2025-01-15 23:40:00 +01:00", "2025-01-15T22:40:00Z", "2025-01-15T22:40:00.000Z", "2025-01-15 23:40 CET", "2025-01-15 22:40 UTC",
    ],
)  # fmt: skip
def test_one_evening_in_many_forms(text: str) -> None:
    assert read_time(text, "Europe/Berlin") == EVENING


@pytest.mark.parametrize(
    "months",
    [
        "January February March April May June July August September October November December",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Jänner Feber Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv févr mars avr mai juin juil août sept oct nov déc",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", "jan feb mrt apr mei jun jul aug sep okt nov dec",
    ],
    ids=["en", "de", "at", "fr", "fr short", "es", "it", "nl", "en short", "nl short"],
)  # fmt: skip
def test_all_months(months: str) -> None:
    found = [read_time(f"3 {name} 2025, 12:00", "UTC").month for name in months.split()]
    assert found == list(range(1, 13))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("03/04/2025 10:00", "could be exchanged"), ("3-4-25 10:00", "could be exchanged"), ("yesterday", "not a time"),
        ("", "not a time"), ("15.01.2025", "not a time"), ("Wednesday, 15 Brumaire 2025, 10:00", "unknown month"),
        ("31 February 2025, 10:00", "no such day"), ("15 January 2025, 13:00 PM", "not a time"),
        ("15 January 2025, 25:00", "no such day or hour"), ("30 March 2025, 2:30", "does not exist"),
        ("2025-01-15T23:40+99:00", "no such offset"),
    ],
)  # fmt: skip
def test_what_is_no_time_or_two(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_time(text, "Europe/Berlin")


def test_a_time_without_a_zone_is_none() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        read_time("2025-01-15 23:40", "")


def test_the_same_day_and_month_is_no_doubt() -> None:
    assert read_time("04/04/2025 10:00", "UTC") == datetime.fromisoformat("2025-04-04T10:00+00:00")


def test_the_doubled_hour_of_autumn_is_two_moments() -> None:
    first, second = both_moments(read_time("Sunday, 26 October 2025, 2:30 AM", "Europe/Berlin"))
    assert [one.utcoffset() for one in (first, second)] == [one.utcoffset() for one in map(datetime.fromisoformat, (
        "2025-10-26T02:30+02:00", "2025-10-26T02:30+01:00",
    ))]  # fmt: skip
    assert len(both_moments(read_time("2025-10-26T02:30+02:00", "Europe/Berlin"))) == 1
    assert len(both_moments(EVENING)) == 1


LANGUAGES = ("de", "en", "es", "fr", "it", "nl")
PATTERNS = ("EEEE, d MMMM y, HH:mm", "EEEE, d MMMM y, h:mm a", "d MMM y, HH:mm", "MMM d, y 'at' h:mm a")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_locale_of_a_language_is_read_and_none_is_read_as_another_time(language: str) -> None:
    """Forms of the Unicode locale data, and those of platforms with its names of days, months and halves of a day."""
    names = [name for name in locale_identifiers() if name.split("_")[0] == language]
    refused, count = set(), 0
    for name in sorted(set(names) - {"en_Dsrt", "en_Dsrt_US", "en_Shaw", "en_Shaw_GB"}):  # alphabets of their own
        for month, hour in ((month, hour) for month in range(1, 13) for hour in (0, 12, 23)):
            moment = datetime(2025, month, 17, hour, 40)
            texts = [format_datetime(moment, form, locale=name) for form in ("medium", "short", *PATTERNS)]
            short = format_time(moment, "short", locale=name)
            texts += [f"{format_date(moment, form, locale=name)}, {short}" for form in ("full", "long")]
            for text in texts:
                count += 1
                try:
                    found = read_time(text, "Europe/Berlin")
                except ValueError:
                    refused.add(name)
                else:
                    assert found.replace(tzinfo=None) == moment, f"{name}: {text}"
    assert count > 250
    assert refused <= {"fr_CM", "fr_MA"}, "words for the halves of a day, and 'jui' for two months"

"""Read Moodle's offline grading worksheet: its columns in English and German, and its times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.errors import GraderError
from grader.lists import csv_in_place
from grader.lists.csv_in_place import Sheet
from grader.lists.timezones import local_time

# The purpose of each column, and Moodle's headings for it; compared without regard to case.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "identifier": ("identifier", "id"),
    "name": ("full name", "vollständiger name"),
    "email": ("email address", "e-mail-adresse"),
    "number": ("id number", "id-nummer"),
    "group": ("group", "gruppe"),
    "grade": ("grade", "bewertung"),
    "maximum": ("maximum grade", "bestwertung"),
    "changeable": ("grade can be changed", "bewertung kann geändert werden"),
    "submitted": ("last modified (submission)", "zuletzt geändert (abgabe)"),
    "graded": ("last modified (grade)", "zuletzt geändert (bewertung)"),
    "feedback": ("feedback comments", "feedback als kommentar"),
}
NEEDED = ("identifier",)
_MONTHS = (
    ("january", "januar"), ("february", "februar"), ("march", "märz"), ("april", "april"), ("may", "mai"),
    ("june", "juni"), ("july", "juli"), ("august", "august"), ("september", "september"), ("october", "oktober"),
    ("november", "november"), ("december", "dezember"),
)  # fmt: skip
_TIME = re.compile(
    r"(?i)(?:[^\W\d]+,\s*)?(?P<day>\d{1,2})\.?\s+(?P<month>[^\W\d]+)\s+(?P<year>\d{4}),?\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[ap]m)?"
)


class NotAWorksheetError(Exception):
    """The file does not have the columns of a worksheet."""


@dataclass(frozen=True)
class Worksheet:
    """A worksheet as it was downloaded; `columns` has the positions by purpose."""

    sheet: Sheet
    columns: Mapping[str, int]
    place: str

    def value(self, line: int, column: str) -> str:
        """Return the value of a column in a line; empty if there is no such column."""
        return self.sheet.value(line, self.columns[column]).strip() if column in self.columns else ""

    def participant(self, line: int) -> str:
        """Return the number of a participant, the end of `Identifier` in every language."""
        found = re.search(r"(\d+)\s*$", self.value(line, "identifier"))
        return found[1] if found else ""


def read_worksheet(data: bytes, place: str, named: Mapping[str, str] | None = None) -> Worksheet:
    """Read a worksheet; `named` gives headings in another language by the purpose of their column.

    Raises:
        GraderError: the file cannot be read, or it does not have a heading of `named`.
        NotAWorksheetError: the file does not have the columns of a worksheet.
    """
    try:
        sheet = csv_in_place.read(data)
    except ValueError as error:
        raise GraderError(f"{place}: {error}") from None
    head = [cell.strip().casefold() for cell in sheet.head]
    columns: dict[str, int] = {}
    for use, headings in COLUMNS.items():
        wanted = (named or {}).get(use)
        if wanted is not None and wanted.strip().casefold() not in head:
            raise GraderError(f"{place}:1: no column {wanted!r}; the columns are {', '.join(sheet.head)}")
        for heading in (wanted.strip().casefold(),) if wanted is not None else headings:
            if heading in head:
                columns[use] = head.index(heading)
                break
    if any(use not in columns for use in NEEDED) or not {"grade", "submitted"} & columns.keys():
        raise NotAWorksheetError(place)
    return Worksheet(sheet, columns, place)


def received_times(data: bytes, place: str, zone: str) -> dict[str, datetime]:
    """Return the times of submission by full name and by group: the later time if members differ.

    Raises:
        GraderError: a time cannot be read, or no zone is given.
        NotAWorksheetError: the file is not a worksheet.
    """
    try:
        worksheet = read_worksheet(data, place)
    except GraderError:
        raise NotAWorksheetError(place) from None
    if "submitted" not in worksheet.columns:
        raise NotAWorksheetError(place)
    people: dict[str, datetime] = {}
    groups: dict[str, datetime] = {}
    for line in worksheet.sheet.numbers:
        text = worksheet.value(line, "submitted")
        if text in ("", "-"):
            continue
        if not zone:
            raise GraderError(f"{place}: Moodle's times have no time zone; give one, such as --zone Europe/Berlin")
        moment = _moment(text, zone, f"{place}:{line + 1}")
        name, group = worksheet.value(line, "name"), worksheet.value(line, "group")
        if people.setdefault(name, moment) != moment:
            what = f"{name} is listed twice with different times"
            raise GraderError(f"{place}:{line + 1}: {what}; give a list with file,received instead")
        if group:
            groups[group] = max(moment, groups.get(group, moment))
    return groups | people


def _moment(text: str, zone: str, place: str) -> datetime:
    found = _TIME.fullmatch(text)
    month = next((n for n, names in enumerate(_MONTHS, 1) if found and found["month"].lower() in names), 0)
    if found is None or not month:
        raise GraderError(f"{place}: not a time in Moodle's format: {text!r}")
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower() == "pm" else 0)
    try:
        naive = datetime(
            int(found["year"]), month, int(found["day"]), hour, int(found["minute"]), int(found["second"] or 0)
        )
        return local_time(naive, zone)
    except ValueError as error:
        raise GraderError(f"{place}: {error}") from None

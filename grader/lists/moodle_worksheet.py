"""Read Moodle's offline grading worksheet: its columns in several languages, and its times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from grader.errors import GraderError
from grader.lists import csv_in_place
from grader.lists.csv_in_place import Sheet
from grader.lists.submission_times import SubmissionTimes, check_zone, time_or_why
from grader.model.people import platform_key

# The purpose of each column, and Moodle's headings for it; compared without regard to case.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "identifier": ("identifier", "id", "identifiant", "identificador", "identificativo", "identificatie"),
    "name": ("full name", "vollständiger name", "nom complet", "nombre completo", "nome completo", "volledige naam"),
    "email": (
        "email address", "e-mail-adresse", "adresse de courriel", "dirección de correo", "indirizzo email",
        "e-mailadres",
    ),
    "number": ("id number", "id-nummer", "numéro d'identification", "número de id", "codice identificativo"),
    "group": ("group", "gruppe", "groupe", "grupo", "gruppo", "groep"),
    "grade": ("grade", "bewertung", "note", "calificación", "valutazione", "cijfer"),
    "maximum": ("maximum grade", "bestwertung", "note maximale", "calificación máxima", "valutazione massima"),
    "changeable": ("grade can be changed", "bewertung kann geändert werden", "la note peut être modifiée"),
    "submitted": (
        "last modified (submission)", "zuletzt geändert (abgabe)", "dernière modification (remise)",
        "dernière modification (travail remis)", "última modificación (entrega)", "ultima modifica (consegna)",
        "laatst gewijzigd (inzending)",
    ),
    "graded": ("last modified (grade)", "zuletzt geändert (bewertung)", "dernière modification (note)"),
    "feedback": ("feedback comments", "feedback als kommentar", "feedback par commentaires"),
}  # fmt: skip
NEEDED = ("identifier",)


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

    def number(self, line: int) -> int:
        """Return the number of a line in the file, as an editor shows it."""
        return self.sheet.line_numbers[line]

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


def received_times(worksheet: Worksheet, zone: str) -> SubmissionTimes:
    """Return the times of submission by participant, full name and group: the later time if members differ.

    A time that cannot be read is that of one line. Two people of one name have only their numbers.

    Raises:
        GraderError: no zone is given, or there is no such zone.
    """
    times = SubmissionTimes()
    for line in worksheet.sheet.numbers:
        text = worksheet.value(line, "submitted")
        if text in ("", "-"):
            continue
        if not zone:
            what = "Moodle's times have no time zone; give one, such as --zone Europe/Berlin"
            raise GraderError(f"{worksheet.place}: {what}")
        check_zone(zone, worksheet.place)
        number, name, group = (worksheet.participant(line), *(worksheet.value(line, use) for use in ("name", "group")))
        place = f"{worksheet.place}:{worksheet.number(line)}"
        found = time_or_why(text, zone, place)
        times.add((platform_key("moodle", number), name), found, place, name or f"participant {number}")
        if group:
            times.add_later(group, found)
    return times

"""Read a tutor's list as spreadsheets write it: any separator and encoding, headings in other languages, or xlsx.

What could lose or shift a value is an error with its line: an open quotation mark, more cells than headings, a column
twice, a line end within an id.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from grader.cpu_budget import BudgetUsedError, cpu_budget
from grader.errors import GraderError
from grader.lists import csv_in_place

MAX_ROWS = 100_000
MAX_COLUMNS = 500
MAX_BYTES = 16 << 20  # of a workbook when it is unpacked; a sheet of 1,000 students and 100 columns has 5 MiB
WORKBOOK_SECONDS = 60.0  # of CPU time for one workbook
_PACKERS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of a workbook; others unpack before a size counts
FREE_TEXT = ("reason", "answer", "request")  # columns whose cells may have several lines

# Other headings for each column, in lower case.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("full name", "student", "vollständiger name", "nom", "nom complet", "nombre", "nome", "naam"),
    "id": (
        "student id", "student_id", "id number", "matrikelnummer", "matrikelnr", "matrikelnr.", "matriculation number",
    ),
    "email": ("e-mail", "email address", "e-mail-adresse", "mail", "courriel", "correo"),
    "file": ("datei", "fichier", "archivo", "bestand", "submission"),
    "received": ("eingegangen", "submitted", "submission time", "abgabezeit", "reçu", "recibido", "ricevuto"),
    "team": ("gruppe", "group", "équipe", "equipo", "squadra"),
    "check": ("prüfung",),
    "points": ("punkte", "punten", "puntos", "punti"),
    "reason": ("grund", "begründung", "raison", "motivo", "reden"),
    "by": ("von", "par", "por", "da", "door"),
    "question": ("frage", "aufgabe", "pregunta", "domanda", "vraag"),
    "request": ("regrade request", "anfrage", "einspruch", "text", "comment", "kommentar"),
    "until": ("bis", "jusqu'à", "hasta", "fino a", "tot"),
    "hours": ("stunden", "heures", "horas", "ore", "uren"),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of a list: its place, such as `roster.csv:3`, and its values by column, without blanks around them."""

    place: str
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


def list_key(text: str) -> str:
    """Return a name in the form in which lists and folders are compared: one Unicode form, any case, single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def read_table(path: Path, needed: Sequence[str], more: Sequence[str] = ()) -> list[Row]:
    """Return the lines of a list that are not empty, with the columns `needed` and those of `more` that it has.

    Raises:
        GraderError: the file cannot be read, a needed column is missing, or a value could be lost; with the line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GraderError(f"{path}: cannot be read: {error.strerror}; check the path") from None
    return rows_of(data, str(path), needed, more)


def rows_of(data: bytes, path: str, needed: Sequence[str], more: Sequence[str] = ()) -> list[Row]:
    """Return the lines of the content of a list, as `read_table` does; `path` is what messages call it."""
    lines, form = _of_workbook(path, data) if data.startswith(b"PK\x03\x04") else _of_text(path, data)
    filled = ((number, cells) for number, cells in lines if any(cell.strip() for cell in cells))
    head_number, head = next(filled, (1, []))
    columns = _columns(f"{path}:{head_number}", head, needed, more, form)
    return [_row(f"{path}:{number}", cells, head, columns, form) for number, cells in filled]


def _of_text(path: str, data: bytes) -> tuple[Iterator[tuple[int, list[str]]], str]:
    try:
        sheet = csv_in_place.read(data)
    except csv_in_place.CsvError as error:
        raise GraderError(f"{path}:{error.line}: {error.what}" if error.line else f"{path}: {error.what}") from None
    form = f"separator {sheet.separator!r}, {sheet.encoding}"
    return (
        (n, [cell.value for cell in line.cells]) for n, line in zip(sheet.line_numbers, sheet.lines, strict=True)
    ), form


def _of_workbook(path: str, data: bytes) -> tuple[Iterator[tuple[int, list[str]]], str]:
    """Return the lines of the first sheet of a workbook, with the values that formulas had when it was saved."""
    try:
        import openpyxl
    except ImportError:
        raise GraderError(
            f"{path}: a workbook needs openpyxl: pip install 'dl-grader[xlsx]', or save it as CSV"
        ) from None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MAX_BYTES:
            raise GraderError(f"{path}: more than {MAX_BYTES >> 20} MiB; save the sheet as CSV")
        if any(entry.compress_type not in _PACKERS for entry in entries):
            raise GraderError(f"{path}: packed as no workbook is; save the sheet as CSV")
        with cpu_budget(WORKBOOK_SECONDS):
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
            lines = [(number, [_text(value) for value in row]) for number, row in enumerate(rows, 1)]
    except BudgetUsedError:
        raise GraderError(f"{path}: takes too long to be read; save the sheet as CSV") from None
    except GraderError:
        raise
    except Exception as error:  # whatever the library raises for a damaged file
        raise GraderError(f"{path}: not a workbook that can be read ({type(error).__name__}); save it as CSV") from None
    return iter(lines), f"sheet {sheet.title!r}"


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _columns(place: str, head: Sequence[str], needed: Sequence[str], more: Sequence[str], form: str) -> dict[str, int]:
    names = [list_key(cell) for cell in head]
    columns: dict[str, int] = {}
    for column in (*needed, *more):
        own = [n for n, name in enumerate(names) if name == column]
        places = own or [n for n, name in enumerate(names) if name in HEADINGS.get(column, ())]
        if len(places) > 1:
            raise GraderError(f"{place}: the column {column} is there {len(places)} times; keep one")
        if places:
            columns[column] = places[0]
    if lacking := [column for column in needed if column not in columns]:
        found = ", ".join(filter(None, (cell.strip() for cell in head))) or "nothing"
        raise GraderError(
            f"{place}: missing column {', '.join(lacking)}; required are {', '.join(needed)}; found {found} ({form})"
        )
    return columns


def _row(place: str, cells: Sequence[str], head: Sequence[str], columns: Mapping[str, int], form: str) -> Row:
    if any(cell.strip() for cell in cells[len(head) :]):
        what = f"{len(cells)} cells, and {len(head)} headings ({form})"
        raise GraderError(f"{place}: {what}; put quotation marks around a text that contains the separator")
    values = {column: cells[n].strip() if n < len(cells) else "" for column, n in columns.items()}
    for column, value in values.items():
        if "\0" in value or (column not in FREE_TEXT and re.search(r"[\r\n]", value)):
            raise GraderError(f"{place}: {column} has a line end or a character that cannot be shown: {value[:40]!r}")
    if "id" in values:
        values["id"] = _id(values["id"], place)
    return Row(place, values)


def _id(text: str, place: str) -> str:
    """Return an id; a spreadsheet may have written it as a number, or rounded it."""
    if re.fullmatch(r"\d+(?:[.,]\d+)?[eE]\+?\d+", text):
        raise GraderError(f"{place}: a spreadsheet has rounded the id to {text}; format the column as text")
    return re.sub(r"^(\d+)[.,]0+$", r"\1", text)


def number(text: str) -> Decimal | None:
    """Return a number with a decimal point or comma; None if it is none."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None

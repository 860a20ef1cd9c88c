"""Edit CSV files in place: every byte outside of the changed cells stays the same."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

QUOTE = '"'
MAX_BYTES = 64 << 20
_END = re.compile(r"\r\n|\r|\n")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip


class CsvError(ValueError):
    """A file is no CSV that can be read; `line` is the number of a line, or 0, and `what` the reason."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {what}" if line else what)
        self.what, self.line = what, line


@dataclass(frozen=True)
class Cell:
    """One cell: its value, and its text in the file."""

    value: str
    raw: str


@dataclass(frozen=True)
class Line:
    """One record of a file with its line end; a quoted cell may contain line ends of its own."""

    cells: tuple[Cell, ...]
    end: str


@dataclass(frozen=True)
class Sheet:
    """A CSV file with its byte-order mark, separator and encoding, and the lines before its head as they are."""

    lines: tuple[Line, ...]
    separator: str
    mark: bytes
    encoding: str = "utf-8"
    before: str = ""

    @cached_property
    def line_numbers(self) -> tuple[int, ...]:
        """Return the number of each line in the file, as an editor shows it; a cell may have several lines."""
        number = 1 + len(self.before.splitlines())
        found = []
        for line in self.lines:
            found.append(number)
            number += 1 + sum(len(_END.findall(cell.raw)) for cell in line.cells)
        return tuple(found)

    @property
    def head(self) -> tuple[str, ...]:
        """Return the values of the first line."""
        return tuple(cell.value for cell in self.lines[0].cells) if self.lines else ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of the lines after the first that are not empty."""
        return tuple(n for n, line in enumerate(self.lines) if n and any(cell.value.strip() for cell in line.cells))

    def value(self, line: int, column: int) -> str:
        """Return a cell's value; empty if the line is too short."""
        cells = self.lines[line].cells
        return cells[column].value if column < len(cells) else ""

    def changed(self, values: Mapping[tuple[int, int], str]) -> Sheet:
        """Return the sheet with other values in some cells, by line and column."""
        lines = list(self.lines)
        for (number, column), value in values.items():
            cells = list(lines[number].cells)
            cells += [Cell("", "")] * (column + 1 - len(cells))
            cells[column] = Cell(value, self._raw(value, cells[column].raw))
            lines[number] = Line(tuple(cells), lines[number].end)
        return replace(self, lines=tuple(lines))

    def _raw(self, value: str, before: str) -> str:
        special = any(sign in value for sign in (self.separator, QUOTE, "\n", "\r")) or value != value.strip()
        if special or before.startswith(QUOTE):
            return QUOTE + value.replace(QUOTE, QUOTE * 2) + QUOTE
        return value

    def to_bytes(self) -> bytes:
        """Return the file's content."""
        text = "".join(self.separator.join(cell.raw for cell in line.cells) + line.end for line in self.lines)
        return self.mark + (self.before + text).encode(self.encoding, "xmlcharrefreplace")


def read(data: bytes) -> Sheet:
    """Read a CSV file in UTF-8, UTF-16 with a byte-order mark, or the Windows encoding of Western Europe.

    Raises:
        CsvError: the file is no such text, too large, or a quotation mark is not closed.
    """
    if len(data) > MAX_BYTES:
        raise CsvError("too large for a list")
    mark, marked = next((pair for pair in _MARKS if data.startswith(pair[0])), (b"", ""))
    for encoding in (marked,) if mark else ("utf-8", "cp1252"):
        try:
            text = data[len(mark) :].decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise CsvError("not text in a known encoding; download it again as UTF-8, or save it as 'CSV UTF-8'")
    before, given = _before(text)
    first = re.split(r"[\r\n]", text[len(before) :], maxsplit=1)[0]
    separator = given or max((",", ";", "\t"), key=lambda sign: _outside_quotes(first, sign))
    return Sheet(tuple(_lines(text, separator, len(before))), separator, mark, encoding, before)


def _before(text: str) -> tuple[str, str]:
    """Return empty lines before the head with a line `sep=;`, as some spreadsheets write, and that separator."""
    found = re.match(r"(?:[ \t]*(?:\r\n|\r|\n))*(?:\"?sep=(?P<sign>[,;\t])\"?(?:\r\n|\r|\n))?", text)
    return (found[0], found["sign"] or "") if found else ("", "")


def _outside_quotes(line: str, sign: str) -> int:
    return sum(part.count(sign) for part in line.split(QUOTE)[::2])


def _lines(text: str, separator: str, at: int) -> list[Line]:
    lines: list[Line] = []
    cells: list[Cell] = []
    while at < len(text):
        cell, at = _cell(text, at, separator)
        cells.append(cell)
        if text.startswith(separator, at):
            at += 1
            if at == len(text):  # the last cell is empty, and the line has no end
                cells.append(Cell("", ""))
            else:
                continue
        end = "\r\n" if text.startswith("\r\n", at) else text[at : at + 1]
        at += len(end)
        lines.append(Line(tuple(cells), end))
        cells = []
    return lines


def _cell(text: str, at: int, separator: str) -> tuple[Cell, int]:
    begin = at
    if not text.startswith(QUOTE, at):
        while at < len(text) and text[at] not in (separator, "\n", "\r"):
            at += 1
        return Cell(text[begin:at], text[begin:at]), at
    at += 1
    while True:
        closed = text.find(QUOTE, at)
        if closed < 0:
            line = 1 + len(_END.findall(text, 0, begin))
            raise CsvError("a quotation mark is not closed", line)
        at = closed + 1
        if not text.startswith(QUOTE, at):
            break
        at += 1
    if at < len(text) and text[at] not in (separator, "\n", "\r"):
        line = 1 + len(_END.findall(text, 0, begin))
        raise CsvError("text after a closing quotation mark", line)
    raw = text[begin:at]
    return Cell(raw[1:-1].replace(QUOTE * 2, QUOTE), raw), at


def made(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return a new file with commas, and with quotes where they are needed."""
    blank = Sheet((), ",", b"")
    lines = [[blank._raw(value, "") for value in row] for row in (head, *rows)]
    return "".join(",".join(line) + "\n" for line in lines).encode("utf-8")

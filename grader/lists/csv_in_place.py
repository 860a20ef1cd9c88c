"""Edit CSV files in place: every byte outside of the changed cells stays the same."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

QUOTE = '"'
MAX_BYTES = 64 << 20


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
    """A CSV file with its byte-order mark and separator."""

    lines: tuple[Line, ...]
    separator: str
    mark: bytes

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
        return Sheet(tuple(lines), self.separator, self.mark)

    def _raw(self, value: str, before: str) -> str:
        special = any(sign in value for sign in (self.separator, QUOTE, "\n", "\r")) or value != value.strip()
        if special or before.startswith(QUOTE):
            return QUOTE + value.replace(QUOTE, QUOTE * 2) + QUOTE
        return value

    def to_bytes(self) -> bytes:
        """Return the file's content."""
        text = "".join(self.separator.join(cell.raw for cell in line.cells) + line.end for line in self.lines)
        return self.mark + text.encode("utf-8")


def read(data: bytes) -> Sheet:
    """Read a CSV file.

    Raises:
        ValueError: the file is no UTF-8 text, too large, or a quotation mark is not closed.
    """
    if len(data) > MAX_BYTES:
        raise ValueError("too large for a grading worksheet")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError("UTF-16; download it again as UTF-8, or save it as 'CSV UTF-8'")
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        text = data[len(mark) :].decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text; download it again as UTF-8, or save it as 'CSV UTF-8'") from None
    first = text.partition("\n")[0]
    separator = max((",", ";", "\t"), key=lambda sign: _outside_quotes(first, sign))
    return Sheet(tuple(_lines(text, separator)), separator, mark)


def _outside_quotes(line: str, sign: str) -> int:
    return sum(part.count(sign) for part in line.split(QUOTE)[::2])


def _lines(text: str, separator: str) -> list[Line]:
    lines: list[Line] = []
    cells: list[Cell] = []
    at = 0
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
            line = text.count("\n", 0, begin) + 1
            raise ValueError(f"line {line}: a quotation mark is not closed")
        at = closed + 1
        if not text.startswith(QUOTE, at):
            break
        at += 1
    if at < len(text) and text[at] not in (separator, "\n", "\r"):
        line = text.count("\n", 0, begin) + 1
        raise ValueError(f"line {line}: text after a closing quotation mark")
    raw = text[begin:at]
    return Cell(raw[1:-1].replace(QUOTE * 2, QUOTE), raw), at


def made(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return a new file with commas, and with quotes where they are needed."""
    blank = Sheet((), ",", b"")
    lines = [[blank._raw(value, "") for value in row] for row in (head, *rows)]
    return "".join(",".join(line) + "\n" for line in lines).encode("utf-8")

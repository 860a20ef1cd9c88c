"""Clean texts for files, pages and spreadsheets, decode bytes, and format points."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal


def storable(text: str) -> str:
    """Return text with lone surrogates replaced, so that files, pages and SQLite can store it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def decode(data: bytes) -> str:
    """Return text from UTF-8 (with or without a byte-order mark), UTF-16 with one, or Latin-1 as the last resort."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def safe_cell(text: str) -> str:
    """Return a submission's text so that a spreadsheet does not read it as a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def points(value: Decimal | None) -> str:
    """Return points without trailing zeros: 0.50 is 0.5, and an unresolved sum is a dash."""
    if value is None:
        return "–"
    shown = f"{value:f}"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) or "0"


def counted(number: Decimal | int, one: str, several: str = "") -> str:
    """Return a number with its noun in the right form: "1 point", "2 points"; `several` is for irregular plurals."""
    shown = points(Decimal(number))
    return f"{shown} {one if number == 1 else several or one + 's'}"


def points_of_hundred(share: float) -> str:
    """Return a share as whole per cent; only all points give 100."""
    return f"{min(int(share * 100 + 0.5), 99 if share < 1 else 100)}"


_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-_])")


def plain(text: object) -> str:
    """Return text without terminal codes and without characters that hide, reorder or control."""
    words = str(text)
    if words.isascii() and words.isprintable():
        return words
    words = _ANSI.sub("", words)
    return "".join(c for c in words if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


def one_line(text: object) -> str:
    """Return a name as `plain` does, on one line: a line of its own could be a command to a service that reads it."""
    return plain(text).replace("\n", "\\n").replace("\t", "\\t")


MAX_MESSAGE = 2000


def clean(text: str, most: int = MAX_MESSAGE) -> str:
    """Return a submission's message as text that every file can store: no lone surrogates, no NUL, bounded length."""
    return text[:most].encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")

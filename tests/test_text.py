"""Words that go into files, tables and pages: what no file can hold or a spreadsheet would run is replaced."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader import text


@pytest.mark.parametrize("replaced", [text.storable, text.clean])
def test_halves_of_characters_are_replaced(replaced: object) -> None:
    assert callable(replaced)
    assert replaced("a\ud800b") == "a?b"
    assert replaced("Müller 李") == "Müller 李"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("Müller".encode(), "Müller"),
        ("Müller".encode("utf-8-sig"), "Müller"),
        ("Müller".encode("utf-16"), "Müller"),
        (b"\xfe\xff" + "Müller".encode("utf-16-be"), "Müller"),
        ("Müller".encode("latin-1"), "Müller"),
        (b"\xff\xfe\x00", "ÿþ\x00"),
        (b"", ""),
    ],
    ids=["UTF-8", "UTF-8 with a mark", "UTF-16", "UTF-16, big end first", "Latin-1", "half a character", "nothing"],
)
def test_text_is_read_in_the_encodings_that_people_use(data: bytes, expected: str) -> None:
    assert text.decode(data) == expected


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_never_begins_a_formula(start: str) -> None:
    assert text.safe_cell(f"{start}1+1") == f"'{start}1+1"
    assert text.safe_cell(f"1{start}1") == f"1{start}1"
    assert text.safe_cell("") == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, "–"), ("0.50", "0.5"), ("10", "10"), ("100.00", "100"), ("0", "0"), ("0.00", "0"), ("-1.50", "-1.5"),
     ("1E+2", "100"), ("0.125", "0.125")],
)  # fmt: skip
def test_points_have_no_zeros_at_their_end(value: str | None, expected: str) -> None:
    assert text.points(None if value is None else Decimal(value)) == expected


@pytest.mark.parametrize(("share", "expected"), [(0, "0"), (0.004, "0"), (0.005, "1"), (0.999, "99"), (1, "100")])
def test_what_is_not_all_is_never_a_hundred_per_cent(share: float, expected: str) -> None:
    assert text.points_of_hundred(share) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("as it is", "as it is"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"),
        ("a\u202eb\u200bc\x00d", "abcd"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("über", "über"),
    ],
    ids=["text", "colour", "link", "hidden", "lines", "umlaut"],
)
def test_words_bring_no_codes_to_a_terminal(given: str, expected: str) -> None:
    assert text.plain(given) == expected


def test_a_message_has_a_bound_and_no_zero_byte() -> None:
    assert text.clean("x" * 5000) == "x" * text.MAX_MESSAGE
    assert text.clean("abc", 2) == "ab"
    assert text.clean("a\0b") == "a\N{REPLACEMENT CHARACTER}b"

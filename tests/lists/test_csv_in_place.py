"""CSV files edited in place: to the byte the same but for what was changed."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.lists import csv_in_place

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=5), min_size=1, max_size=5)


def written(table: list[list[str]], quoting: int, end: str, separator: str) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator=end, delimiter=separator, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows(table)
    return file.getvalue()


@given(TABLES, st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_read_is_written_to_the_byte(table: list[list[str]], quoting: int, end: str, mark: bool) -> None:
    data = (b"\xef\xbb\xbf" if mark else b"") + written(table, quoting, end, ",").encode()
    assert csv_in_place.read(data).to_bytes() == data


@given(TABLES, CELLS, st.sampled_from(["\n", "\r\n"]))
def test_only_the_changed_cell_is_another(table: list[list[str]], value: str, end: str) -> None:
    before = [["a", "b"], *table]
    data = written(before, csv.QUOTE_ALL, end, ",").encode()
    changed = csv_in_place.read(data).changed({(len(before) - 1, 1): value}).to_bytes()
    before[-1][1] = value
    assert changed == written(before, csv.QUOTE_ALL, end, ",").encode()


@pytest.mark.parametrize(
    ("data", "separator"),
    [(b"a,b\n1,2", ","), (b"a;b;c\n1;2;3\n", ";"), (b'"x;y",b\n', ","), (b"a\tb\n", "\t")],
    ids=["comma", "semicolon", "a quoted one", "tab"],
)
def test_the_separator_is_found(data: bytes, separator: str) -> None:
    assert csv_in_place.read(data).separator == separator


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"a,\x81\n", "not text in a known encoding"),
        (b'a,b\n"open,1\n', "line 2: a quotation mark is not closed"),
        (b'a,b\n"x"y,1\n', "line 2: text after"),
    ],
    ids=["no text", "open quote", "text after a quote"],
)
def test_what_cannot_be_kept_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        csv_in_place.read(data)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_another_encoding_and_lines_before_the_head_are_kept(encoding: str) -> None:
    data = "\r\nsep=;\r\nName;Note\r\nÄnne;1,5\r\n".encode(encoding)
    sheet = csv_in_place.read(data)
    assert (sheet.head, sheet.separator, sheet.line_numbers) == (("Name", "Note"), ";", (3, 4))
    assert sheet.to_bytes() == data
    assert "2,5" in sheet.changed({(1, 1): "2,5"}).to_bytes().decode(encoding)


def test_a_sign_that_the_encoding_lacks_is_written_as_html() -> None:
    sheet = csv_in_place.read("Name,Feedback\nÄnne,\n".encode("cp1252"))
    assert b"&#8710;" in sheet.changed({(1, 1): "\u2206"}).to_bytes()


def test_line_ends_of_old_systems_are_line_ends() -> None:
    sheet = csv_in_place.read(b"name,id\rIda,1\r")
    assert [[cell.value for cell in line.cells] for line in sheet.lines] == [["name", "id"], ["Ida", "1"]]
    assert sheet.to_bytes() == b"name,id\rIda,1\r"

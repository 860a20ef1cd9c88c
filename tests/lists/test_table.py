"""Lists as spreadsheets write them; what could lose or shift a value is an error with its line."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from grader.errors import GraderError
from grader.lists import table as table_of_lists
from grader.lists.table import number, read_table

ROWS = [{"name": "Änne Größe", "id": "2400017"}, {"name": "Ole Brand", "id": "2400018"}]
TEXT = "name,id\nÄnne Größe,2400017\nOle Brand,2400018\n"


def table(tmp_path: Path, data: bytes | str, *needed: str) -> list[dict[str, str]]:
    path = tmp_path / "list.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return [dict(row.values) for row in read_table(path, needed or ("name", "id"))]


@pytest.mark.parametrize(
    "data",
    [
        TEXT, TEXT.replace(",", ";"), TEXT.replace(",", "\t"), TEXT.replace("\n", "\r"), TEXT.replace("\n", "\r\n"),
        "\ufeff" + TEXT, TEXT.encode("utf-16"), TEXT.replace(",", "\t").encode("utf-16"), TEXT.encode("cp1252"), "\n\n" + TEXT,
        "sep=;\n" + TEXT.replace(",", ";"), "sep=,\r\n" + TEXT, TEXT + ",,\n\n,\n", TEXT.replace("\n", "\n,\n"),
        TEXT.replace("name,id", " NAME , ID "), TEXT.replace("name,id", "Vollständiger Name,Matrikelnummer"),
        TEXT.replace("name,id", '"name","id"'), TEXT.replace("2400017", "2400017.0"), TEXT.replace("2400017", '"2400017,0"'),
        TEXT.replace("id\n", "id,,\n").replace("17\n", "17,,\n"), TEXT.rstrip("\n"),
    ],
)  # fmt: skip
def test_forms_of_ordinary_spreadsheets(tmp_path: Path, data: bytes | str) -> None:
    assert table(tmp_path, data) == ROWS


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ('name,id\n"Ida,1\nOle,2\n', ":2: a quotation mark is not closed"),
        ('sep=,\nname,id\nOle,2\n"Ida,1\n', ":4: a quotation mark is not closed"),
        ("name,id\nKron, Ida,2400017\n", ":2: 3 cells, and 2 headings"),
        ("name,id,id\nIda,1,2\n", ":1: the column id is there 2 times"),
        ('name,id\nIda,"24\n17"\n', ":2: id has a line end"),
        ("name,id\nIda,24\x0017\n", ":2: id has a line end or a character"),
        ("name,id\nIda,2.4E+06\n", ":2: a spreadsheet has rounded the id to 2.4E\\+06"),
        ('name,id\n"x\ny",1\n"Ida,1\n', ":4: a quotation mark"),
        ("first,second\n", r":1: missing column name, id; required are name, id; found first, second \(separator ',', utf-8\)"),
        ("", ":1: missing column name, id; required are name, id; found nothing"),
        (b"name,id\n\x81,1\n", "not text in a known encoding"),
    ],
)  # fmt: skip
def test_what_could_lose_a_value_is_an_error_with_its_line(tmp_path: Path, data: bytes | str, problem: str) -> None:
    with pytest.raises(GraderError, match=problem):
        table(tmp_path, data)


def test_a_reason_may_have_several_lines(tmp_path: Path) -> None:
    assert table(tmp_path, 'id,reason\n1,"one\ntwo"\n', "id", "reason") == [{"id": "1", "reason": "one\ntwo"}]


def test_a_long_cell_is_no_crash(tmp_path: Path) -> None:
    assert len(table(tmp_path, "id,reason\n1," + "x" * 200_000, "id", "reason")[0]["reason"]) == 200_000


def test_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["name", "id", "when"],
        ["Änne Größe", 2400017, datetime(2025, 1, 15, 23, 40)],
        [None],
        ["Ole", 2400018.0],
    ):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    rows = table(tmp_path, data.getvalue(), "name", "id", "when")
    assert rows[0] == {"name": "Änne Größe", "id": "2400017", "when": "2025-01-15 23:40:00"}
    assert rows[1] == {"name": "Ole", "id": "2400018", "when": ""}
    with pytest.raises(GraderError, match="not a workbook that can be read"):
        table(tmp_path, data.getvalue()[:500])


@pytest.mark.parametrize(("text", "value"), [("0,5", "0.5"), (" 1.5 ", "1.5"), ("nan", None), ("x", None), ("", None)])
def test_numbers_with_a_comma(text: str, value: str | None) -> None:
    found = number(text)
    assert (str(found) if found is not None else None) == value


def test_a_workbook_that_takes_too_long_is_the_users_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    for _ in range(5000):
        book.active.append(["Ada", "1"])
    book.save(tmp_path / "roster.xlsx")
    monkeypatch.setattr(table_of_lists, "WORKBOOK_SECONDS", 0.001)
    with pytest.raises(GraderError, match="takes too long"):
        read_table(tmp_path / "roster.xlsx", ("name", "id"))


def test_a_workbook_that_is_packed_in_another_way_is_refused(tmp_path: Path) -> None:
    """Those packers unpack whole pieces before the declared size counts."""
    with zipfile.ZipFile(tmp_path / "roster.xlsx", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/workbook.xml", "x" * 100)
    with pytest.raises(GraderError, match="packed as no workbook is"):
        read_table(tmp_path / "roster.xlsx", ("name", "id"))

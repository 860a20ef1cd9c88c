"""Canvas's gradebook, filled in and made, read as strictly as its importer reads it."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.errors import GraderError
from grader.exports import export_formats
from grader.exports.export_format import Export, Inputs, Options

HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,Exercise 6 (811),Exercise 7 (812),Current Score"
LINES = (
    "    Points Possible,,,,,10,4,(read only)",
    '"Muster, Anna",21,1000101,am,01,5,,50',
    '"Beispiel, Ben",22,,ben@stud.example.org,01,"5,5",1.0,55',
    '"Größe-Probe, Änne",23,1000103,,01,EX,EX,',
    '"Offen, Otto",24,1000104,,01,,,',
    '"Nirgends, Niemand",25,1000199,,01,,,',
)


def gradebook(*lines: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *(lines or LINES), ""]).encode()


def made(graded: Path, tmp_path: Path, data: bytes, assignment: str = "Exercise 7", **options: Any) -> Export:
    path = tmp_path / "gradebook.csv"
    path.write_bytes(data)
    return export_formats()["canvas"].make(Inputs(graded, Options(gradebook=path, assignment=assignment, **options)))


def imported(data: bytes) -> dict[str, dict[str, str]]:
    """Read by the importer's rules: the first columns, `Section`, ids of assignments, rows that are passed over."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    head = rows[0]
    assert "Student" in head[0], "Invalid header row"
    assert "ID" in head[1], "Invalid header row"
    assert "Section" in head, "Invalid header row"
    own = {n: cell for n, cell in enumerate(head) if n > head.index("Section") and cell != "Current Score"}
    students = [row for row in rows[1:] if not row[0].strip().startswith("Points Possible")]
    found = {}
    for row in students:
        assert len(row) == len(head)
        scores = {own[n]: row[n] for n in own}
        assert all(re.fullmatch(r"|EX|\d+([.,]\d+)?", score) for score in scores.values())
        found[row[0]] = scores
    return found


def test_one_column_is_filled_in(graded: Path, tmp_path: Path) -> None:
    export = made(graded, tmp_path, gradebook())
    [(_, after)] = export.files
    scores = {name: one["Exercise 7 (812)"] for name, one in imported(after).items()}
    assert scores == {
        "Muster, Anna": "2.5", "Beispiel, Ben": "2.5", "Größe-Probe, Änne": "EX", "Offen, Otto": "",
        "Nirgends, Niemand": "",
    }  # fmt: skip
    before = gradebook().split(b"\r\n")
    changed = [number for number, line in enumerate(after.split(b"\r\n")) if line != before[number]]
    assert changed == [2, 3]
    assert b'"5,5",2.5,55' in after
    told = " ".join(export.warnings)
    assert "excused" in told
    assert "no total yet" in told
    assert "no matching submission" in told


@pytest.mark.parametrize("assignment", ["Exercise 7", "812", "Exercise 7 (812)"])
def test_an_assignment_is_found_by_title_or_number(graded: Path, tmp_path: Path, assignment: str) -> None:
    [(_, after)] = made(graded, tmp_path, gradebook(), assignment).files
    assert imported(after)["Muster, Anna"]["Exercise 7 (812)"] == "2.5"


@pytest.mark.parametrize(
    ("data", "assignment", "problem"),
    [
        (gradebook(), "Exercise 9", "0 columns are named 'Exercise 9'; assignments there: Exercise 6"),
        (gradebook(head=HEAD.replace("(811)", "(1)").replace("Exercise 6", "Exercise 7")), "Exercise 7", "2 columns"),
        (gradebook(head=HEAD.replace("Section,", "Sektion,")), "812", "not a Canvas gradebook"),
        (gradebook(LINES[0].replace("10,4", "10,(read only)"), *LINES[1:]), "812", "read-only"),
        (gradebook(*LINES, '"Muster, Anna",29,,,01,,,', '"x","y'), "812", "quotation mark is not closed"),
    ],
    ids=["none", "two", "no gradebook", "read only", "damaged"],
)
def test_what_cannot_be_filled_in(graded: Path, tmp_path: Path, data: bytes, assignment: str, problem: str) -> None:
    with pytest.raises(GraderError, match=problem):
        made(graded, tmp_path, data, assignment)


def test_one_of_two_with_the_same_name_keeps_her_points_to_herself(graded: Path, tmp_path: Path) -> None:
    same = ('"Muster",21,,1000101,01,,,', '"Muster",29,,1000777,01,,,')  # the second one submitted nothing
    [(_, after)] = made(graded, tmp_path, gradebook(LINES[0], *same)).files
    assert [line.split(b",")[-2] for line in after.split(b"\r\n")[2:4]] == [b"2.5", b""]
    unknown = ('"Muster",21,,am,01,,,', '"Muster",29,,zm,01,,,')
    export = made(graded, tmp_path, gradebook(LINES[0], *unknown))
    assert [line.split(b",")[-2] for line in export.files[0][1].split(b"\r\n")[2:4]] == [b"", b""]
    assert "Muster could be the lines 3 and 4" in export.doubts[0]


def test_more_than_is_possible_is_pointed_at(graded: Path, tmp_path: Path) -> None:
    export = made(graded, tmp_path, gradebook(LINES[0].replace(",4,", ",2,"), *LINES[1:]))
    assert any("2.5 is more than 2" in line for line in export.warnings)


def test_a_gradebook_is_made_where_there_is_none(graded: Path) -> None:
    export = export_formats()["canvas"].make(Inputs(graded, Options(assignment="Exercise 7")))
    [(_, data)] = export.files
    rows = list(csv.reader(io.StringIO(data.decode())))
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Exercise 7"]
    assert rows[1][0].strip() == "Points Possible"
    assert Decimal(rows[1][5]) == 4
    assert imported(data)["Muster"] == {"Exercise 7": "2.5"}
    with pytest.raises(GraderError, match="--assignment"):
        export_formats()["canvas"].make(Inputs(graded, Options()))


def test_a_new_gradebook_with_a_title_of_canvas_own_is_a_doubt(graded: Path) -> None:
    make = export_formats()["canvas"].make
    (doubt,) = make(Inputs(graded, Options(assignment="Final Project"))).doubts
    assert "'Final Project' begins like a column of Canvas's own" in doubt
    assert make(Inputs(graded, Options(assignment="Exercise 7"))).doubts == ()

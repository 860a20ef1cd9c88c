"""Moodle's round trip: the download is graded, the worksheet filled in, and read as Moodle's import reads it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.errors import GraderError
from grader.exports import export_formats
from grader.exports.export_format import Export, Inputs, Options
from tests.exports.conftest import LONE, OPEN, TEAM

ENGLISH = (
    "Identifier,Full name,Email address,ID number,Status,Group,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Online text,Last modified (grade),Feedback comments"
)
GERMAN = (
    "ID;Vollständiger Name;E-Mail-Adresse;ID-Nummer;Status;Gruppe;Bewertung;Bestwertung;Bewertung kann geändert werden;"
    "Zuletzt geändert (Abgabe);Texteingabe online;Zuletzt geändert (Bewertung);Feedback als Kommentar"
)
PEOPLE = (
    ("4001", "Anna Muster", "anna.muster@stud.example.org", "1000101", TEAM),
    ("4002", "Ben Beispiel", "BEN@stud.example.org", "", TEAM),
    ("4003", LONE, "", "1000103", ""),
    ("4004", OPEN, "", "1000104", ""),
    ("4005", "Niemand Nirgends", "niemand@stud.example.org", "1000199", ""),
)


def worksheet(
    head: str = ENGLISH, prefix: str = "Participant ", maximum: str = "4.00", end: str = "\r\n", people: Any = PEOPLE
) -> bytes:
    separator = ";" if head.count(";") > head.count(",") else ","
    rows = [
        (f"{prefix}{number}", name, email, own, 'Submitted, "late"', group, "", maximum, "Yes", "-", "", "-", "")
        for number, name, email, own, group in people
    ]
    body = [separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    return b"\xef\xbb\xbf" + end.join([head, *body, ""]).encode()


@dataclass(frozen=True)
class Imported:
    """What Moodle's import would do: grades and comments by participant, and the lines that it drops in silence."""

    grades: dict[int, Decimal]
    comments: dict[int, str]
    dropped: list[str]


def imported(data: bytes, head: str = ENGLISH, prefix: str = "Participant ", comma: bool = False) -> Imported:
    """Read a worksheet as strictly as the import: headings to the letter, identifiers cut by length, and so on."""
    separator = ";" if head.count(";") > head.count(",") else ","
    names = head.split(separator)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator, strict=True))
    assert rows[0] == names
    at = {use: names.index(name) for use, name in zip(
        ("id", "grade", "maximum", "feedback"), (names[0], names[6], names[7], names[12]), strict=True)}  # fmt: skip
    grades, comments, dropped = {}, {}, []
    for row in rows[1:]:
        assert len(row) == len(names)
        assert row[at["id"]].startswith(prefix)
        number = int(row[at["id"]][len(prefix) :])
        comments[number] = row[at["feedback"]]
        text = row[at["grade"]].replace(",", ".") if comma else row[at["grade"]]
        maximum = Decimal(row[at["maximum"]].replace(",", "."))
        if not text or not re.fullmatch(r"-?\d+(\.\d+)?", text) or not 0 <= Decimal(text) <= maximum:
            dropped.append(row[1])
        else:
            grades[number] = Decimal(text)
    return Imported(grades, comments, dropped)


def made(graded: Path, tmp_path: Path, data: bytes, name: str = "moodle", **options: Any) -> Export:
    path = tmp_path / "worksheet.csv"
    path.write_bytes(data)
    return export_formats()[name].make(Inputs(graded, Options(worksheet=path, **options)))


def test_the_round_trip(graded: Path, tmp_path: Path) -> None:
    before = worksheet()
    export = made(graded, tmp_path, before)
    [(_, after)] = export.files
    found = imported(after)
    assert found.grades == {4001: Decimal("2.5"), 4002: Decimal("2.5"), 4003: Decimal("3.6")}
    assert found.dropped == [OPEN, "Niemand Nirgends"]
    assert found.comments[4005] == found.comments[4004] == ""
    assert "Why &lt;b&gt;so" in found.comments[4001]
    assert "Received in time: -0.4" in found.comments[4003]
    assert any("Niemand Nirgends" in line for line in export.warnings)
    assert any("1 member without a total" in line for line in export.warnings)


def test_nothing_else_is_touched(graded: Path, tmp_path: Path) -> None:
    before = worksheet()
    [(_, after)] = made(graded, tmp_path, before).files
    assert after.startswith(b"\xef\xbb\xbf" + ENGLISH.encode() + b"\r\n")
    old, new = before.split(b"\r\n"), after.split(b"\r\n")
    assert len(old) == len(new)
    for one, other in zip(old[4:], new[4:], strict=True):
        assert one == other  # those who have no total, and those who match no submission
    for one, other in zip(old[1:4], new[1:4], strict=True):
        assert one.split(b",")[:6] == other.split(b",")[:6]
        assert b'"Submitted, ""late"""' in other


def test_a_german_worksheet_keeps_its_commas(graded: Path, tmp_path: Path) -> None:
    data = worksheet(GERMAN, "Teilnehmer/in", "4,00", "\n")
    [(_, after)] = made(graded, tmp_path, data).files
    found = imported(after, GERMAN, "Teilnehmer/in", comma=True)
    assert found.grades == {4001: Decimal("2.5"), 4002: Decimal("2.5"), 4003: Decimal("3.6")}
    assert b'"2,5"' in after


def test_other_headings_are_named(graded: Path, tmp_path: Path) -> None:
    head = (
        ENGLISH.replace("Identifier", "Kennzahl").replace("Full name", "Voller Name").replace(",Grade,", ",Punktzahl,")
    )
    with pytest.raises(GraderError, match="not a grading worksheet"):
        made(graded, tmp_path, worksheet(head))
    named = {"identifier": "Kennzahl", "name": "Voller Name", "grade": "Punktzahl"}
    [(_, after)] = made(graded, tmp_path, worksheet(head), columns=named).files
    assert imported(after, head).grades[4003] == Decimal("3.6")
    with pytest.raises(GraderError, match="no column 'Punkte'"):
        made(graded, tmp_path, worksheet(), columns={"grade": "Punkte"})


@pytest.mark.parametrize(
    ("maximum", "given"), [("3.00", None), ("4.00", Decimal(3))], ids=["the worksheet's", "the option's"]
)
def test_a_grade_above_the_maximum_refuses_all(
    graded: Path, tmp_path: Path, maximum: str, given: Decimal | None
) -> None:
    with pytest.raises(GraderError, match=r"has 3\.6 points and Moodle's maximum is 3"):
        made(graded, tmp_path, worksheet(maximum=maximum), maximum=given)


def test_feedback_of_a_tutor_stays_unless_it_is_to_be_replaced(graded: Path, tmp_path: Path) -> None:
    data = worksheet().replace(b'"4.00","Yes","-","","-",""', b'"4.00","Yes","-","","-","By hand"')
    export = made(graded, tmp_path, data)
    assert set(imported(export.files[0][1]).comments.values()) == {"By hand"}
    assert sum("existing feedback is not changed" in line for line in export.warnings) == 3
    replaced = made(graded, tmp_path, data, replace_feedback=True)
    comments = imported(replaced.files[0][1]).comments
    assert "Why &lt;b&gt;so" in comments[4001]
    assert comments[4004] == "By hand"


def test_filled_in_twice_is_the_same(graded: Path, tmp_path: Path) -> None:
    [(_, once)] = made(graded, tmp_path, worksheet()).files
    [(_, twice)] = made(graded, tmp_path, once).files
    assert once == twice


def test_two_of_one_name_are_not_guessed_at(graded: Path, tmp_path: Path) -> None:
    people = (("4001", "Muster", "", "", ""), ("4009", "Muster", "", "", ""))
    export = made(graded, tmp_path, worksheet(people=people))
    assert imported(export.files[0][1]).grades == {}
    assert [doubt.split(";")[0] for doubt in export.doubts] == [
        "line 2: Muster could be this line and line 3",
        "line 3: Muster could be this line and line 2",
    ]
    told_apart = (("4001", "Muster", "", "1000101", ""), ("4009", "Muster", "", "1000777", ""))
    [(_, after)] = made(graded, tmp_path, worksheet(people=told_apart)).files
    assert imported(after).grades == {4001: Decimal("2.5")}


def test_feedback_files_are_those_that_moodle_takes(graded: Path, tmp_path: Path) -> None:
    people = (*PEOPLE[:2], ("4003", "._Änne_Größe: Probe", "", "1000103", ""))
    export = made(graded, tmp_path, worksheet(people=people), "moodle-feedback")
    with zipfile.ZipFile(io.BytesIO(export.files[0][1])) as archive:
        names = archive.namelist()
        pages = {name: archive.read(name).decode() for name in names}
    found = {}
    for name in names:
        parts = name.split("/")[0].split("_", 4)
        assert len(parts) >= 4, "Moodle passes over paths with fewer parts"
        assert parts[2:4] == ["assignfeedback", "file"]
        assert parts[0] == "Änne Größe Probe" or parts[0] in [person[1] for person in PEOPLE]
        assert not any(part.startswith((".", "~")) for part in name.split("/"))
        found[int(parts[1])] = pages[name]
    assert found.keys() == {4001, 4002, 4003}
    assert TEAM in found[4001]
    assert found[4001] == found[4002]
    assert made(graded, tmp_path, worksheet(people=people), "moodle-feedback").files == export.files


def test_what_moodle_would_drop_or_take_for_less_is_pointed_at(graded: Path, tmp_path: Path) -> None:
    assert not any("Moodle" in line for line in made(graded, tmp_path, worksheet()).warnings)
    locked = worksheet(maximum="100.00").replace(b'"Yes"', b'"No"', 1)
    told = made(graded, tmp_path, locked).warnings
    assert sum("line 2, Muster: the grade is locked in Moodle" in line for line in told) == 1
    assert sum("Moodle's maximum is 100 and the rubric has 4 points" in line for line in told) == 1

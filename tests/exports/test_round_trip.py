"""From a platform's download and back: each student's points go to her own line, by number, and nobody else's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.exports import export_formats
from grader.exports.export_format import Export, Inputs, Options
from grader.ingest.discover import survey
from grader.ingest.open_submission import open_submission
from grader.model.people import known_people, same_name
from grader.model.summary import SubmissionSummary
from tests.ingest.layouts import test_blackboard as blackboard
from tests.ingest.layouts import test_canvas as canvas
from tests.ingest.layouts import test_folders as folders
from tests.ingest.layouts import test_gradescope as gradescope
from tests.ingest.layouts import test_ilias as ilias
from tests.ingest.layouts import test_moodle as moodle
from tests.ingest.layouts.forty import Student, owner, students, written


def points_of(one: Student) -> Decimal:
    """A number that no other student has."""
    return Decimal(one.number - 5200)


def rows(download: Path) -> Iterator[SubmissionSummary]:
    """Yield the rows that grading would write, without running anything; the points name the owner of the files."""
    for source in survey([download], zone="Europe/Berlin").sources:
        submission = open_submission(source)
        total = Decimal(owner(source) - 5200)
        name, people = f"{submission.team}-{submission.digest[:12]}", tuple(known_people(submission.members))
        yield SubmissionSummary(
            name,
            submission.team,
            submission.source,
            submission.digest,
            people,
            Decimal(40),
            total,
            total,
            (),
            (),
            (),
            (),
        )


def exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], name: str, **options: Any
) -> Export:
    found = list(rows(written(tmp_path, files)[0]))
    assert len({row.name for row in found}) == len(found)
    monkeypatch.setattr(Inputs, "rows", lambda _: iter(found))
    return export_formats()[name].make(Inputs(tmp_path, Options(**options)))


def moodle_worksheet(path: Path, blind: bool = False, group: str = "") -> Path:
    head = [
        "Identifier",
        *(() if blind else ("Full name",)),
        "Group",
        "Grade",
        "Maximum Grade",
        "Last modified (grade)",
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for one in students():
            names = () if blind else (one.name,)
            writer.writerow([f"Participant {one.number}", *names, group, "", "40.00", "-"])
    return path


MOODLE: dict[str, tuple[dict[str, bytes], dict[str, Any]]] = {
    "folders": (moodle.folders(), {}),
    "flat": (moodle.flat(), {}),
    "blind": (moodle.folders(blind=True), {"blind": True}),
    "groups": ({f"Team Ahorn-{name}": data for name, data in moodle.folders().items()}, {"group": "Team Ahorn"}),
}


@pytest.mark.parametrize("form", MOODLE)
def test_moodle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    files, options = MOODLE[form]
    sheet = moodle_worksheet(tmp_path / "worksheet.csv", **options)
    export = exported(tmp_path, monkeypatch, files, "moodle", worksheet=sheet)
    lines = list(csv.DictReader(io.StringIO(export.files[0][1].decode())))
    assert {line["Identifier"]: Decimal(line["Grade"]) for line in lines} == {
        f"Participant {one.number}": points_of(one) for one in students()
    }
    assert export.doubts == ()


def test_the_number_of_a_group_is_not_that_of_a_participant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"Team Ahorn_5201_assignsubmission_file/a.md": students()[3].content("a.md")}
    sheet = moodle_worksheet(tmp_path / "worksheet.csv")
    export = exported(tmp_path, monkeypatch, files, "moodle", worksheet=sheet)
    assert not any(line["Grade"] for line in csv.DictReader(io.StringIO(export.files[0][1].decode())))
    sheet = moodle_worksheet(tmp_path / "worksheet.csv", group="Team Ahorn")
    export = exported(tmp_path, monkeypatch, files, "moodle", worksheet=sheet)
    grades = {line["Grade"] for line in csv.DictReader(io.StringIO(export.files[0][1].decode()))}
    assert grades == {"3"}, "all members of the group"


def test_canvas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = tmp_path / "book.csv"
    with book.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Exercise 7 (55)"])
        writer.writerow(["    Points Possible", "", "", "", "", "40"])
        for one in students():
            first, _, last = one.name.rpartition(" ")
            writer.writerow([f"{last}, {first}", 300000 + one.number, one.student_id, one.login, "1", ""])
    files = canvas.download()
    export = exported(tmp_path, monkeypatch, files, "canvas", gradebook=book, assignment="Exercise 7")
    lines = list(csv.DictReader(io.StringIO(export.files[0][1].decode())))[1:]
    assert {int(line["ID"]): Decimal(line["Exercise 7 (55)"]) for line in lines} == {
        300000 + one.number: points_of(one) for one in students()
    }
    assert export.doubts == ()


DOWNLOADS = {
    "gradescope": (gradescope.download(), "student_id"),
    "ilias": ({f"{ilias.folder(one)}/{file}": one.content(file) for one in students() for file in one.files}, ""),
    "blackboard": (blackboard.download(), ""),
    "folders": (
        {f"{folders.number_and_name(one)}/{file}": one.content(file) for one in students() for file in one.files}, "",
    ),
    "classroom": ({f"ex7-{one.login}/{file}": one.content(file) for one in students() for file in one.files}, ""),
}  # fmt: skip


@pytest.mark.parametrize("layout", DOWNLOADS)
def test_points_for_platforms_without_a_worksheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: str) -> None:
    files, key = DOWNLOADS[layout]
    export = exported(tmp_path, monkeypatch, files, "csv")
    lines = list(csv.DictReader(io.StringIO(export.files[0][1].decode())))
    by_number = {int(Decimal(line["total"])): line for line in lines if line["name"] != "Partner Zwei"}
    assert by_number.keys() == {int(points_of(one)) for one in students()}
    for one in students():
        line = by_number[int(points_of(one))]
        if key:
            assert line[key] == one.student_id
        else:
            team = line["team"].removesuffix(f"_{one.student_id}").removeprefix("ex7-").partition(" (")[0]
            assert one.login == team or same_name(team, one.name)
    assert export.doubts == ()


def test_a_student_in_doubt_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = moodle.folders()
    twice = students()[4]
    files["Somebody Else_5299_assignsubmission_file/answers.md"] = (
        f"Ida Kron, {twice.student_id}\n".encode() + twice.content("answers.md")
    )
    files[f"{twice.name}_{twice.number}_assignsubmission_file/more.md"] = f"Student {twice.student_id}\n".encode()
    sheet = moodle_worksheet(tmp_path / "worksheet.csv")
    export = exported(tmp_path, monkeypatch, files, "moodle", worksheet=sheet)
    grades = [line["Grade"] for line in csv.DictReader(io.StringIO(export.files[0][1].decode()))]
    assert grades.count("") == 1
    assert len(export.doubts) == 1
    assert twice.student_id in export.doubts[0]


def test_a_student_who_submitted_nothing_gets_nothing_of_one_with_nearly_her_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = [students()[number] for number in (1, 4, 13)]
    submitted = {
        name: data for name, data in moodle.folders().items() if not any(f"_{one.number}_" in name for one in absent)
    }
    sheet = moodle_worksheet(tmp_path / "worksheet.csv")
    export = exported(tmp_path, monkeypatch, submitted, "moodle", worksheet=sheet)
    lines = csv.DictReader(io.StringIO(export.files[0][1].decode()))
    assert {line["Identifier"] for line in lines if not line["Grade"]} == {
        f"Participant {one.number}" for one in absent
    }

"""Moodle's downloads: with and without folders, several plugins, groups, anonymous submissions, stray files."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.ingest.discover import survey
from tests.ingest.layouts.forty import Student, owner, read_both, students, written


def named(one: Student) -> str:
    return one.name.replace("_", " ")


def folders(end: str = "", blind: bool = False) -> dict[str, bytes]:
    return {
        f"{'Participant' if blind else named(one)}_{one.number}_assignsubmission_file{end}/{file}": one.content(file)
        for one in students()
        for file in one.files
    }


def flat() -> dict[str, bytes]:
    return {
        f"{named(one)}_{one.number}_assignsubmission_file_{file}": one.content(file)
        for one in students(folders=False)
        for file in one.files
    }


@pytest.mark.parametrize("end", ["", "_"], ids=["now", "before 4.1"])
def test_folders(tmp_path: Path, end: str) -> None:
    for found in read_both(tmp_path, folders(end), "moodle", students()):
        people = {owner(source): source.members[-1] for source in found.sources}
        assert {number: one.platform_id for number, one in people.items()} == {
            one.number: f"moodle:{one.number}" for one in students()
        }
        teams = {owner(source): source.team for source in found.sources}
        assert teams[5202] == "Änne Größe-Probe"
        assert teams[5200] != teams[5201], "two people of one name"


def test_files_without_folders(tmp_path: Path) -> None:
    read_both(tmp_path, flat(), "moodle", students(folders=False))


def test_anonymous_submissions_have_their_number(tmp_path: Path) -> None:
    for found in read_both(tmp_path, folders(blind=True), "moodle", students()):
        assert {source.team for source in found.sources} == {f"Participant {one.number}" for one in students()}


def test_files_and_online_text_of_a_student_belong_together(tmp_path: Path) -> None:
    files = folders() | {
        f"{one.name}_{one.number}_assignsubmission_onlinetext/onlinetext.html": b"<p>2) Because.</p>"
        for one in students()[:20]
    }
    for found in read_both(tmp_path, files, "moodle", students()):
        with_text = [source for source in found.sources if "onlinetext.html" in source.read().files]
        assert len(with_text) == 20


def test_a_group_in_front_of_the_name_and_a_wrapping_folder(tmp_path: Path) -> None:
    files = {f"Exercise 7/Team Ahorn-{name}": data for name, data in folders().items()}
    read_both(tmp_path, files, "moodle", students())


@pytest.mark.parametrize("stray", ["index.html", "README.md", "notes.txt", "sheet07.pdf", "rubric.yaml", "grades.csv"])
def test_a_stray_file_is_named_and_belongs_to_nobody(tmp_path: Path, stray: str) -> None:
    for found in read_both(tmp_path, folders() | {stray: b"x"}, "moodle", students()):
        assert found.stray == (stray,)
        assert stray in found.unread()


def test_a_template_beside_the_folders_is_no_submission(tmp_path: Path) -> None:
    for found in read_both(tmp_path, folders() | {"docs/template.ipynb": b"{}"}, "moodle", students()):
        assert found.stray == ("docs/",)


def test_students_without_a_group_and_an_archive_by_email_are_submissions_too(tmp_path: Path) -> None:
    more = {"Default group/answers.md": b"x", "Oda_2400019.zip": students()[2].content("work.zip")}
    for path in written(tmp_path, folders() | more):
        found = survey([path])
        assert [one.name for one in found.layouts] == ["moodle", "folders"]
        assert len(found.sources) == 42
        assert {"Default group", "Oda_2400019"} <= {source.team for source in found.sources}


def test_an_empty_folder_is_a_submission_without_files(tmp_path: Path) -> None:
    files = folders() | {
        "Oda Ruth_5300_assignsubmission_file/": b"",
        "Eva Leer_5301_assignsubmission_file/.DS_Store": b"",
    }
    for path in written(tmp_path, files):
        found = survey([path])
        assert {source.team for source in found.sources if source.is_empty} == {"Oda Ruth", "Eva Leer"}
        assert "2 without files" in found.sentence()


def test_a_long_participant_number_is_no_student_id(tmp_path: Path) -> None:
    files = {f"Ida Kron_1234567_assignsubmission_file/{name}": b"x" for name in ("a.md", "b.md")}
    for path in written(tmp_path, files):
        (source,) = survey([path]).sources
        assert [member.student_id for member in source.members] == [""]

"""Downloads of no platform: folders, archives and files by name; what could be one submission is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.ingest.discover import survey
from grader.ingest.layouts.folders import is_person
from tests.ingest.layouts.forty import Student, owner, read_both, students, written


def number_and_name(one: Student) -> str:
    return f"{one.name.replace(' ', '_')}_{one.student_id}"


def two_of_each_name(one: Student) -> str:
    return f"{one.name} {one.login}" if one.name == "Ida Kron" else one.name


@pytest.mark.parametrize("above", ["", "Exercise 7/"], ids=["at the top", "in one more folder"])
def test_folders_with_ids(tmp_path: Path, above: str) -> None:
    files = {f"{above}{number_and_name(one)}/{file}": one.content(file) for one in students() for file in one.files}
    for found in read_both(tmp_path, files, "folders", students()):
        ids = {owner(source): [member.student_id for member in source.members] for source in found.sources}
        assert {number: one for number, one in ids.items() if one} == {
            one.number: [one.student_id] for one in students() if one.files != ("work.zip",)
        }


def test_folders_with_names(tmp_path: Path) -> None:
    chosen = [one for one in students() if one.name != "Ida Kron"]
    files = {f"{one.name}/{file}": one.content(file) for one in chosen for file in one.files}
    read_both(tmp_path, files, "folders", chosen)


def test_archives_folders_and_files_with_a_sheet_beside_them(tmp_path: Path) -> None:
    files: dict[str, bytes] = {"sheet07.pdf": b"%PDF-1.4", "roster.csv": b"name,id\n"}
    for one in students():
        base = number_and_name(one)
        if one.files == ("work.zip",):
            files[f"{base}.zip"] = one.content("work.zip")
        elif len(one.files) == 1:
            files[f"{base}.md"] = one.content(one.files[0])
        else:
            files |= {f"{base}/{file}": one.content(file) for file in one.files}
    for found in read_both(tmp_path, files, "folders", students()):
        assert found.stray == ("roster.csv", "sheet07.pdf")


def test_an_archive_that_cannot_be_opened_is_a_submission_that_needs_review(tmp_path: Path) -> None:
    files = {f"{number_and_name(one)}.zip": one.content("a.zip") for one in students()[:3]} | {
        "Oda_2400099.rar": b"Rar!"
    }
    for path in written(tmp_path, files):
        found = survey([path])
        assert sorted(source.name for source in found.sources)[-1].endswith(".zip")
        assert "Oda_2400099.rar" in [source.name for source in found.sources]
        assert len(found.sources) == 4


@pytest.mark.parametrize(
    "tops",
    [("task1", "task2"), ("ex7_part_a", "ex7_part_b"), ("ikron", "obrand"), ("Teil 1", "Teil 2")],
    ids=["tasks", "parts", "logins", "Teile"],
)
def test_what_could_be_one_submission_or_several_is_refused(tmp_path: Path, tops: tuple[str, ...]) -> None:
    archive, _ = written(tmp_path, {f"{top}/net.py": b"x = 1" for top in tops})
    with pytest.raises(GraderError, match=r"this looks like 2 submissions .* or like one"):
        survey([archive])
    assert len(survey([archive], "folders").sources) == 2
    (one,) = survey([archive], "one").sources
    assert len(one.read().files) == 2
    assert len(survey([archive, archive]).sources) == 2, "beside others, each archive is one submission"


@pytest.mark.parametrize(
    "files",
    [
        {"lib/net.py": b"x", "notebooks/a.ipynb": b"{}"},
        {"net.py": b"x", "Deep Learning/a.md": b"x"},
        {"abgabe/src/net.py": b"x", "abgabe/answers/a.md": b"x"},
        {"net/__init__.py": b"", "train/run.py": b"x"},
        {"answers.md": b"x", "net.ipynb": b"{}"},
    ],
    ids=["folders of one tree", "code at the top", "in a folder", "a package", "files"],
)
def test_one_tree_is_one_submission(tmp_path: Path, files: dict[str, bytes]) -> None:
    for path in written(tmp_path, files):
        (source,) = survey([path]).sources
        assert len(source.read().files) == len(files)


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Kron_2400017", True), ("Kron Ida", True), ("Kron, Ida", True), ("Seán O'Brien", True), ("Ida B. Kron", True),
        ("Task One", False), ("model", False), ("ex7-ikron", False), ("Exercise 7", False), ("Team", False),
    ],
)  # fmt: skip
def test_names_of_people(name: str, person: bool) -> None:
    assert is_person(name) is person


def test_equal_names_get_a_number(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "Kron_2400017.md").write_text("x")
    found = survey([tmp_path / str(number) / "Kron_2400017.md" for number in (1, 2)])
    assert [source.team for source in found.sources] == ["Kron_2400017", "Kron_2400017 (2)"]
    assert found.twice() == ["2400017"]
    assert "1 person in several submissions (2400017)" in found.sentence()

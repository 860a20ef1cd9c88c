"""From files to a submission: bulk downloads, members, times, notebooks, trees."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.ingest.discover import Source, discover
from grader.ingest.member_names import follows_pattern, members_from_name
from grader.ingest.members_in_text import members_from_text
from grader.ingest.notebooks import read_notebook
from grader.ingest.open_submission import open_submission
from grader.lists.course_lists import read_intake, read_roster
from grader.lists.times import UnreadTime
from grader.model import Member, NoticeCode
from grader.model.people import KnownPerson, known_people
from tests.ingest.test_archives import zipped_names


def notebook(*cells: str, kind: str = "code") -> str:
    made = [
        {"cell_type": kind, "source": text, "metadata": {"tags": ["skip-execution"]}, "outputs": []} for text in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("Muster_1000101_Beispiel_1000102.zip", [("Muster", "1000101"), ("Beispiel", "1000102")]),
        ("Müller-Lüdenscheid_1000101_Ö_1000102.tar.gz", [("Müller-Lüdenscheid", "1000101"), ("Ö", "1000102")]),
        ("Anna_Lena_Muster_1000101.ipynb", [("Anna Lena Muster", "1000101")]),
        ("Mu\u0308ller_1000101.zip", [("Müller", "1000101")]),
        ("final_version_2.zip", []),
        ("Muster_12345_x.zip", []),
    ],
)
def test_members_from_the_file_name(name: str, members: list[tuple[str, str]]) -> None:
    assert [(m.name, m.student_id) for m in members_from_name(name)] == members


def test_pattern_of_names() -> None:
    assert follows_pattern("Muster_1000101_Beispiel_1000102.zip", "[0-9]{7}")
    assert not follows_pattern("1000101_Muster.zip", "[0-9]{7}")


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("Anna Muster (1000101, anna@stud.example.org)", [("Anna Muster", "1000101", "anna@stud.example.org")]),
        (
            "Name: Anna Muster\nStudent ID: 1000101\nEmail: a@stud.example.org",
            [("Anna Muster", "1000101", "a@stud.example.org")],
        ),
        (
            "Students: Anna Muster (1000101), Ben Beispiel (1000102)",
            [("Anna Muster", "1000101", ""), ("Ben Beispiel", "1000102", "")],
        ),
        ("| Anna Muster | 1000101 | a@stud.example.org |", [("Anna Muster", "1000101", "a@stud.example.org")]),
        ("Code: https://example.org/1000101/x and 3.1415926", []),
    ],
)
def test_members_from_the_head_of_a_document(text: str, members: list[tuple[str, str, str]]) -> None:
    assert [(m.name, m.student_id, m.email) for m in members_from_text(text, "a.md")] == members


def test_outputs_and_tags_are_gone(tmp_path: Path) -> None:
    cells, _, notice = read_notebook("a.ipynb", notebook("x = 1", "%matplotlib inline\ny = 2").encode())
    assert notice is None
    assert [cell.source for cell in cells] == ["x = 1", "%matplotlib inline\ny = 2"]


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"cells": 3}', b"\xff\xfe\x00", b"[" * 100_000])
def test_damaged_notebook_is_a_notice(data: bytes) -> None:
    _, _, notice = read_notebook("a.ipynb", data)
    assert notice is not None
    assert notice.code == "notebook"


def test_the_notebook_with_the_targets_is_run(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {"scratch.ipynb": notebook("x = 1"), "model.ipynb": notebook("class Model: pass")}
    path = tmp_path / "Muster_1000101.zip"
    path.write_bytes(zipped_names(files))
    submission = open_submission(Source(path.name, path), targets=["Model"])
    assert submission.cells[0].origin == "model.ipynb, cell 1"
    assert "several-notebooks" in [notice.code for notice in submission.notices]


def test_a_tree_is_imported_module_by_module(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "submission/lib/models.py": "class Model: pass",
        "submission/lib/other.py": "x = 1",
    }
    path = tmp_path / "a.zip"
    path.write_bytes(zipped_names(files))
    submission = open_submission(Source(path.name, path), targets=["Model"])
    assert [(cell.origin, cell.module) for cell in submission.cells] == [("lib/models.py", "lib.models")]
    assert "import_module('lib.models')" in submission.cells[0].code


def test_disagreeing_authors_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "Muster_1000101_Beispiel_1000102.zip"
    path.write_bytes(zipped_names({"a.md": "# Sheet\nAnna Muster (1000101), Cem Sample (1000103)\n"}))
    submission = open_submission(Source(path.name, path), roster={"1000101": Member("Anna Muster", "1000101")})
    codes = [notice.code for notice in submission.notices]
    assert codes.count(NoticeCode.members_differ) == 1
    assert codes.count(NoticeCode.not_in_roster) == 2


def test_bulk_folder_of_archives_folders_and_files(tmp_path: Path) -> None:
    (tmp_path / "Muster_1000101.zip").write_bytes(zipped_names({"a.md": "x"}))
    (tmp_path / "Beispiel_1000102.ipynb").write_text(notebook("x = 1"))
    (tmp_path / "exercise-sample-octocat").mkdir()
    (tmp_path / "exercise-sample-octocat" / "a.py").write_text("x = 1")
    (tmp_path / "intake.csv").write_text("file,received\n")
    (tmp_path / "__MACOSX").mkdir()
    names = [source.name for source in discover([tmp_path])]
    assert names == ["Beispiel_1000102.ipynb", "Muster_1000101.zip", "exercise-sample-octocat"]


def test_moodle_download_as_one_zip(tmp_path: Path) -> None:
    inner = zipped_names({"a.md": "x"})
    path = tmp_path / "DL-Exercise 7-4711.zip"
    path.write_bytes(
        zipped_names({
            "Team One_101_assignsubmission_file/Muster_1000101.zip": inner,
            "Team Two_102_assignsubmission_file/a.ipynb": notebook("x = 1"),
            "Team Two_102_assignsubmission_file/b.md": "x",
        })
    )  # fmt: skip
    found = [(source.label, source.name, sorted(source.read().files)) for source in discover([path])]
    assert found == [
        ("Team One", "Muster_1000101.zip", ["a.md"]),
        ("Team Two", "Team Two_102_assignsubmission_file", ["a.ipynb", "b.md"]),
    ]


def test_zip_of_zips_and_a_folder_that_is_one_submission(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(zipped_names({f"T{n}_100010{n}.zip": zipped_names({"a.md": "x"}) for n in (1, 2)}))
    assert [source.name for source in discover([path])] == ["T1_1000101.zip", "T2_1000102.zip"]
    tree = tmp_path / "tree"
    (tree / "lib").mkdir(parents=True)
    (tree / "lib" / "models.py").write_text("x = 1")
    (tree / "answers.md").write_text("x")
    assert [source.name for source in discover([tree])] == ["tree"]


def test_nothing_found_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="not found"):
        discover([tmp_path / "none"])
    with pytest.raises(GraderError, match="no submissions found"):
        discover([tmp_path])


def test_received_time_comes_from_the_intake_list_only(tmp_path: Path) -> None:
    path = tmp_path / "Muster_1000101.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.md", (1999, 1, 1, 0, 0, 0)), "x")
    intake = tmp_path / "intake.csv"
    intake.write_text("file,received\nMuster_1000101.zip,2025-01-29T20:00:00+01:00\n")
    assert open_submission(Source(path.name, path)).received is None
    received = open_submission(Source(path.name, path), intake=read_intake(intake).by_key).received
    assert received == datetime(2025, 1, 29, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [("2025-01-29 20:00", "the time 2025-01-29 20:00 has no time zone"), ("yesterday", "not a time: 'yesterday'")],
)
def test_a_time_that_cannot_be_used_is_that_of_one_submission(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "intake.csv").write_text(f"file,received\na.zip,{text}\nb.zip,2025-01-29T20:00Z\n")
    times = read_intake(tmp_path / "intake.csv").by_key
    assert isinstance(times["a.zip"], UnreadTime)
    assert why in times["a.zip"].why
    assert times["b.zip"] == datetime(2025, 1, 29, 20, tzinfo=UTC)


def test_a_list_of_times_without_its_columns_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "intake.csv").write_text("name,time\n")
    with pytest.raises(GraderError, match=":1: missing column file, received; required are file, received; found name"):
        read_intake(tmp_path / "intake.csv")


def test_roster_with_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes("\ufeffname;id;email\nZoë Müller;1000101;z@stud.example.org\n".encode())
    assert read_roster(path)["1000101"] == Member("Zoë Müller", "1000101", "z@stud.example.org", "roster")


def test_files_of_one_team_that_lie_flat_belong_together(tmp_path: Path) -> None:
    for name in ("A_1000101_B_1000102.ipynb", "A_1000101_B_1000102.md", "C_1000103_D_1000104.md"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "Alex Kim_101_assignsubmission_file_answers.md").write_text("x")
    (tmp_path / "Alex Kim_101_assignsubmission_file_model.ipynb").write_text("{}")
    found = {source.name: sorted(source.read().files) for source in discover([tmp_path])}
    assert found == {
        "A_1000101_B_1000102": ["A_1000101_B_1000102.ipynb", "A_1000101_B_1000102.md"],
        "Alex Kim_101": ["answers.md", "model.ipynb"],
        "C_1000103_D_1000104.md": ["C_1000103_D_1000104.md"],
    }


def test_a_file_that_cannot_be_opened_is_a_submission_that_needs_review(tmp_path: Path) -> None:
    (tmp_path / "A_1000101.zip").write_bytes(zipped_names({"a.md": "x"}))
    (tmp_path / "B_1000102.rar").write_bytes(b"Rar!")
    sources = discover([tmp_path])
    assert [source.name for source in sources] == ["A_1000101.zip", "B_1000102.rar"]
    assert str(open_submission(sources[1]).unread) == "B_1000102.rar cannot be opened: unsupported file format."


def test_a_teams_own_zip_of_two_zips_is_one_submission(tmp_path: Path) -> None:
    path = tmp_path / "A_1000101_B_1000102.zip"
    inner: dict[str, bytes | str] = {
        "code.zip": zipped_names({"m.py": "x"}),
        "answers.zip": zipped_names({"a.md": "x"}),
    }
    path.write_bytes(zipped_names(inner))
    (source,) = discover([path])
    assert sorted(source.read().files) == ["answers/a.md", "code/m.py"]


def test_a_bad_entry_in_a_bulk_download_does_not_stop_the_rest(tmp_path: Path) -> None:
    whole = bytearray(zipped_names({f"T{n}_100010{n}.zip": zipped_names({"a.md": "x" * 500}) for n in (1, 2)}))
    whole[70] ^= 0xFF
    path = tmp_path / "all.zip"
    path.write_bytes(bytes(whole))
    found = [open_submission(source) for source in discover([path])]
    assert [bool(submission.unread) for submission in found] == [True, False]


def test_a_damaged_file_does_not_cost_the_others(tmp_path: Path) -> None:
    whole = bytearray(zipped_names({"a_plot.png": "p" * 500, "answers.md": "text"}))
    whole[43] ^= 0xFF
    path = tmp_path / "A_1000101.zip"
    path.write_bytes(bytes(whole))
    submission = open_submission(Source(path.name, path))
    assert list(submission.files) == ["answers.md"]
    assert "a_plot.png is damaged" in str(submission.unread)


@pytest.mark.parametrize(
    ("cells", "serious"),
    [
        (("class Model: size = 3",), []),
        (("class Model: size = 3", "x = Model()"), ["which-notebook"]),
        (("class Model: size = 4",), ["which-notebook"]),
    ],
    ids=["a copy", "the same class and more", "another class"],
)
def test_two_notebooks_with_the_same_classes_are_a_doubt(
    tmp_path: Path, cells: tuple[str, ...], serious: list[str]
) -> None:
    path = tmp_path / "A_1000101.zip"
    files = {"ex7.ipynb": notebook("class Model: size = 3"), "ex7_solution.ipynb": notebook(*cells)}
    path.write_bytes(zipped_names(dict(files)))
    submission = open_submission(Source(path.name, path), targets=["Model"])
    assert [n.code for n in submission.notices if n.serious] == serious


def test_modules_run_before_a_notebook_that_only_uses_them(tmp_path: Path) -> None:
    path = tmp_path / "A_1000101.zip"
    path.write_bytes(zipped_names({"lib/models.py": "class Model: pass", "plots.IPYNB": notebook("x = 1")}))
    submission = open_submission(Source(path.name, path), targets=["Model"])
    assert [(cell.number, cell.origin) for cell in submission.cells] == [
        (1, "lib/models.py"),
        (2, "plots.IPYNB, cell 1"),
    ]


def test_names_that_are_no_text_are_replaced() -> None:
    assert Source("M\udcfcller.zip").name == "M?ller.zip"


def test_a_file_that_stands_twice_in_the_intake_list_has_no_time(tmp_path: Path) -> None:
    text = "file,received\na.zip,2025-01-20T10:00+01:00\na.zip,2025-02-20T10:00+01:00\n"
    (tmp_path / "intake.csv").write_text(text)
    found = read_intake(tmp_path / "intake.csv").by_key["a.zip"]
    assert isinstance(found, UnreadTime)
    assert "is listed twice with different times" in found.why


@pytest.mark.parametrize("text", ["Team 7, 20250129", "We trained on 1000000 samples in the end"])
def test_dates_and_counts_are_no_students(text: str) -> None:
    assert members_from_text(text, "a.md") == ()


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("2400017_Kron_2400018_Brand.zip", [("Kron", "2400017"), ("Brand", "2400018")]),
        ("Kron-2400017.zip", [("Kron", "2400017")]),
        ("Kron_2400017 (1).zip", [("Kron", "2400017")]),
        ("Kron_2400017(2).zip", [("Kron", "2400017")]),
        ("Kron_2400017.tar.xz", [("Kron", "2400017")]),
        ("Kron_20250115.zip", []),
        ("ex7_20250115_Kron_2400017.zip", [("Kron", "2400017")]),
    ],
)
def test_members_from_unusual_file_names(name: str, members: list[tuple[str, str]]) -> None:
    assert [(m.name, m.student_id) for m in members_from_name(name)] == members


def test_text_adds_nobody_to_the_members_of_the_file_name(tmp_path: Path) -> None:
    path = tmp_path / "Kron_2400017.zip"
    path.write_bytes(zipped_names({"a.md": "# Report\nTraining Steps (id 100000)\nIda Kron 2400017 ida@uni.example\n"}))
    submission = open_submission(Source(path.name, path))
    assert list(known_people(submission.members)) == [KnownPerson("Kron", "2400017", "ida@uni.example")]
    assert NoticeCode.members_differ not in [notice.code for notice in submission.notices]

"""What is checked where a student names a notebook, a folder or a zip: the same as will be submitted."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.student.submitted_files import is_in_archive, work_of, zip_of
from tests.student.small_notebook import notebook


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a student, with what belongs to the notebook and what does not."""
    notebook(tmp_path / "work.ipynb", "import nets\nfrom lib.parts import x", "open('data/train.csv')")
    notebook(tmp_path / "old.ipynb", "x = 1")
    for name in ("answers.md", "nets.py", "lib/parts.py", "other/unused.py", "data/train.csv", "data/large.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    for name in ("sheet.student.yaml", "requirements.txt", ".hidden.md", "earlier.zip", "work.ipynb.txt"):
        (tmp_path / name).write_text("x")
    return tmp_path


def test_a_notebook_comes_with_its_answers_modules_and_named_files(folder: Path) -> None:
    source = work_of(folder / "work.ipynb")
    assert [name for name, _ in source.parts] == [
        "work.ipynb", "answers.md", "nets.py", "data/train.csv", "lib/parts.py"
    ]  # fmt: skip
    assert not is_in_archive(source)
    assert set(source.read().files) == {name for name, _ in source.parts}


def test_the_zip_has_the_files_that_are_checked_and_the_same_bytes_each_time(folder: Path) -> None:
    source = work_of(folder / "work.ipynb")
    made = zip_of(source, folder / "Muster_1000101.zip")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert sorted(archive.namelist()) == sorted(name for name, _ in source.parts)
    assert zip_of(source, folder / "Muster_1000101.zip") == made


def test_the_zip_of_a_folder_has_no_earlier_zip_and_not_the_pack(folder: Path) -> None:
    (folder / "mine.zip").write_bytes(zip_of(work_of(folder), folder / "mine.zip"))
    with zipfile.ZipFile(io.BytesIO(zip_of(work_of(folder), folder / "mine.zip"))) as archive:
        names = archive.namelist()
    assert "old.ipynb" in names
    assert not {"mine.zip", "earlier.zip", "sheet.student.yaml"} & set(names)


@pytest.mark.parametrize(
    ("name", "to", "words"),
    [
        ("nowhere.ipynb", "", "not found"),
        ("work.ipynb", "work.tar", "ends in .zip"),
        ("whole.zip", "new.zip", "is an archive already"),
    ],
    ids=["nothing", "another archive", "a zip of a zip"],
)
def test_what_cannot_be_checked_is_a_message_with_what_to_do(folder: Path, name: str, to: str, words: str) -> None:
    with zipfile.ZipFile(folder / "whole.zip", "w") as archive:
        archive.write(folder / "work.ipynb", "work.ipynb")
    with pytest.raises(GraderError, match=words):
        zip_of(work_of(folder / name), folder / to)

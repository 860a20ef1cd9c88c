"""Files of the course that lie beside every submission."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import RubricError
from grader.model import Submission
from grader.rubric import course_files
from grader.rubric.course_files import with_course_files
from grader.rubric.load import read_rubric

RUBRIC = "rubric: 1\ntitle: T\npoints: 0\nexecute: {files: [%s]%s}\nquestions: []\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "given" / "data").mkdir(parents=True)
    (tmp_path / "tools.py").write_bytes(b"a = 1\n")
    (tmp_path / "given" / "data" / "x.csv").write_bytes(b"1\n")
    (tmp_path / "given" / "__pycache__").mkdir()
    (tmp_path / "given" / "__pycache__" / "tools.pyc").write_bytes(b"")
    return tmp_path


def course(folder: Path, files: str, more: str = "") -> dict[str, bytes]:
    (folder / "r.yaml").write_text(RUBRIC % (files, more))
    return read_rubric(folder / "r.yaml").course_files


def test_files_and_folders(folder: Path) -> None:
    assert course(folder, "tools.py, given") == {"tools.py": b"a = 1\n", "given/data/x.csv": b"1\n"}
    assert course(folder, "given/") == {"data/x.csv": b"1\n"}


def test_a_file_that_is_not_there_is_a_mistake_with_its_line(folder: Path) -> None:
    with pytest.raises(RubricError, match=r"r.yaml:4: execute.files.*'nothing.py' cannot be read: No such file"):
        course(folder, "tools.py, nothing.py")


def test_too_much_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course_files, "MAX_BYTES", 3)
    with pytest.raises(RubricError, match="more than 2000 files or 0 MiB"):
        course(folder, "tools.py")


@pytest.mark.parametrize(("more", "counts"), [("", b"a = 1\n"), (", same_name: team", b"mine")])
def test_whose_file_counts(folder: Path, more: str, counts: bytes) -> None:
    course(folder, "tools.py, given", more)
    own = Submission("t", "t.zip", "d", files={"tools.py": b"mine", "answer.md": b""})
    laid = with_course_files(own, read_rubric(folder / "r.yaml"))
    assert dict(laid.laid_out) == {"tools.py": counts, "answer.md": b"", "given/data/x.csv": b"1\n"}
    assert laid.files == own.files
    assert laid.course_digest
    assert not own.course_digest

"""Files that an assignment names are copied, and nothing from outside of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.importers import given_files
from grader.importers.assignment import Assignment
from grader.importers.given_files import add_files


def test_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "in" / "data").mkdir(parents=True)
    (tmp_path / "in" / "data" / "a.csv").write_text("1")
    (tmp_path / "secret").write_text("2")
    (tmp_path / "in" / "data" / "link").symlink_to(tmp_path / "secret")
    found = Assignment("t", "f")
    add_files(found, tmp_path / "in", ["data", "../secret", "gone"], "here")
    assert found.files == {"data/a.csv": b"1"}
    assert [one.what for one in found.left_out] == [
        "the file ../secret lies outside of the assignment",
        "the file gone is not there",
    ]


def test_a_single_name_and_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("1")
    found = Assignment("t", "f")
    add_files(found, tmp_path, "a", "here")
    assert found.files == {"a": b"1"}
    monkeypatch.setattr(given_files, "MAX_FILES", 0)
    with pytest.raises(GraderError, match="more than 0 files"):
        add_files(found, tmp_path, "a", "here")

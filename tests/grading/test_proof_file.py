"""How many mutants a rubric notices is kept beside it, and forgotten when something changes that it depends on."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.grading import proof_file
from grader.grading.proof_file import read_strength, write_strength
from grader.rubric.load import read_rubric
from tests.small_course import RUBRIC, course


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    rubric = course(tmp_path)
    assert read_strength(rubric) is None
    write_strength(rubric, 37, 40)
    assert read_strength(read_rubric(tmp_path / "rubric.yaml")) == (37, 40)
    assert (tmp_path / ".grader" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("change", ["rubric", "solution", "module", "grader"])
def test_a_change_forgets_it(tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_strength(course(tmp_path), 37, 40)
    if change == "rubric":
        (tmp_path / "rubric.yaml").write_text(RUBRIC.replace("Two functions", "Functions"))
    elif change == "solution":
        (tmp_path / "solution.py").write_text("x = 1\n")
    elif change == "module":
        (tmp_path / "more.py").write_text("x = 1\n")
    else:
        monkeypatch.setattr(proof_file, "code_digest", lambda: "another version")
    assert read_strength(read_rubric(tmp_path / "rubric.yaml")) is None


def test_a_change_of_the_sheet_forgets_it(tmp_path: Path) -> None:
    course(tmp_path)
    (tmp_path / "sheet.md").write_text("Exercise 1\n")
    (tmp_path / "rubric.yaml").write_text(RUBRIC.rstrip() + "\nsheet: [sheet.md]\n")
    write_strength(read_rubric(tmp_path / "rubric.yaml"), 37, 40)
    assert read_strength(read_rubric(tmp_path / "rubric.yaml")) == (37, 40)
    (tmp_path / "sheet.md").write_text("Exercise 2\n")
    assert read_strength(read_rubric(tmp_path / "rubric.yaml")) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"rubric": 3}'])
def test_a_damaged_file_counts_as_none(tmp_path: Path, content: str) -> None:
    rubric = course(tmp_path)
    write_strength(rubric, 1, 2)
    (tmp_path / ".grader" / "proof-rubric.json").write_text(content)
    assert read_strength(rubric) is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    rubric = course(tmp_path)
    (tmp_path / ".grader").write_text("a file in the place of the folder")
    write_strength(rubric, 1, 2)
    assert read_strength(rubric) is None


def test_the_hash_does_not_depend_on_how_the_rubric_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_strength(course(tmp_path / "course"), 1, 2)
    monkeypatch.chdir(tmp_path)
    assert read_strength(read_rubric(Path("course/rubric.yaml"))) == (1, 2)
    monkeypatch.chdir(tmp_path / "course")
    assert read_strength(read_rubric(Path("rubric.yaml"))) == (1, 2)

"""ILIAS's download: folders with last name, first name, login and user number."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.ingest.discover import survey
from tests.ingest.layouts.forty import Student, owner, read_both, students, written


def folder(one: Student) -> str:
    first, _, last = one.name.rpartition(" ")
    return f"{last}_{first}_{one.login}_{one.number}"


@pytest.mark.parametrize("above", ["", "Exercise 7/Submissions/"], ids=["inside", "from the top"])
def test_one_submission_for_each_folder(tmp_path: Path, above: str) -> None:
    files = {f"{above}{folder(one)}/{file}": one.content(file) for one in students() for file in one.files}
    for found in read_both(tmp_path, files, "ilias", students()):
        logins = {owner(source): source.members[-1].platform_id for source in found.sources}
        assert logins == {one.number: f"ilias:{one.login}" for one in students()}
        assert {source.team for source in found.sources} >= {"Änne Größe-Probe", "Ida von der Kron"}


def test_folders_with_student_ids_are_not_those_of_ilias(tmp_path: Path) -> None:
    files = {f"Kron_240001{n}_Brand_240002{n}/answers.md": b"x" for n in range(3)}
    for path in written(tmp_path, files):
        found = survey([path])
        assert [one.name for one in found.layouts] == ["folders"]
        assert len(found.sources) == 3

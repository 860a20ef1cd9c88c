"""Clones of GitHub Classroom, from the folder of all clones and from inside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.ingest.discover import survey
from tests.ingest.layouts.forty import owner, read_both, students, written


@pytest.mark.parametrize("above", ["", "ex7-submissions/"], ids=["inside", "from the top"])
def test_one_submission_for_each_clone(tmp_path: Path, above: str) -> None:
    files = {f"{above}ex7-{one.login}/{file}": one.content(file) for one in students() for file in one.files}
    files |= {f"{above}notes.txt": b"x", f"{above}ex7-{students()[0].login}/.git/HEAD": b"ref"}
    for found in read_both(tmp_path, files, "classroom", students()):
        assert {owner(source): source.members[-1].platform_id for source in found.sources} == {
            one.number: f"github:{one.login}" for one in students()
        }
        assert found.stray == ("notes.txt",)


def test_parts_of_one_submission_are_no_clones(tmp_path: Path) -> None:
    for path in written(tmp_path, {"ex7-code/net.py": b"x", "ex7-answers/a.md": b"x"}):
        try:
            found = survey([path])
        except GraderError as error:
            assert "--layout one" in str(error)  # noqa: PT017 - an archive is in doubt, a folder is not
        else:
            assert [one.name for one in found.layouts] == ["folders"]

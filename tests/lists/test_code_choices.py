"""The list in which a tutor names the code that counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.lists.code_choices import CodeChoice, choice_of, read_code_choices


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "code.csv"
    path.write_text("\n".join(["team,file,by,reason", *lines, ""]))
    return path


def test_the_files_of_a_team_are_one_choice(tmp_path: Path) -> None:
    path = written(
        tmp_path, "Team Ahorn,net.py,A. Tutor,the newer", "TEAM  AHORN,b.ipynb,A. Tutor,x", "Oda,c.py,B. Tutor,y"
    )
    found = read_code_choices(path)
    assert found["team ahorn"] == CodeChoice(("net.py", "b.ipynb"), "A. Tutor", "the newer", f"{path}:2", "Team Ahorn")
    assert choice_of(("moodle:7", "Team Ahorn"), found) == found["team ahorn"]
    assert choice_of(("Team Birke",), found) is None


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (("Ahorn,net.py,,x",), ":2: no by; a choice needs team,file,by,reason"),
        (("Ahorn,,T,x",), ":2: no file;"),
        (("Ahorn,net.py,T,x", "Ahorn,net.py,T,x"), ":3: net.py of Ahorn is listed twice; keep one line"),
    ],
    ids=["nobody", "no file", "twice"],
)
def test_a_line_that_cannot_be_used_is_an_error(tmp_path: Path, lines: tuple[str, ...], what: str) -> None:
    with pytest.raises(GraderError, match=what):
        read_code_choices(written(tmp_path, *lines))

"""`grader init`: what it prints, and mistakes in its arguments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import run
from tests.starting import solutions


@pytest.mark.kernel
def test_what_was_left_out_is_printed_with_its_reason(tmp_path: Path) -> None:
    done = run("init", "course", "--from", str(solutions.script(tmp_path)), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "course: a rubric with 2 checks (Net, make_data)",
        "  no check for train: an input is a Net, which a rubric cannot describe",
        "next: grader rubric try course/rubric.yaml",
    ]


def test_a_folder_with_files_and_a_missing_solution_are_messages(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "mine.md").write_text("mine")
    done = run("init", "course", cwd=tmp_path)
    assert (done.returncode, "exists already and is not empty" in done.stderr) == (2, True)
    done = run("init", "new", "--from", "nothing.py", cwd=tmp_path)
    assert (done.returncode, "nothing.py: does not exist" in done.stderr) == (2, True)
    assert not (tmp_path / "new").exists()

"""`grader import`: what it prints, and its exit codes."""

from __future__ import annotations

from pathlib import Path

from tests.command_line import run
from tests.importers import tutorials


def test_what_is_left_out_is_printed_and_makes_the_exit_code_1(tmp_path: Path) -> None:
    done = run("import", tutorials.write(tmp_path / "in", "nbgrader"), "--into", tmp_path / "course")
    assert done.returncode == 1
    assert "imported: a source notebook of nbgrader (4 questions, 6 points)" in done.stdout
    assert "left out: cell 4: " in done.stdout
    assert f"next: grader grade {tmp_path / 'course' / 'solution'}" in done.stdout
    check = run("rubric", "check", tmp_path / "course" / "rubric.yaml")
    assert (check.returncode, check.stderr) == (0, "")


def test_without_anything_left_out_the_exit_code_is_0(tmp_path: Path) -> None:
    cells = tutorials.nbgrader_cells()[4:6]
    (tmp_path / "a.ipynb").write_text(tutorials.notebook(cells))
    done = run("import", tmp_path / "a.ipynb", "--into", tmp_path / "course")
    assert (done.returncode, "left out" in done.stdout) == (0, False)


def test_a_mistake_of_the_user_is_a_sentence(tmp_path: Path) -> None:
    done = run("import", tmp_path, "--into", tmp_path / "course")
    assert done.returncode == 2
    assert "nothing to import was found" in done.stderr


def test_several_notebooks_become_several_courses(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.ipynb").write_text(tutorials.notebook(tutorials.nbgrader_cells()[4:6]))
    done = run("import", tmp_path, "--into", tmp_path / "courses")
    assert done.returncode == 0
    assert done.stdout.count("imported: ") == 2
    assert {path.name for path in (tmp_path / "courses").iterdir()} == {"a", "b"}
    assert (tmp_path / "courses" / "b" / "rubric.yaml").is_file()

"""A new course works at once: its rubric is valid, its solution passes, and its sample submission gets all points."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.grading.pipeline import grade
from grader.grading.solution import trials
from grader.ingest.discover import discover
from grader.model.proof import Trial
from grader.rubric.load import read_rubric
from grader.starting.course_folder import start_from, start_from_nothing
from tests.command_line import run
from tests.starting import solutions


def expect_to_work(course: Path) -> None:
    rubric = read_rubric(course / "rubric.yaml", references=True)
    assert {one.trial for one in trials(rubric, GradingOptions())} == {Trial.passes}
    [example] = discover([course / "submissions"])
    assert grade(example, rubric).report.grade.total == rubric.points


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("make", "checks", "left_out"),
    [
        (solutions.notebook, ("scaled", "pick", "Net"), {
            "never": "it was not called", "over": "an input is a builtin_function", "several": "any number of inputs"}),
        (solutions.tree, ("relu", "dense", "forward"), {}),
        (solutions.script, ("Net", "make_data"), {"train": "an input is a Net, which a rubric cannot describe"}),
    ],
)  # fmt: skip
def test_a_solution_becomes_a_course_that_works_without_an_edit(
    tmp_path: Path, make: Callable[[Path], Path], checks: tuple[str, ...], left_out: dict[str, str]
) -> None:
    made = start_from(make(tmp_path), tmp_path / "course", GradingOptions())
    assert sorted(made.checks) == sorted(checks)
    why = dict(made.left_out)
    assert why.keys() == left_out.keys()
    assert all(words in why[target] for target, words in left_out.items())
    assert made.errors == ()
    text = (tmp_path / "course" / "rubric.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    assert all(f"# No check for {target}: " in text for target in left_out)
    expect_to_work(tmp_path / "course")


@pytest.mark.kernel
def test_a_course_from_nothing_works(tmp_path: Path) -> None:
    done = run("init", "course", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "course: a rubric with 3 checks (mean_vector, Classifier, tests)",
        "next: grader rubric try course/rubric.yaml",
    ]
    expect_to_work(tmp_path / "course")


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine")
    with pytest.raises(GraderError, match="exists already and is not empty; name a new folder"):
        start_from_nothing(tmp_path)
    with pytest.raises(GraderError, match="exists already"):
        start_from(solutions.script(tmp_path), tmp_path, GradingOptions())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.md", "train.py"]
    with pytest.raises(GraderError, match="does not exist; give a notebook"):
        start_from(tmp_path / "nothing.py", tmp_path / "new", GradingOptions())


@pytest.mark.kernel
def test_a_solution_in_which_nothing_is_called_leaves_no_folder(tmp_path: Path) -> None:
    (tmp_path / "alone.py").write_text("def never(x):\n    return x\n")
    with pytest.raises(GraderError, match=r"nothing in it can be checked\n  never: it was not called"):
        start_from(tmp_path / "alone.py", tmp_path / "new", GradingOptions())
    assert not (tmp_path / "new").exists()

"""A tutor chooses once which code of a submission counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.batch.regrade_one import BatchOrigin
from grader.ingest.chosen_code import with_choices, without_submission
from grader.ingest.open_submission import open_submission
from grader.ingest.source import Source
from grader.lists.code_choices import CodeChoice, read_code_choices
from grader.model import Status
from grader.results.output_folder import each_report
from grader.results.results_database import ResultsDatabase
from tests.command_line import run
from tests.ingest.test_archives import zipped_names
from tests.ingest.test_open_submission import notebook

RUBRIC = """
rubric: 1
title: One class
points: 1
targets: [Net]
questions:
  - {id: runs, title: It runs, points: 1, checks: [{kind: notebook_runs, id: runs, points: 1}]}
"""
FILES = {"a.ipynb": notebook("class Net: size = 1"), "b.ipynb": notebook("class Net: size = 2"), "answers.md": "x"}


def chosen(*files: str) -> CodeChoice:
    return CodeChoice(files, "A. Tutor", "the later one", "code.csv:2", "Ahorn")


def test_a_choice_is_for_the_submission_of_its_team(tmp_path: Path) -> None:
    choices = {"ahorn": chosen("a.ipynb"), "moodle:9": chosen("c.py")}
    first, second = with_choices([Source("x.zip", label="Ahorn"), Source("y.zip")], choices)
    assert (first.choice, second.choice) == (chosen("a.ipynb"), None)
    choices["birke"] = CodeChoice(("b.py",), "T", "r", "code.csv:4", "Birke")
    assert without_submission(choices, [first, second]) == ["code.csv:4: Birke"]


def test_chosen_files_run_and_others_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "Ahorn.zip"
    path.write_bytes(zipped_names({**FILES, "net.py": "class Net: size = 3", "use.py": "import net"}))
    for files in (("b.ipynb",), ("use.py", "b.ipynb")):
        submission = open_submission(Source(path.name, path, choice=chosen(*files)), targets=["Net"])
        assert {cell.place.file for cell in submission.cells} == set(files)
        assert {cell.place.file for cell in submission.other_modules} == {"a.ipynb", "net.py", "use.py"} - set(files)
        assert submission.passed_over == (("a.ipynb", "net.py") if files == ("b.ipynb",) else ("a.ipynb",))
        assert not submission.unread_code
        assert "A. Tutor chose the code that counts" in str(submission.notices[0].message)


def test_a_file_that_is_not_there_needs_review(tmp_path: Path) -> None:
    path = tmp_path / "Ahorn.zip"
    path.write_bytes(zipped_names(dict(FILES)))
    submission = open_submission(Source(path.name, path, choice=chosen("a.ipynb", "c.ipynb")), targets=["Net"])
    assert not submission.cells
    assert str(submission.unread_code) == "code.csv:2: c.ipynb is no code of this submission."


@pytest.mark.kernel
def test_without_a_choice_nothing_is_graded_and_with_one_everything(tmp_path: Path) -> None:
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "Ahorn_2400017.zip").write_bytes(zipped_names(dict(FILES)))
    command = ("grade", tmp_path / "in", "-r", tmp_path / "rubric.yaml", "-o", tmp_path / "out")
    assert run(*command).returncode == 1
    (report,) = each_report(tmp_path / "out")
    (finding,) = (scored.finding for question in report.grade.questions for scored in question.checks)
    assert finding.status is Status.needs_review
    assert str(finding.message) == "Net is defined in different ways in a.ipynb, b.ipynb, so nothing was run."
    assert {cell.place.file for cell in report.cells if cell.place} == {"a.ipynb", "b.ipynb"}, "both are shown"
    code = tmp_path / "code.csv"
    code.write_text("team,file,by,reason\nAhorn_2400017,b.ipynb,A. Tutor,the later one\nOda,x.py,A. Tutor,y\n")
    assert len(read_code_choices(code)) == 2
    done = run(*command, "--code", code)
    assert f"warning: {code}:3: Oda matches no submission" in done.stderr
    assert done.returncode == 0
    (report,) = each_report(tmp_path / "out")
    assert report.grade.total == 1
    records = ResultsDatabase(tmp_path / "out")
    values = json.loads(records.origin(2))
    origin = BatchOrigin(**{**values, "submissions": tuple(values["submissions"])})
    again = origin.source(next(iter(records.rows()))).choice
    assert again is not None
    assert again.files == ("b.ipynb",), "the desk grades it again with the same code"
    assert "A. Tutor chose the code that counts: b.ipynb. the later one" in " ".join(
        str(n.message) for n in report.notices
    )

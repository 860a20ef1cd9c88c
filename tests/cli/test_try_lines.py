"""The lines and objects of a try with known answers and known submissions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import run
from tests.helpers import ROOT
from tests.small_course import SOLUTION, write_course

ANSWERS = """\
question,answer,expected
q4ii,75,full
q4ii,The answer is 48.,full
q4ii,I do not know.,wrong
"""


def test_answers_are_counted_and_those_that_differ_are_shown(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text(ANSWERS)
    done = run("rubric", "try", ROOT / "rubrics" / "cnn-rnn.yaml", "--answers", tmp_path / "answers.csv", "-j", "1")
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0] == f"{tmp_path / 'answers.csv'}: 1 of 3 answers as expected, 1 otherwise, 1 for a person"
    assert lines[1].startswith("differs: q4ii: expected full, found wrong (0 points): 'The answer is 48.': ")
    assert lines[2].startswith("needs review: q4ii: expected wrong, found review: 'I do not know.': ")
    assert len(lines) == 3


def test_answers_as_objects_have_all_that_a_program_needs(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("".join(ANSWERS.splitlines(True)[:2]))
    done = run(
        "rubric", "try", ROOT / "rubrics" / "cnn-rnn.yaml", "--answers", tmp_path / "answers.csv", "--json", "-j", "1"
    )
    [one] = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert one.keys() >= {"question", "answer", "status", "points", "cause", "reading"}
    assert (one["status"], one["points"], one["result"]) == ("full", "1", "agrees")


@pytest.mark.kernel
def test_differences_of_submissions_are_lines(tmp_path: Path) -> None:
    path = write_course(tmp_path / "course")
    folder = tmp_path / "known" / "team"
    folder.mkdir(parents=True)
    (folder / "answer.py").write_text(SOLUTION)
    (folder / "expected.yaml").write_text("{centred: failed, scaled: passed}")
    done = run("rubric", "try", path, "--submissions", tmp_path / "known", "-j", "1")
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0] == f"{tmp_path / 'known'}: 0 of 1 submission as expected"
    assert lines[1].startswith("differs: team: centred: expected failed, found passed: ")
    again = run("rubric", "try", path, "--submissions", tmp_path / "known", "-j", "1", "--json")
    assert [one["check"] for one in json.loads(again.stdout)["differences"]] == ["centred"]

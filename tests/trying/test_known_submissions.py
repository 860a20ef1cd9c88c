"""Submissions with a known grade: every difference is a line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.model import Status
from grader.trying.known_submissions import read_submissions, try_submissions
from tests.small_course import SOLUTION, course


def known(folder: Path, name: str, expected: str, **files: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / "expected.yaml").write_text(expected)
    for file, text in files.items():
        (folder / name / f"{file}.py").write_text(text)


@pytest.mark.kernel
def test_a_check_that_is_not_as_expected_is_a_difference(tmp_path: Path) -> None:
    rubric = course(tmp_path / "course")
    known(tmp_path / "known", "right", "{centred: passed, scaled: 1, style: needs_review}", answer=SOLUTION)
    wrong = SOLUTION.replace("x - x", "x + x")
    known(tmp_path / "known", "wrong", "{centred: passed, scaled: 1}", answer=wrong, more="y = 1\n")
    found = try_submissions(rubric, GradingOptions(), read_submissions(tmp_path / "known", rubric), 1)
    assert found[0] == []
    assert [(one.submission, one.check, one.expected, one.found) for one in found[1]] == [
        ("wrong", "centred", "passed", "failed"), ("wrong", "scaled", "1", "0"),
    ]  # fmt: skip


def test_what_lies_beside_the_file_is_the_submission(tmp_path: Path) -> None:
    rubric = course(tmp_path / "course")
    known(tmp_path, "one", "{centred: failed}", answer="x = 1")
    known(tmp_path, "two", "{scaled: 0.5}", answer="x = 1", more="y = 2")
    one, two = read_submissions(tmp_path, rubric)
    assert (one.name, one.source.name, set(one.source.read().files)) == ("one", "answer.py", {"answer.py"})
    assert (two.name, two.source.name, set(two.source.read().files)) == ("two", "two", {"answer.py", "more.py"})
    assert (one.expected, two.expected) == ({"centred": Status.failed}, {"scaled": Decimal("0.5")})


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ("{centered: passed}", "expected.yaml:1: centered: unknown check; did you mean 'centred'?"),
        ("centred: good", "expected.yaml:1: centred: expected a status (passed, failed,"),
        ("[]", "expected a mapping of checks to a status"),
    ],
)
def test_a_mistake_in_the_file_is_a_sentence(tmp_path: Path, expected: str, message: str) -> None:
    rubric = course(tmp_path / "course")
    known(tmp_path, "one", expected, answer="x = 1")
    with pytest.raises(GraderError) as error:
        read_submissions(tmp_path, rubric)
    assert message in str(error.value)


def test_a_folder_without_a_submission_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    rubric = course(tmp_path / "course")
    with pytest.raises(GraderError, match="no known submissions"):
        read_submissions(tmp_path, rubric)
    known(tmp_path, "one", "{}")
    with pytest.raises(GraderError, match="no submission beside"):
        read_submissions(tmp_path, rubric)

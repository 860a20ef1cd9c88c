"""Imported assignments give each team the points that the rules of otter, nbgrader and pytest give."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.importers.choose_format import read_assignment
from grader.importers.write_course import course_of, write_course
from grader.model import Status
from grader.rubric.load import read_rubric
from tests.helpers import grade_each
from tests.importers import tutorials


@pytest.mark.slow
@pytest.mark.parametrize("name", tutorials.NAMES)
def test_the_points_of_each_team(name: str, tmp_path: Path) -> None:
    course = tmp_path / "course"
    write_course(course_of(read_assignment(tutorials.write(tmp_path / "given", name))), course)
    rubric = read_rubric(course / "rubric.yaml", references=True)
    folders = {tutorials.submit(course / "solution", team, tmp_path / "in" / team): team for team in tutorials.TEAMS}
    found = {}
    for graded in grade_each(folders, rubric):
        checks = [one for question in graded.report.grade.questions for one in question.checks]
        tests = [one for one in checks if one.finding.kind == "tests"]
        assert {one.finding.status for one in tests} <= {Status.passed, Status.failed}, tests
        found[graded.report.source] = float(sum(one.earned or 0 for one in tests))
    assert found == tutorials.POINTS[name]

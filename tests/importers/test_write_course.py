"""Course folders: rubrics that are valid, points that add up, and everything that was left out named."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.importers.assignment import Assignment, CannotImport, Case, Question
from grader.importers.choose_format import read_assignment
from grader.importers.write_course import course_of, write_course
from grader.rubric.load import read_rubric
from tests.importers import tutorials


@pytest.mark.parametrize("name", tutorials.NAMES)
def test_every_imported_course_is_valid_and_has_all_points(name: str, tmp_path: Path) -> None:
    assignment = read_assignment(tutorials.write(tmp_path / "in", name))
    write_course(course_of(assignment), tmp_path / "course")
    rubric = read_rubric(tmp_path / "course" / "rubric.yaml", references=True)
    manual = 0 if name in ("pytest", "otter-files") else 2
    assert rubric.points == Decimal(str(tutorials.POINTS[name]["right"])) + manual


def _written(tmp_path: Path, *questions: Question) -> tuple[dict[str, list[tuple[str, Decimal | None]]], list[str]]:
    course = course_of(Assignment("T", "f", questions=list(questions), files={"a.csv": b""}))
    write_course(course, tmp_path)
    rubric = read_rubric(tmp_path / "rubric.yaml")
    assert rubric.execute.files == ("files/",)
    found = {one.id: [(check.kind, check.points) for check in one.checks] for one in rubric.questions}
    return found, list(map(str, course.left_out))


def test_a_test_that_is_left_out_is_graded_by_a_tutor(tmp_path: Path) -> None:
    cases = (
        Case("cell 1", "assert f()", points=Fraction(1, 3)),
        Case("cell 2", "%magic", points=Fraction(2, 3), mistake=CannotImport("it has a magic", "write it without")),
    )
    found, lines = _written(tmp_path, Question("q 1", "q 1", Fraction(1), cases))
    assert [kind for kind, _ in found["q-1"]] == ["tests", "manual"]
    assert sum(points or 0 for _, points in found["q-1"]) == 1
    assert lines == ["cell 2: a tutor grades this test (0.666667 points), as it has a magic; write it without"]


def test_all_or_nothing_is_one_test(tmp_path: Path) -> None:
    cases = tuple(
        Case(f"cell {n}", f"assert f({n})", points=Fraction(1), hint=h) for n, h in enumerate(("A.", "", "A."))
    )
    found, _ = _written(tmp_path, Question("q", "q", Fraction(3), cases, all_or_nothing=True))
    assert found == {"q": [("tests", 3)]}  # type: ignore[comparison-overlap]  # a whole Fraction equals an int
    text = (tmp_path / "tests" / "test_q.py").read_text()
    assert text.count("def test_") == 1
    assert text.count("assert") == 3
    assert "@pytest.mark.hint('A.')" in text


def test_a_question_without_points_is_a_note(tmp_path: Path) -> None:
    found, _ = _written(tmp_path, Question("q", "q", Fraction(0), (Case("a", "assert f()", points=Fraction(0)),)))
    assert found == {"q": [("tests", None)]}


def test_ids_are_made_different(tmp_path: Path) -> None:
    made = [Question(name, name, Fraction(1), guide="g") for name in ("submission", "a b", "a/b")]
    assert list(_written(tmp_path, *made)[0]) == ["submission-2", "a-b", "a-b-2"]


def test_a_course_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "rubric.yaml").write_text("mine")
    with pytest.raises(GraderError, match="is there already"):
        write_course(course_of(Assignment("T", "f")), tmp_path)
    assert (tmp_path / "rubric.yaml").read_text() == "mine"

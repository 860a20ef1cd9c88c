"""A course of several assignments: who stands where, whatever is still open."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from grader.course.course_schema import Admission, Least, parse_course, read_course
from grader.course.standings import Score, Standing, _standing, standings
from grader.errors import GraderError, RubricError
from tests.command_line import run
from tests.exports.conftest import RUBRIC, graded

__all__ = ["graded"]
ROSTER = (
    "name,id,email\nAnna Muster,1000101,\nBen Beispiel,1000777,ben@stud.example.org\nÄnne Größe-Probe,1000103,\n"
    "Otto Offen,1000104,\nNiemand Nirgends,1000199,\n"
)
COURSE = """
course: 1
title: Deep learning
roster: roster.csv
admission: {percent: 60}
assignments:
  - {id: ex7, rubric: words.yaml, results: RESULTS, points: 8}
  - {id: ex8, rubric: words.yaml, results: not-yet}
"""
Make = Callable[[str], Path]


@pytest.fixture
def made(tmp_path: Path, graded: Path) -> Make:
    def make(text: str) -> Path:
        (tmp_path / "words.yaml").write_text(RUBRIC)
        (tmp_path / "roster.csv").write_text(ROSTER)
        (tmp_path / "course.yaml").write_text(text.replace("RESULTS", str(graded)))
        return tmp_path / "course.yaml"

    return make


def test_points_are_on_the_courses_scale_and_unresolved_ones_are_ranges(made: Make) -> None:
    found = standings(read_course(made(COURSE)))
    spans = {one.member.name: (one.scores["ex7"].worst, one.scores["ex7"].best) for one in found.students}
    assert spans == {
        "Anna Muster": (5, 5), "Ben Beispiel": (5, 5), "Änne Größe-Probe": (Decimal("7.2"), Decimal("7.2")),
        "Otto Offen": (4, 8), "Niemand Nirgends": (0, 0),
    }  # fmt: skip
    assert {one.scores["ex8"] for one in found.students} == {Score(Decimal(0), Decimal(4), Decimal(4))}
    assert found.warnings == ("ex8: not graded yet",)
    assert [one.standing for one in found.students] == [
        Standing.possible, Standing.possible, Standing.admitted, Standing.possible, Standing.impossible
    ]  # fmt: skip


def score(worst: str, best: str | None = None) -> Score:
    return Score(Decimal(worst), Decimal(best or worst), Decimal(10))


@pytest.mark.parametrize(
    ("rule", "scores", "standing"),
    [
        (Admission(percent=Decimal(60)), [score("6"), score("6")], "admitted"),
        (Admission(percent=Decimal(60)), [score("6"), score("5.99")], "no longer possible"),
        (Admission(percent=Decimal(60)), [score("6"), score("5.99", "6")], "still possible"),
        (Admission(each=Decimal(20)), [score("10"), score("1.99")], "no longer possible"),
        (Admission(each=Decimal(20)), [score("10"), score("2")], "admitted"),
        (Admission(least=Least(assignments=2, percent=Decimal(50))), [score("5"), score("5"), score("0")], "admitted"),
        (Admission(least=Least(assignments=2, percent=Decimal(50))), [score("9"), score("4", "5")], "still possible"),
        (Admission(percent=Decimal(30), each=Decimal(20)), [score("9"), score("1")], "no longer possible"),
        (None, [score("1")], ""),
    ],
    ids=["exactly", "just below", "open", "each below", "each exactly", "two of three", "one open", "both", "no rule"],
)
def test_who_is_admitted(rule: Admission | None, scores: list[Score], standing: str) -> None:
    assert _standing(rule, scores) == standing


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("title: Deep learning\n", ""), "title: missing key"),
        (("percent: 60", "percent: 160"), "course.yaml:4: admission.percent"),
        (("percent: 60", "persent: 60"), "did you mean 'percent'"),
        (("{percent: 60}", "{}"), "no condition"),
        (("id: ex8", "id: ex7"), "duplicate id 'ex7'"),
        (("results: not-yet", "results: RESULTS"), "another assignment has the same results folder"),
        (("{percent: 60}", "{least: {assignments: 3, percent: 50}}"), "the course has only 2 assignments"),
        (("course: 1", "- course"), "course.yaml"),
    ],
    ids=["missing", "above 100", "unknown key", "empty rule", "twice", "same results", "too many", "no mapping"],
)
def test_mistakes_are_reported_with_their_lines(change: tuple[str, str], problem: str) -> None:
    with pytest.raises(RubricError, match=problem):
        parse_course(COURSE.lstrip().replace(*change), "course.yaml")


def test_a_student_who_is_not_in_the_roster_is_reported(made: Make, tmp_path: Path) -> None:
    path = made(COURSE)
    (tmp_path / "roster.csv").write_text("name,id\nAnna Muster,1000101\n")
    told = standings(read_course(path)).warnings
    assert sum("is not on the roster" in line for line in told) == 3


def test_the_command_prints_and_writes(made: Make, tmp_path: Path) -> None:
    path = made(COURSE)
    done = run("course", path, "--csv", tmp_path / "all.csv")
    assert done.returncode == 1
    assert "4–8" in done.stdout
    assert "warning: ex8: not graded yet" in done.stderr
    rows = list(csv.DictReader((tmp_path / "all.csv").open(encoding="utf-8")))
    assert [row["admission"] for row in rows][2] == "admitted"
    told = json.loads(run("course", path, "--json").stdout)
    assert told[3]["assignments"]["ex7"] == {"worst": "4.00", "best": "8.00", "maximum": "8", "open": True}
    assert json.loads(run("course", "--schema").stdout)["title"] == "grader course"


@pytest.mark.parametrize(
    ("text", "told"),
    [("roster: nobody.csv", "nobody.csv: cannot be read"), ("roster: words.yaml", "missing column name")],
    ids=["missing", "no list"],
)
def test_mistakes_of_the_user_are_reported(made: Make, text: str, told: str) -> None:
    path = made(COURSE.replace("roster: roster.csv", text))
    with pytest.raises(GraderError, match=told):
        standings(read_course(path))
    assert run("course", path).returncode == 2


def test_all_assignments_are_graded_at_once(made: Make, tmp_path: Path) -> None:
    text = COURSE.replace("results: RESULTS, points: 8}", "results: out7, submissions: [in7], intake: in7.csv}")
    path = made(text)
    (tmp_path / "in7").mkdir()
    words = "# Exercise 1\nBecause.\n\n# Exercise 2\nSo.\n\n# Exercise 3\nMore.\n"
    (tmp_path / "in7" / "Muster_1000101.md").write_text(words)
    (tmp_path / "in7.csv").write_text("file,received\nMuster_1000101.md,2025-01-30T12:00:00+01:00\n")
    done = run("course", path, "--grade")
    assert done.returncode == 1
    assert "Muster_1000101: 2.7 of 4 points, 1 to review" in done.stderr
    anna = next(line for line in done.stdout.splitlines() if line.strip().startswith("Anna Muster"))
    assert "2.7–5" in anna


@pytest.mark.parametrize(
    ("points", "worst", "best"),
    [("+1", "3", "5"), ("-1", "1", "3"), ("=1", "1", "1")],
    ids=["more", "less", "exactly"],
)
def test_a_members_own_points_count_while_something_is_open(
    made: Make, tmp_path: Path, points: str, worst: str, best: str
) -> None:
    path = made(COURSE.replace("points: 8", "adjustments: own.csv"))
    (tmp_path / "own.csv").write_text(f"id,points,reason\n1000104,{points},agreed\n")
    otto = standings(read_course(path)).students[3].scores["ex7"]
    assert (otto.worst, otto.best) == (Decimal(worst), Decimal(best))


def test_how_late_is_not_known_and_may_cost_everything(made: Make, tmp_path: Path) -> None:
    path = made(COURSE.replace("results: RESULTS, points: 8}", "results: out7, submissions: [in7]}"))
    (tmp_path / "in7").mkdir()
    words = "# Exercise 1\nBecause.\n\n# Exercise 2\nSo.\n\n# Exercise 3\nMore.\n"
    (tmp_path / "in7" / "Muster_1000101.md").write_text(words)
    run("course", path, "--grade")
    anna = standings(read_course(path)).students[0].scores["ex7"]
    assert (anna.worst, anna.best) == (Decimal(0), Decimal(5))


def test_a_student_in_two_submissions_is_not_given_the_points_of_either(made: Make, tmp_path: Path) -> None:
    path = made(COURSE)  # one submission has her id, another one her email
    (tmp_path / "roster.csv").write_text("name,id,email\nAnna Muster,1000101,aenne@stud.example.org\n")
    found = standings(read_course(path))
    [warning] = [words for words in found.warnings if "two submissions" in words]
    assert warning.startswith("ex7: Anna Muster (1000101) is in two submissions, ")
    anna = found.students[0].scores["ex7"]
    assert anna.is_open
    assert anna == Score(Decimal(5), Decimal("7.2"), Decimal(8))


def test_of_two_scores_the_lower_one_is_certain_and_the_higher_one_possible() -> None:
    one, other = (Score(Decimal(worst), Decimal(best), Decimal(8)) for worst, best in ((2, 5), (3, 3)))
    assert one.or_else(other) == other.or_else(one) == Score(Decimal(2), Decimal(5), Decimal(8))


@pytest.mark.parametrize(
    "changes",
    [
        [("id: length", "id: long")],
        [("points: 4", "points: 5"), ("points: 1\n    answer: {number: [\"2\"", "points: 2\n    answer: {number: [\"2\""),
         ("points: 1, most: 3", "points: 2, most: 3")],
    ],
    ids=["other checks", "other points"],
)  # fmt: skip
def test_results_of_another_rubric_are_pointed_at(made: Make, tmp_path: Path, changes: list[tuple[str, str]]) -> None:
    path, text = made(COURSE), RUBRIC
    for change in changes:
        assert change[0] in text
        text = text.replace(*change)
    (tmp_path / "words.yaml").write_text(text)
    assert any("was graded with a rubric other" in line for line in standings(read_course(path)).warnings)


def test_an_email_of_two_students_is_neithers(made: Make, tmp_path: Path) -> None:
    path = made(COURSE)
    same = "ben@stud.example.org"
    (tmp_path / "roster.csv").write_text(f"name,id,email\nBen Beispiel,1000777,{same}\nBen Anders,1000778,{same}\n")
    found = standings(read_course(path))
    assert [one.scores["ex7"].best for one in found.students] == [0, 0]
    assert any("Beispiel (Gruppe Blau) is not on the roster" in line for line in found.warnings)


@pytest.mark.parametrize("key", ["submission_times", "intake"])
def test_submission_times_may_have_their_old_name(key: str) -> None:
    text = COURSE.lstrip().replace("points: 8", f"{key}: times.csv")
    assert parse_course(text, "course.yaml").assignments[0].submission_times == Path("times.csv")

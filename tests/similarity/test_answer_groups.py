"""Groups of unresolved answers, decisions on them, and the table of decisions."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.model import GroupDecision, Report
from grader.results.output_folder import read_reports
from grader.results.results_database import NAME, ResultsDatabase
from grader.rubric.load import parse_rubric
from grader.rubric.schema import Rubric
from grader.similarity.answer_groups import open_groups
from tests.batches import graded
from tests.command_line import run

RUBRIC = """
rubric: 1
title: Gradients
points: 3
questions:
  - id: q1
    title: The gradient
    points: 1
    answer: {number: ["1"]}
    checks:
      - {kind: expression, id: gradient, points: 1, gives: g, names: {A: [m, n], x: [n], b: [m]}, equals: "2 A^T (A x - b)"}
  - id: q2
    title: Why
    points: 2
    answer: {number: ["2"]}
    checks:
      - {kind: manual, id: why, points: 2, guide: "Says that the loss is convex."}
"""
WHY = "The loss is a square of something linear, so it is convex and has a single valley to fall into."
ANSWERS = {
    "Anton_1000001_Berta_1000002": ("$g = A^T A x$", WHY),
    "Cesar_1000003_Dora_1000004": (r"We find $g = A^\top (A x + b) - A^\top b$", WHY.replace("single", "Single")),
    "Emil_1000005_Frieda_1000006": ("$g = A^T b$", WHY),
    "Gustav_1000007_Heidi_1000008": ("$g = 2 A^T (A x - b)$", "Because."),
}


@pytest.fixture
def rubric() -> Rubric:
    return parse_rubric(RUBRIC, "rubric.yaml")


@pytest.fixture
def folder(tmp_path: Path, rubric: Rubric) -> Path:
    """Four graded submissions and the rubric, in one folder."""
    for name, (formula, why) in ANSWERS.items():
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "answers.md").write_text(f"# Exercise 1\n{formula}\n\n# Exercise 2\n{why}\n")
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    override(tmp_path, rubric)
    return tmp_path


def override(folder: Path, rubric: Rubric) -> list[Report]:
    return graded([folder / "in"], rubric, folder / "out", GradingOptions(level="A"))


def test_equal_readings_are_one_group_and_near_words_point_at_each_other(folder: Path) -> None:
    groups = {group.teams: group for group in open_groups(read_reports(folder / "out"))}
    first, second, third, fourth = ANSWERS
    assert set(groups) == {(first, second), (third,), (first, third), (second,), (fourth,)}
    near = groups[(first, third)].near
    assert near == (groups[(second,)].id,)
    assert groups[(fourth,)].near == ()


def test_a_decision_holds_for_the_group_now_and_in_the_next_run(folder: Path, rubric: Rubric) -> None:
    first, second, third, _ = ANSWERS
    group = next(g for g in open_groups(read_reports(folder / "out")) if g.teams == (first, second))
    done = run(
        "decide", folder / "out", group.id, "--points", "0.25", "--by", "Tutor T", "--reason", "half of the terms"
    )
    assert done.returncode == 0, done.stderr
    assert "2 reports changed" in done.stdout
    for reports in (read_reports(folder / "out"), override(folder, rubric)):
        earned = {report.team: report.grade.questions[1].earned for report in reports}
        assert earned[first] == earned[second] == Decimal("0.25")
        assert earned[third] is None
        decided = next(report for report in reports if report.team == first).grade.questions[1].checks[0].override
        assert decided is not None
        assert decided.by == "Tutor T"
        assert decided.reason.startswith("half of the terms")
    page = next((folder / "out" / "reports").glob("Anton*.html")).read_text()
    assert "Graded by Tutor T: 0.25 points." in page
    again = run("decide", folder / "out", group.id, "--points", "0.5", "--by", "Tutor U", "--reason", "mistyped")
    assert "2 reports changed" in again.stdout, again.stderr
    assert {r.grade.questions[1].earned for r in read_reports(folder / "out")} == {Decimal("0.5"), None, Decimal(1)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ffffffff", "--points", "1"], "no group ffffffff"),
        (["GROUP", "--points", "2"], "the check has 0 to 1"),
        (["GROUP", "--points", "much"], "--points: not a number"),
    ],
)
def test_a_wrong_decision_is_refused_and_nothing_is_kept(folder: Path, arguments: list[str], message: str) -> None:
    listed = json.loads(run("groups", folder / "out", "--json").stdout)
    group = next(row["group"] for row in listed if row["check"] == "gradient")
    given = [group if word == "GROUP" else word for word in arguments]
    done = run("decide", folder / "out", *given, "--by", "T", "--reason", "r")
    assert done.returncode == 2
    assert message in done.stderr
    assert ResultsDatabase(folder / "out").decisions() == {}


def test_the_last_decision_counts_and_the_others_stay_as_history(tmp_path: Path) -> None:
    results = ResultsDatabase(tmp_path)
    for points in ("1", "0.5"):
        with results.writing() as tables:
            tables.group_decisions.add(GroupDecision("gradient", "value ab", Decimal(points), "T", "r", "$g$"))
    assert results.decisions()["gradient", "value ab"].points == Decimal("0.5")
    with sqlite3.connect(tmp_path / NAME) as connection:
        rows = connection.execute("SELECT points FROM group_decisions ORDER BY id").fetchall()
    assert rows == [("1",), ("0.5",)]


def test_a_file_of_another_kind_or_a_later_version_is_a_message(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("no database, but long enough to be looked at as one " * 20)
    with pytest.raises(GraderError, match="not a results database"):
        ResultsDatabase(tmp_path).decisions()
    (tmp_path / NAME).unlink()
    with ResultsDatabase(tmp_path).writing() as tables:
        tables.group_decisions.add(GroupDecision("c", "a", Decimal(1), "T", "r"))
    with sqlite3.connect(tmp_path / NAME) as connection:
        connection.execute("PRAGMA user_version=99")
    with pytest.raises(GraderError, match="later version"):
        ResultsDatabase(tmp_path).decisions()


def test_words_settle_nothing_where_something_else_than_words_may_count(tmp_path: Path, rubric: Rubric) -> None:
    """A picture, code, or a question that was changed since."""
    answers = {"Anton_1000001_Berta_1000002": "![image.png](attachment:image.png)", "Cesar_1000003_Dora_1000004": WHY}
    for name, why in answers.items():
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "answers.md").write_text(f"# Exercise 1\n$g = A^T b$\n\n# Exercise 2\n{why}\n")
    groups = open_groups(override(tmp_path, rubric))
    assert [group.teams for group in groups if group.check == "why"] == [("Cesar_1000003_Dora_1000004",)]
    other = parse_rubric(RUBRIC.replace("Says that the loss", "Shows that the loss"), "rubric.yaml")
    changed = open_groups(override(tmp_path, other))
    assert {g.answers for g in changed if g.check == "why"}.isdisjoint(g.answers for g in groups)

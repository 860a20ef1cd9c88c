"""What the tables say of questions: unresolved and graded by a person, of this batch only, in the rubric's order."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from grader.model import Status
from grader.model.message import say
from grader.results.questions import QuestionProgress, QuestionsTable
from grader.results.tables import Tables
from tests.results.rows import check, empty_tables, override, question, submission

TITLE = say("Part {n}", n=1)


@pytest.fixture
def tables() -> Iterator[Tables]:
    """A batch with a team that is graded, one that is not, one that a person graded, and a team of another batch."""
    with empty_tables() as made:
        rows = [
            submission(
                "Done",
                check("late", "z", Status.failed, "0"),
                check("own", "a", Status.passed, "1.50", "1.50"),
                check("note", "a", Status.passed, "0", "0"),
                questions=(question("z", "0", title=TITLE), question("a", "1.50"), question("empty", "0")),
            ),
            submission(
                "Open",
                check("late", "z", Status.passed, "0", "-1"),
                check("own", "a", Status.needs_review, None),
                check("more", "a", Status.error, None),
                questions=(question("z", "0", title=TITLE), question("a", None)),
            ),
            submission(
                "Hand",
                check("own", "a", Status.needs_review, "1", override=override("Hand", "own")),
                questions=(question("z", "0", title=TITLE), question("a", "1")),
            ),
        ]
        for row in rows:
            made.submissions.put(row, 7)
        other = submission("Other", check("own", "a", Status.needs_review, None), questions=(question("a", None),))
        made.submissions.put(other, 8)
        yield made


def test_progress_counts_submissions_and_not_checks(tables: Tables) -> None:
    assert tables.questions.progress(7) == [QuestionProgress("z", TITLE, 0, 0), QuestionProgress("a", "Q", 1, 1)]
    assert tables.questions.progress(8) == [QuestionProgress("a", "Q", 1, 0)]
    assert tables.questions.progress(9) == []


def test_unresolved_and_for_people(tables: Tables) -> None:
    assert tables.questions.unresolved(7, "a") == {"Open-d"}
    assert tables.questions.for_people(7, "a") == {"Open-d", "Hand-d"}
    assert tables.questions.for_people(7, "z") == set()
    assert tables.questions.unresolved(7, "nothing") == set()


def test_a_submission_that_was_dropped_is_in_no_question(tables: Tables) -> None:
    tables.submissions.drop("Open-d")
    assert tables.questions.unresolved(7, "a") == set()


def test_a_title_or_the_id(tables: Tables) -> None:
    assert (tables.questions.title("z"), tables.questions.title("gone")) == (TITLE, "gone")


def test_lines_are_the_checks_that_give_or_take_points(tables: Tables) -> None:
    assert list(tables.questions.lines(7, "a")) == ["own", "more"]
    assert tables.questions.lines(7, "z") == {"late": "Late"}
    assert tables.questions.lines(7, "nothing") == {}


def test_a_submission_with_a_check(tables: Tables) -> None:
    table: QuestionsTable = tables.questions
    assert table.submission_with(7, "a", "more") == "Open-d"
    assert table.submission_with(8, "a", "more") is None
    assert table.submission_with(7, "z", "more") is None


def test_points_of_every_submission(tables: Tables) -> None:
    found = [(one.question, one.submission, one.earned) for one in tables.questions.points(7)]
    assert [name for name, _, _ in found] == ["z", "z", "z", "a", "a", "a", "empty"]
    assert set(found) >= {("a", "Done-d", Decimal("1.50")), ("a", "Open-d", None), ("z", "Open-d", Decimal(0))}
    assert {one.points for one in tables.questions.points(7)} == {Decimal(2)}


def test_earned_leaves_out_what_is_unresolved_and_keeps_zero(tables: Tables) -> None:
    assert sorted(tables.questions.earned(7, "a")) == [Decimal(1), Decimal("1.50")]
    assert tables.questions.earned(7, "z") == [Decimal(0)] * 3
    assert tables.questions.earned(8, "a") == []


def test_failed_names_the_check_and_the_team(tables: Tables) -> None:
    [one] = tables.questions.failed(7)
    assert one == ("z", "late", "Late", "m", "Done-d", "Done")
    assert tables.questions.failed(8) == []


def test_each_submission_at_a_check_and_at_a_question(tables: Tables) -> None:
    states = {one.submission: (one.status, one.earned, one.by) for one in tables.questions.states(7, "a", "own")}
    assert states == {
        "Done-d": ("passed", Decimal("1.50"), None),
        "Open-d": ("needs_review", None, None),
        "Hand-d": ("needs_review", Decimal(1), "Tutor"),
    }
    assert tables.questions.of_question(7, "a") == {"Done-d": Decimal("1.50"), "Open-d": None, "Hand-d": Decimal(1)}
    assert tables.questions.of_question(7, "nothing") == {}


def test_questions_and_checks_come_in_the_order_of_the_rubric(tables: Tables) -> None:
    assert tables.questions.titles(7) == [("z", TITLE), ("a", "Q")]
    found = [(question, check) for question, check, _ in tables.questions.checks(7)]
    assert sorted(found) == [("a", "more"), ("a", "note"), ("a", "own"), ("z", "late")]
    assert [check for _, check, _ in tables.questions.checks(7, "z")] == ["late"]
    assert tables.questions.max_effects(7, "z").keys() == {"late"}

"""The index of a batch: cells and states of submissions, figures of questions, and what is left to do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from grader.model import Override, Status, say
from grader.model.message import NOTHING, Text
from grader.model.summary import CheckSummary, QuestionSummary, SubmissionSummary
from grader.report.class_index import class_index
from grader.report.pages import index_page

TWO = Decimal(2)


def check(status: Status, name: str = "c", late: bool = False, why: Text = NOTHING) -> CheckSummary:
    earned = None if status in (Status.needs_review, Status.error) else Decimal(0)
    group = "g" if why else ""
    return CheckSummary(name, "q", "outputs", name.title(), status, "Differs.", TWO, earned, group, None, late, why)


def row(
    team: str, earned: Sequence[str | None], *checks: CheckSummary, notices: tuple[Text, ...] = ()
) -> SubmissionSummary:
    points = [None if one is None else Decimal(one) for one in earned]
    questions = tuple(
        QuestionSummary(f"q{n}", f"Title {n}", TWO, False, one, Decimal("0.5") if one is None else one)
        for n, one in enumerate(points, 1)
    )
    whole = QuestionSummary("submission", "The submission", Decimal(0), False, Decimal(0), Decimal(0))
    certain = sum((question.certain for question in questions), Decimal(0))
    total = None if None in points else certain
    unresolved = tuple(one.check for one in checks if one.earned is None)
    return SubmissionSummary(
        team, team, "s", "d", (), TWO * len(points), certain, total, unresolved, notices, (whole, *questions), checks
    )


ROWS = [
    row("Ann", ["2", "1"], check(Status.passed)),
    row("Ben", ["0", None], check(Status.failed), check(Status.needs_review, "r")),
    row("Cem", ["1", "2"], check(Status.failed), check(Status.failed, "in", late=True), notices=("A note.",)),
]


def test_each_question_has_a_column_and_its_figures() -> None:
    index = class_index(ROWS)
    assert [[(c.earned, c.certain, c.shade) if c else None for c in one.cells] for one in index.rows] == [
        [(2, 2, 4), (1, 1, 2)],
        [(0, 0, 0), (None, Decimal("0.5"), None)],
        [(1, 1, 2), (2, 2, 4)],
    ]
    assert [(q.id, q.graded, q.open, q.mean, q.median) for q in index.questions] == [
        ("q1", 3, 0, 1.0, Decimal(1)),
        ("q2", 2, 1, 1.5, Decimal("1.5")),
    ]
    assert class_index([row("Ann", [None])]).questions[0].median is None


def test_submissions_have_the_states_that_they_are_filtered_by() -> None:
    flagged = [(Override("Ann", "c", Decimal(1), "T", "r"), say("Changed."))]
    assert [one.states for one in class_index(ROWS, flagged).rows] == [
        ("flagged",), ("open", "failed"), ("failed", "late", "notes"),
    ]  # fmt: skip
    assert [one.failed for one in class_index(ROWS).rows] == [(), ("c",), ("c", "in")]


def test_a_failed_check_names_its_teams() -> None:
    [first, second] = class_index(ROWS).failures
    assert (first.check, first.teams) == ("c", (("Ben", "Ben"), ("Cem", "Cem")))
    assert (second.check, second.message) == ("in", "Differs.")


def test_only_final_totals_are_distributed() -> None:
    index = class_index(ROWS)
    assert index.final == 2
    assert dict(index.distribution)["70–80"] == 2
    assert sum(count for _, count in index.distribution) == 2
    assert class_index([ROWS[1]]).distribution == ()
    assert "No submission is fully graded yet." in index_page("title", [ROWS[1]])


def test_the_next_steps_are_what_is_left() -> None:
    why = say("The module seaborn is not installed here.")
    rows = [
        row("Ann", [None], check(Status.error)),
        row("Ben", [None], check(Status.needs_review, why=why)),
        row("Cem", [None], check(Status.needs_review, why=why)),
    ]
    flagged = [(Override("Ann", "c", Decimal(1), "T", "r"), say("Changed."))]
    assert [str(step) for step in class_index(rows, flagged).next_steps] == [
        "The grader failed on 1 submission; open it at the desk and run it again.",
        "1 manual grade is for an earlier version of its submission or check; look at it below.",
        "1 cause keeps several submissions open; one decision settles it, at the desk under Causes.",
        "1 question has submissions to grade: 3 in 'Title 1'.",
    ]
    assert [str(step) for step in class_index([ROWS[0]]).next_steps] == [
        "Everything is graded; publish the reports at the desk."
    ]
    assert class_index([]).next_steps == ()

"""Work shared out among tutors: equal parts, like answers together, and the next one is never another tutor's."""

from __future__ import annotations

import pytest

from grader.desk.assignments import assign_question, assign_teams, known_tutors, shared_out, shares_of, tutors_in
from grader.desk.manual_grading import GradingDesk
from grader.results.assignments import AssignedShare


@pytest.mark.parametrize(
    ("count", "tutors", "shares"),
    [(4, ["A", "B"], "AABB"), (5, ["A", "B"], "AAABB"), (2, ["A", "B", "C"], "AB"), (3, [], ""), (0, ["A"], "")],
)
def test_parts_follow_each_other_and_are_equally_long(count: int, tutors: list[str], shares: str) -> None:
    assert "".join(shared_out([f"{n}" for n in range(count)], tutors).values()) == shares


def test_each_tutor_gets_the_own_share_and_what_is_nobodys(desk: GradingDesk) -> None:
    assign_question(desk, "how", ["A", "B"])
    order = desk.everyone("how")
    assert [desk.next("how", "a", tutor="A"), desk.next("how", "b", tutor="B")] == [order[0], order[2]]
    assert desk.next("how", "c", tutor="C") is None
    assign_question(desk, "how", [])
    assert desk.next("how", "c", tutor="C") is not None
    assert shares_of(desk) == {}


def test_whole_teams_have_one_tutor_in_all_questions(desk: GradingDesk) -> None:
    assign_teams(desk, ["A", "B"])
    with desk.records.reading() as tables:
        assert tables.assignments.of("why") == tables.assignments.of("how")
    assert shares_of(desk)["how"] == [AssignedShare("how", "A", 2, 2), AssignedShare("how", "B", 2, 2)]


def test_tutors_are_known_by_login_grades_and_assignments(desk: GradingDesk) -> None:
    assign_question(desk, "how", ["B"])
    with desk.records.writing() as tables:
        tables.tutors.put("C", "hash")
    assert known_tutors(desk, ["A"]) == ["A", "B", "C"]


def test_names_are_read_from_a_list() -> None:
    assert tutors_in(" A. Example ,B,, B,C  D") == ["A. Example", "B", "C D"]

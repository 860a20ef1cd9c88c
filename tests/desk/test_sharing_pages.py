"""The page on which grading is shared out among tutors."""

from __future__ import annotations

from grader.desk.assignments import shares_of
from grader.desk.manual_grading import GradingDesk
from tests.desk.visits import visitors


def test_a_question_is_assigned_and_its_tutors_get_only_their_own(desk: GradingDesk) -> None:
    [visitor] = visitors(desk.folder)
    page = visitor.post("/sharing/how", page="/sharing", tutors="Tutor U, Tutor V")
    assert "Tutor U: 2 of 2, Tutor V: 2 of 2" in page.words
    assert "4 submissions are for other tutors." in visitor.get("/question/how").words
    assert visitor.get("/question/why").status == 200
    assert "Saved." in visitor.post("/sharing/how", page="/sharing", tutors=" ").words
    assert shares_of(desk) == {}


def test_whole_teams_are_assigned_and_counted_for_their_tutor(desk: GradingDesk) -> None:
    [visitor] = visitors(desk.folder)
    visitor.post("/sharing/teams", page="/sharing", tutors="Tutor T, Tutor V")
    assert visitor.get("/").words.count("2 for you") == 2
    mine = visitor.get("/list/how?mine=yes").words
    assert mine.count("Tutor T") == 3, "two submissions, and the name of the tutor at the top"
    assert "Tutor V" not in mine

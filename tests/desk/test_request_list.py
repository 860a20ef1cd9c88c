"""Lists of regrade requests: as spreadsheets and people write them, all of a list or nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.desk.manual_grading import GradingDesk
from grader.desk.request_list import MAX_BYTES, take_in
from grader.errors import GraderError


def found(desk: GradingDesk) -> list[tuple[str, str, str]]:
    with desk.records.reading() as tables:
        return [(one.team[-1], one.question, one.request) for _, one in tables.regrade_requests.every(desk.batch)]


@pytest.mark.parametrize(
    "text",
    [
        "team;question;request\nTeam_1000002;why;Please look again.\n",
        "question\tteam\trequest\nWhy\tteam_1000002\tPlease look again.\n",
        'Team,Frage,Anfrage\nTeam_1000002,WHY,"Please look again."\n',
        "\ufeffid;question;request\n1000002;why;Please look again.\n",
    ],
    ids=["semicolons", "pasted, by title", "German headings", "student id"],
)
def test_a_line_names_a_submission_and_a_question(desk: GradingDesk, text: str) -> None:
    assert take_in(desk, text.encode(), "list") == (1, 0)
    assert found(desk) == [("2", "why", "Please look again.")]
    assert take_in(desk, text.encode(), "list") == (0, 1)
    assert len(found(desk)) == 1


def test_the_points_at_that_time_are_noted(desk: GradingDesk) -> None:
    name = desk.records.names(desk.batch)[1]
    desk.decide("how", [name], {"method": (Decimal("0.5"), "")}, "T")
    take_in(desk, b"team;question;request\nTeam_1000002;how;Again?\nTeam_1000002;why;And here?\n", "list")
    with desk.records.reading() as tables:
        assert [one.earned for _, one in tables.regrade_requests.every(desk.batch)] == [Decimal("0.5"), None]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("Nobody;why;x", "list:3: Nobody names 0 submissions"),
        ("Team_1000002;what;x", "list:3: what names 0 questions"),
        ("Team_1000002;why;", "list:3: the request has 0 characters"),
        (f"Team_1000002;why;{'x' * 4001}", "list:3: the request has 4001 characters"),
        (";why;x", "list:3: a request needs a team"),
        ("Team_1000002;why;x;y", "list:3"),
    ],
)
def test_a_list_with_a_mistake_is_not_taken_in_at_all(desk: GradingDesk, lines: str, why: str) -> None:
    with pytest.raises(GraderError, match=why):
        take_in(desk, f"team;question;request\nTeam_1000001;why;good\n{lines}\n".encode(), "list")
    assert found(desk) == []


@pytest.mark.parametrize("text", ["", "team;question\nA;b\n", "just words"])
def test_a_list_without_its_headings_says_which(desk: GradingDesk, text: str) -> None:
    with pytest.raises(GraderError, match="missing column"):
        take_in(desk, text.encode(), "list")


def test_two_keys_of_a_line_have_to_agree(desk: GradingDesk) -> None:
    with pytest.raises(GraderError, match="names 0 submissions"):
        take_in(desk, b"team;id;question;request\nTeam_1000001;1000002;why;x\n", "list")


def test_a_large_file_is_refused(desk: GradingDesk) -> None:
    with pytest.raises(GraderError, match="more than 4 MiB"):
        take_in(desk, b"x" * (MAX_BYTES + 1), "list.csv")

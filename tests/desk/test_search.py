"""Jumping: teams, questions and checks are found by any words of their names."""

from __future__ import annotations

import pytest

from grader.desk.manual_grading import GradingDesk
from grader.desk.search import MAX_FOUND, find


@pytest.mark.parametrize(
    ("words", "kinds", "address"),
    [
        ("1000003", ["Team"], "/team/"),
        ("why", ["Question", "Check", "Check"], "/list/why"),
        ("length", ["Check"], "/list/why?check=length"),
        ("method how", ["Check"], "/list/how?check=method"),
        ("nothing of it", [], ""),
        ("  ", [], ""),
    ],
)
def test_what_has_all_words_is_found(desk: GradingDesk, words: str, kinds: list[str], address: str) -> None:
    found = find(desk, words)
    assert [str(one.kind) for one in found] == kinds
    assert all(one.address.startswith(address) for one in found[:1])


def test_a_team_is_opened_at_the_question_of_the_page(desk: GradingDesk) -> None:
    name = desk.records.names(desk.batch)[2]
    assert [one.address for one in find(desk, "1000003", "how")] == [f"/question/how/{name}"]


def test_names_that_begin_with_the_words_come_first_and_the_list_ends(desk: GradingDesk) -> None:
    titles = [one.title for one in find(desk, "w")]
    assert titles[0] == "Why"
    assert len(find(desk, "e")) <= MAX_FOUND

"""The order of a question's queue, and the words by which two answers differ."""

from __future__ import annotations

import pytest

from grader.desk.closest_answer import closest_answer
from grader.desk.like_answers import LikeAnswers, different_words
from grader.desk.manual_grading import GradingDesk
from grader.similarity.likeness import MAX_LETTERS, Likeness


@pytest.mark.parametrize(
    ("first", "other", "more", "less"),
    [
        ("it is not so", "it is not so", "", ""),
        ("it is not so", "it is so", "", "not"),
        ("not a but b", "a but not b", "not", "not"),
        ("so so", "so", "", "so"),
        ("", "w " * 30, "w " * 24 + "…", ""),
    ],
    ids=["the same", "a word less", "another place", "said twice", "much"],
)
def test_what_differs_is_shown_in_whichever_way_it_does(first: str, other: str, more: str, less: str) -> None:
    assert different_words(other.split(), first.split()) == (more, less)


def test_the_queue_is_ordered_by_likeness_and_not_by_who_asks_first(desk: GradingDesk) -> None:
    texts = [
        "gates keep the memory",
        "filters slide over pictures",
        "gates keep the memory cells",
        "filters slide over",
    ]
    names = desk.records.names(desk.batch)
    like = LikeAnswers(desk.folder)
    like._texts = {name: {"why": text} for name, text in zip(names, texts, strict=True)}
    order = like.order("why", names)
    assert {frozenset(order[:2]), frozenset(order[2:])} == {frozenset(names[0::2]), frozenset(names[1::2])}
    assert like.order("why", reversed(names)) == order
    assert like.of("why", names).difference(names[2], names[0]) == ("cells", "")


def test_answers_are_the_same_only_with_what_comes_after_the_letters_that_are_compared(desk: GradingDesk) -> None:
    names = desk.records.names(desk.batch)
    like = LikeAnswers(desk.folder)
    like._texts = {name: {"why": f"{'so ' * MAX_LETTERS}{number}"} for number, name in enumerate(names)}
    assert like.of("why", names).difference(names[1], names[0]) == ("…", "…")
    assert like.of("why", names).difference(names[1], names[1]) == ("", "")


def test_pairs_are_found_once_however_often_the_page_before_publishing_is_opened(
    desk: GradingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = desk.records.names(desk.batch)
    like = LikeAnswers(desk.folder)
    like._texts = {name: {"why": "gates keep the memory of a cell"} for name in names}
    first = like.of("why", names).pairs
    assert len(first) == len(names) * (len(names) - 1) / 2
    monkeypatch.delattr(Likeness, "near")  # from here on nothing can be compared
    assert like.of("why", reversed(names)).pairs == first


def test_an_unreadable_report_stops_no_queue(desk: GradingDesk) -> None:
    names = desk.records.names(desk.batch)
    next((desk.folder / "reports").glob(f"{names[0]}.json")).write_text("{")
    assert sorted(desk.everyone("why")) == sorted(names)
    assert desk.everyone("why")[-1] == names[0]
    assert desk.next("why", "a browser") == desk.everyone("why")[0]
    assert closest_answer(desk, "why", names[1]) is None

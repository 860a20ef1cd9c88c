"""Comments: how many submissions of a batch have each, which overrides came from them, and undoing a change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from grader.model import Override
from grader.results.comments import Comment, CommentsTable
from grader.results.overrides import ReasonSource
from grader.results.tables import Tables
from tests.results.rows import empty_tables, override, submission


@pytest.fixture
def tables() -> Iterator[Tables]:
    """Two submissions in batch 1, one in batch 2, and two comments of question `q`."""
    with empty_tables() as made:
        for team, batch in (("A", 1), ("B", 1), ("C", 2)):
            made.submissions.put(submission(team), batch)
        made.comments.add("q", "Good.", "c", Decimal("0.50"), "Tutor")
        made.comments.add("q", "See the notes.", "", None, "Tutor")
        made.comments.add("other", "Elsewhere.", "", Decimal(0), "Tutor")
        yield made


def give(tables: Tables, given: Override, *comments: int, own: str = "") -> None:
    tables.overrides.add([given], {}, [ReasonSource(comments, own)])


def counts(tables: Tables, batch: int = 1) -> dict[int, int]:
    return {comment.id: comment.count for comment in tables.comments.of_question("q", batch)}


def test_a_comment_comes_back_and_no_points_are_not_zero(tables: Tables) -> None:
    assert tables.comments.comment(1, 1) == Comment(1, "q", "Good.", "c", Decimal("0.50"))
    assert [tables.comments.comment(number, 1) and tables.comments.comment(number, 1).points for number in (2, 3)] == [  # type: ignore[union-attr]
        None, Decimal(0),
    ]  # fmt: skip
    assert tables.comments.comment(4, 1) is None


def test_the_texts_of_one_question(tables: Tables) -> None:
    assert {number: one.text for number, one in tables.comments.every("q").items()} == {1: "Good.", 2: "See the notes."}
    assert tables.comments.every("q")[1].points == Decimal("0.50")
    assert tables.comments.every("nothing") == {}


def test_what_came_from_the_rubric_is_known_once_it_is_removed(tables: Tables) -> None:
    number = tables.comments.add("q", "Of the rubric.", "c", Decimal(1), "rubric", "c\nOf the rubric.")
    tables.comments.remove(number)
    assert tables.comments.origins() == {"c\nOf the rubric."}


def test_comments_stay_in_the_order_in_which_they_were_made(tables: Tables) -> None:
    assert list(counts(tables).items()) == [(1, 0), (2, 0)]
    give(tables, override("A"), 1, 2)
    give(tables, override("B"), 2)
    give(tables, override("C"), 1)
    assert list(counts(tables).items()) == [(1, 1), (2, 2)]
    assert counts(tables, 2) == {1: 1, 2: 0}


def test_a_key_belongs_to_its_comment_for_good(tables: Tables) -> None:
    for number in range(9):
        tables.comments.add("q", f"More {number}.", "", None, "Tutor")
    keys = {comment.id: comment.key for comment in tables.comments.of_question("q", 1)}
    assert keys == {1: "1", 2: "2", **{number: str(number - 1) for number in range(4, 11)}, 11: "", 12: ""}
    give(tables, override("A"), 8)
    tables.comments.remove(2)
    assert {comment.id: comment.key for comment in tables.comments.of_question("q", 1)} == {
        number: key for number, key in keys.items() if number != 2
    }


def test_a_removed_comment_stays_with_its_grades(tables: Tables) -> None:
    give(tables, override("A"), 1)
    tables.comments.remove(1)
    assert tables.comments.every("q")[1].text == "Good."
    assert len(tables.comments.uses(1, 1)) == 1


def test_two_checks_of_one_submission_count_once(tables: Tables) -> None:
    give(tables, override("A", "c"), 1)
    give(tables, override("A", "d"), 1)
    assert counts(tables)[1] == 1


@pytest.mark.parametrize(
    ("after", "count"),
    [
        (None, 1),
        (override("A", points="0"), 0),
        (replace(override("A"), withdrawn=True), 0),
        (override("A", "another check"), 1),
    ],
    ids=["it counts", "replaced by hand", "withdrawn", "another check"],
)
def test_only_an_override_that_counts_is_counted(tables: Tables, after: Override | None, count: int) -> None:
    give(tables, override("A"), 1)
    if after is not None:
        give(tables, after)
    assert counts(tables)[1] == count


def test_an_override_of_another_submission_of_the_team_is_not_counted(tables: Tables) -> None:
    give(tables, override("A", digest="earlier"), 1)
    assert counts(tables)[1] == 0


def test_an_undone_override_is_no_use(tables: Tables) -> None:
    give(tables, override("A"), 1)
    tables.overrides.undo_last("Tutor")
    assert (counts(tables)[1], tables.comments.uses(1, 1)) == (0, [])


def test_a_use_has_all_its_comments_in_their_order_and_the_tutors_own_words(tables: Tables) -> None:
    give(tables, override("A", points="0.5"), 2, 1, own="Well done.")
    [use] = tables.comments.uses(1, 1)
    assert (use.comments, use.own_reason, use.points) == ((2, 1), "Well done.", Decimal("0.5"))
    assert (use.submission, use.team, use.check, use.digest) == ("A-d", "A", "c", "d")
    assert (use.is_latest, use.edited, use.latest_points) == (True, False, Decimal("0.5"))
    assert tables.comments.uses(1, 2) == []


def test_a_use_says_what_counts_for_its_check_now(tables: Tables) -> None:
    give(tables, override("A", points="1"), 1)
    give(tables, override("A", points="2"))
    [use] = tables.comments.uses(1, 1)
    assert (use.points, use.is_latest, use.latest_points, use.latest_edited) == (Decimal(1), False, Decimal(2), True)
    give(tables, replace(override("A"), withdrawn=True))
    [use] = tables.comments.uses(1, 1)
    assert (use.is_latest, use.latest_points) == (False, None)


def test_a_withdrawal_is_not_counted_even_if_it_came_with_a_comment(tables: Tables) -> None:
    give(tables, replace(override("A"), withdrawn=True), 1)
    assert counts(tables)[1] == 0


def test_what_counts_for_another_check_of_the_team_is_not_what_counts_for_this_one(tables: Tables) -> None:
    give(tables, override("A", "c", points="1"), 1)
    give(tables, override("A", "d", points="2"))
    [use] = tables.comments.uses(1, 1)
    assert (use.is_latest, use.latest_points) == (True, Decimal(1))


def test_uses_are_sorted_by_team_with_the_latest_of_a_check_last(tables: Tables) -> None:
    for given in (override("B"), override("A", points="1"), override("A", points="2")):
        give(tables, given, 1)
    found = [(use.team, str(use.points), use.is_latest) for use in tables.comments.uses(1, 1)]
    assert found == [("A", "1", False), ("A", "2", True), ("B", "1", True)]


def shown(table: CommentsTable, number: int) -> tuple[str, Decimal | None]:
    comment = table.comment(number, 1)
    assert comment is not None
    return comment.text, comment.points


def test_a_change_is_taken_back_by_its_act_only(tables: Tables) -> None:
    table = tables.comments
    for number, act in ((1, "first"), (2, "second")):
        comment = table.comment(number, 1)
        assert comment is not None
        table.change(comment, "New\ud800.", Decimal(0), act)
    assert [shown(table, number) for number in (1, 2)] == [("New?.", Decimal(0))] * 2
    table.restore("nothing")
    table.restore("first")
    assert [shown(table, number) for number in (1, 2)] == [("Good.", Decimal("0.50")), ("New?.", Decimal(0))]
    table.restore("second")
    assert shown(table, 2) == ("See the notes.", None)

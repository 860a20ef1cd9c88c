"""Anonymous grading: no page, address or list gives a name away, and numbers lead back to the right submission."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.desk.manual_grading import GradingDesk
from grader.errors import GraderError
from tests.desk.visits import visitors

TEAM = "Team_100000"


def test_numbers_belong_to_submissions_for_good_and_are_in_no_order_of_names(desk: GradingDesk) -> None:
    desk.shown.set_anonymous(True)
    names = desk.records.names(desk.batch)
    addresses = [desk.shown.address(name) for name in names]
    assert sorted(addresses) == ["~1", "~2", "~3", "~4"]
    assert addresses != sorted(addresses)
    again = GradingDesk(desk.folder)
    assert again.shown.anonymous
    assert [again.shown.name(address) for address in addresses] == names
    assert str(again.shown.team(names[0], "Team")) == f"Submission {addresses[0][1:]}"


@pytest.mark.parametrize("address", ["~0", "~5", "~99999999999"])
def test_an_unknown_number_is_a_message(desk: GradingDesk, address: str) -> None:
    with pytest.raises(GraderError, match="There is no submission ~"):
        desk.shown.name(address)


def test_no_page_of_grading_shows_a_name(desk: GradingDesk) -> None:
    names = desk.records.names(desk.batch)
    comment = desk.add_comment("why", "Shares.", "sense", Decimal(1), "T")
    desk.decide("why", [names[0]], {}, "T", [comment])
    desk.shown.set_anonymous(True)
    [visitor] = visitors(desk.folder)
    own, other = (desk.shown.address(name) for name in names[:2])
    addresses = [
        "/", "/overview", "/list/why", "/list/why?check=sense", "/groups/why", f"/question/why/{own}",
        f"/question/why/{other}", f"/answer/why/{own}", f"/team/{own}", "/question/how", "/find?q=submission",
        "/bank/why/1?text=x&points=1", "/sharing",
    ]  # fmt: skip
    for address in addresses:
        reply = visitor.get(address)
        assert reply.status == 200, address
        assert TEAM not in reply.words, address
        assert "Submission" in reply.words or address in ("/", "/overview", "/sharing"), address
    assert TEAM not in visitor.get("/find?q=Team_").text
    assert "/question/how/~" in visitor.get("/list/how").text


def test_a_name_is_shown_on_request_and_that_is_noted(desk: GradingDesk) -> None:
    desk.shown.set_anonymous(True)
    [visitor] = visitors(desk.folder, tutor="Tutor U")
    name = desk.records.names(desk.batch)[0]
    address = desk.shown.address(name)
    revealed = visitor.post(f"/reveal/{address}", page=f"/question/how/{address}")
    assert revealed.words == desk.teams()[name]
    with desk.records.reading() as tables:
        assert [(one.submission, one.by) for one in tables.settings.reveals()] == [(name, "Tutor U")]
    assert "Names that were looked at (1)" in visitor.get("/sharing").words


def test_grading_by_number_grades_the_submission_behind_it(desk: GradingDesk) -> None:
    desk.shown.set_anonymous(True)
    [visitor] = visitors(desk.folder)
    name = desk.records.names(desk.batch)[2]
    fields = {"points:method": "1", "reason": "good"}
    visitor.post(f"/question/how/{desk.shown.address(name)}", **fields)
    [override] = desk.records.overrides()
    assert override.team == desk.teams()[name]


def test_names_are_hidden_and_shown_by_a_switch(desk: GradingDesk) -> None:
    [visitor] = visitors(desk.folder)
    assert TEAM in visitor.get("/list/how").words
    assert "Names of teams are hidden" in visitor.post("/sharing/names", page="/sharing", anonymous="yes").words
    assert TEAM not in visitor.get("/list/how").words
    assert "Names of teams are shown" in visitor.post("/sharing/names", page="/sharing").words
    assert TEAM in visitor.get("/list/how").words

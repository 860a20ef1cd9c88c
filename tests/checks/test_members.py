"""The members of a team and what is known of them."""

from __future__ import annotations

import pytest

from grader.model import Member, Notice, NoticeCode
from tests.helpers import context, make


def member(number: int, email: str = "a@stud.example.org") -> Member:
    return Member(f"Student {number}", f"100010{number}", email, "a.md")


@pytest.mark.parametrize(
    ("members", "notices", "status"),
    [
        ([member(1), member(2)], [], "passed"),
        ([member(1)], [], "failed"),
        ([member(n) for n in range(1, 5)], [], "failed"),
        ([member(1), member(2, "")], [], "failed"),
        ([], [], "failed"),
        ([member(1), member(2)], [Notice(NoticeCode.members_differ, "differ")], "needs_review"),
    ],
    ids=["two", "one", "four", "no email", "none", "disagree"],
)
def test_members(members: list[Member], notices: list[Notice], status: str) -> None:
    assert make("members", email=True).judge(context(members=members, notices=notices)).status == status

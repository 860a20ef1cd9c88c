"""The kind `members`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext, allowed_range
from grader.model import OTHER_SOURCES, PLATFORM, Member, NoticeCode, Table
from grader.model.message import Text, all_of, say, say_number, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed

# Words for the sources of members; any other source is a file.
SOURCES = {"file name": say("file name"), "roster": say("roster"), PLATFORM: say("platform")}


class Members(Check):
    """The document names every member with a student ID, and the team has the allowed size."""

    holds_answer: ClassVar[bool] = False
    about_delivery: ClassVar[bool] = True
    label: ClassVar[Text] = say("Members of the team")
    needs_no_run: ClassVar[bool] = True
    example: ClassVar[str] = '{kind: members, authors: [2, 3], student_id: "[0-9]{6,8}", email: true}'
    kind: Literal["members"] = "members"
    authors: tuple[int, int] = Field((2, 3), description="the smallest and the largest number of members")
    student_id: str = Field("[0-9]{6,8}", description="a regular expression for the student IDs")
    email: bool = Field(False, description="whether each member's email is required too")

    def judge(self, context: CheckContext) -> Verdict:
        """Check the members at the top of the documents; a contradiction to the file name or roster needs review."""
        members = context.submission.members
        in_text = {m.student_id: m for m in members if m.source not in OTHER_SOURCES and m.student_id}
        rows = _rows(members)
        head = (say("Name"), say("Student ID"), say("Email"), say("Found in"))
        table = Table(say("Members found"), head, rows)
        codes = (NoticeCode.members_differ, NoticeCode.not_in_roster)
        differing = [notice for notice in context.submission.notices if notice.code in codes]
        if differing:
            return needs_review(sentences(differing[0].message), sentences(differing[0].hint), table)
        if not in_text:
            if any(not document.readable for document in context.submission.documents):
                what = say("The written part contains no text in which members could be found.")
                return needs_review(what, say("A tutor will look at the page."), table)
            what = say("No member with a student ID was found at the top of a document.")
            return failed(what, say("Write the name, student ID and email of every member at the top."), table)
        least, most = self.authors
        if not least <= len(in_text) <= most:
            what = say_number(
                "The document names {n} member; {allowed}.",
                "The document names {n} members; {allowed}.",
                len(in_text),
                allowed=allowed_range(least, most),
            )
            return failed(what, say("Ask the tutor before submitting with another number of members."), table)
        return self._details(list(in_text.values()), table)

    def _details(self, members: Sequence[Member], table: Table) -> Verdict:
        wrong = [member.student_id for member in members if not re.fullmatch(self.student_id, member.student_id)]
        if wrong:
            what = say_number(
                "This student ID does not have the expected form: {ids}.",
                "These student IDs do not have the expected form: {ids}.",
                len(wrong),
                ids=wrong,
            )
            return failed(what, say("Check the digits."), table)
        without = [member.name or member.student_id for member in members if not member.email]
        if self.email and without:
            what = say("There is no email for {members}.", members=without)
            return failed(what, say("Add each member's email."), table)
        count = len(members)
        return passed(say_number("The document names {n} member.", "The document names {n} members.", count), table)


def _rows(members: Sequence[Member]) -> tuple[tuple[Text, ...], ...]:
    """Return one row for each student ID, with the longest name and all sources."""
    groups: dict[str, list[Member]] = {}
    for member in members:
        groups.setdefault(member.student_id, []).append(member)
    rows: list[tuple[Text, ...]] = []
    for student_id, found in groups.items():
        name = max((member.name for member in found), key=len)
        email = next((member.email for member in found if member.email), "")
        sources = [SOURCES.get(member.source, member.source) for member in found]
        rows.append((name or "-", student_id or "-", email or "-", all_of(sources)))
    return tuple(rows)

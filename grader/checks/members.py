"""The kind `members`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model import Member, Table
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, needs_review, passed


class Members(Check):
    """The document names every member with student id, and the team has the right size."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("Members of the team")
    needs_no_run: ClassVar[bool] = True
    example: ClassVar[str] = '{kind: members, authors: [2, 3], student_id: "[0-9]{6,8}", email: true}'
    kind: Literal["members"] = "members"
    authors: tuple[int, int] = Field((2, 3), description="the smallest and the largest number of members")
    student_id: str = Field("[0-9]{6,8}", description="a regular expression for the ids")
    email: bool = Field(False, description="each member's email is asked for too")

    def judge(self, context: CheckContext) -> Verdict:
        """Read the head of the documents; what the file name or the roster says otherwise waits for a person."""
        members = context.submission.members
        in_text = {m.student_id: m for m in members if m.source not in ("file name", "roster") and m.student_id}
        rows = _rows(members)
        table = Table("Members as found", ("Name", "Student id", "Email", "Found in"), rows)
        differing = [n for n in context.submission.notices if n.code in ("authors-differ", "not-in-roster")]
        if differing:
            return needs_review(differing[0].message, differing[0].hint, table)
        if not in_text:
            if any(not document.readable for document in context.submission.documents):
                return needs_review(
                    "The written part has no text to read members from.", "A person looks at the page.", table
                )
            what = "No member with a student id was found at the top of a document."
            return failed(what, "Write name, student id and email of everybody at the top.", table)
        least, most = self.authors
        if not least <= len(in_text) <= most:
            size = f"{len(in_text)} member{'s' if len(in_text) != 1 else ''}"
            what = f"The team has {size}; {least} to {most} are asked for."
            return failed(what, "Ask the tutor before submitting with another number.", table)
        wrong = [m.student_id for m in in_text.values() if not re.fullmatch(self.student_id, m.student_id)]
        if wrong:
            return failed(f"These student ids do not look right: {', '.join(wrong)}.", "Check the digits.", table)
        if self.email and (without := [m.name or m.student_id for m in in_text.values() if not m.email]):
            return failed(f"No email is given for {', '.join(without)}.", "Add each member's email.", table)
        return passed(f"{len(in_text)} members are named.", table)


def _rows(members: Sequence[Member]) -> tuple[tuple[str, ...], ...]:
    """One row a student id, with the fullest name and all places it stands in."""
    rows: dict[str, list[str]] = {}
    for member in members:
        row = rows.setdefault(member.student_id, ["", member.student_id, "", ""])
        row[0] = max(row[0], member.name, key=len)
        row[2] = row[2] or member.email
        row[3] = f"{row[3]}, {member.source}" if row[3] else member.source
    return tuple(tuple(cell or "-" for cell in row) for row in rows.values())

"""The kind `archive_name`."""

from __future__ import annotations

import re
import unicodedata
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext, allowed_range
from grader.model import Member
from grader.model.message import Text, say, say_number
from grader.model.verdict import Verdict, failed, passed


class ArchiveName(Check):
    """The submitted file is named Name1_id1_Name2_id2, as the assignment requires."""

    holds_answer: ClassVar[bool] = False
    about_delivery: ClassVar[bool] = True
    judges_name: ClassVar[bool] = True
    label: ClassVar[Text] = say("File name")
    needs_no_run: ClassVar[bool] = True
    example: ClassVar[str] = '{kind: archive_name, authors: [2, 3], student_id: "[0-9]{6,8}"}'
    kind: Literal["archive_name"] = "archive_name"
    authors: tuple[int, int] = Field((2, 3), description="the smallest and the largest number of members")
    student_id: str = Field("[0-9]{6,8}", description="a regular expression for the student IDs")

    def judge(self, context: CheckContext) -> Verdict:
        """Compare the name with the required form, and count the members in it."""
        members = [member for member in context.submission.members if member.source == "file name"]
        form = "_".join(f"Name{n}_id{n}" for n in range(1, self.authors[0] + 1))
        name = context.submission.source
        if not members or not _fits(name, members, self.student_id):
            what = say("The file is named {name}; the required form is {form}.", name=name, form=form)
            return failed(what, say("Put each name before its student ID, joined by underscores."))
        least, most = self.authors
        if not least <= len(members) <= most:
            what = say_number(
                "The file name lists {n} member; {allowed}.",
                "The file name lists {n} members; {allowed}.",
                len(members),
                allowed=allowed_range(least, most),
            )
            return failed(what, say("Submit as a team of the required size."))
        return passed(say_number("The file name lists {n} member.", "The file name lists {n} members.", len(members)))


def _fits(name: str, members: list[Member], student_id: str) -> bool:
    joined = "_".join(f"{member.name.replace(' ', '_')}_{member.student_id}" for member in members)
    name, joined = (unicodedata.normalize("NFC", text).replace(" ", "_") for text in (name, joined))
    named = all(m.name and re.fullmatch(student_id, m.student_id) for m in members)
    return named and (name == joined or name.startswith(f"{joined}."))

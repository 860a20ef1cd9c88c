"""The kind `manual`: a person marks, with the rubric's guide."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, Seen
from grader.model import Quote
from grader.model.verdict import Verdict, waiting


class Manual(Check):
    """A person reads this and gives the points."""

    label: ClassVar[str] = "Marked by a person"
    holds_answer: ClassVar[bool] = True
    example: ClassVar[str] = '{kind: manual, points: 2, guide: "One point for each remedy, with a reason."}'
    kind: Literal["manual"] = "manual"
    guide: str = Field(description="what earns the points, for the marker")

    def judge(self, seen: Seen) -> Verdict:
        """Always wait, with the answer where one was found."""
        answer = seen.answer
        quotes = (Quote("The answer", answer.text, answer.where),) if answer else ()
        return waiting("A person marks this.", self.guide, *quotes)

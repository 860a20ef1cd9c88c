"""The kind `manual`: a person marks, with the rubric's guide."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model import Quote
from grader.model.verdict import Verdict, needs_review


class Manual(Check):
    """A person reads this and gives the points."""

    label: ClassVar[str] = "Marked by a person"
    holds_answer: ClassVar[bool] = True
    example: ClassVar[str] = '{kind: manual, points: 2, guide: "One point for each remedy, with a reason."}'
    kind: Literal["manual"] = "manual"
    guide: str = Field(description="what earns the points, for the marker")

    def judge(self, context: CheckContext) -> Verdict:
        """Always wait, with the answer where one was found."""
        answer = context.answer
        quotes = (Quote("The answer", answer.text, answer.where),) if answer else ()
        return needs_review("A person marks this.", self.guide, *quotes)

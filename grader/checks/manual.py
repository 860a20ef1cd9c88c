"""The kind `manual`: a tutor grades, with the rubric's guide."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model import NOTHING, Quote
from grader.model.message import Text, say
from grader.model.verdict import Verdict, needs_review


class Manual(Check):
    """A tutor reads this and gives the points."""

    graded_by_people: ClassVar[bool] = True
    label: ClassVar[Text] = say("Graded by a tutor")
    example: ClassVar[str] = '{kind: manual, points: 2, guide: "One point for each remedy, with a reason."}'
    kind: Literal["manual"] = "manual"
    guide: str = Field(description="what earns the points, for the tutor")

    def judge(self, context: CheckContext) -> Verdict:
        """Always leave it to a tutor, with the answer where one was found."""
        answer = context.answer
        quotes = (Quote(say("The answer"), answer.text, answer.where),) if answer else ()
        return replace(needs_review(say("Not graded yet."), NOTHING, *quotes), guide=self.guide)

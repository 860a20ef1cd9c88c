"""The kind `manual`: a tutor grades, with the rubric's guide."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import CheckContext
from grader.checks.with_items import WithItems
from grader.model import NOTHING, Quote
from grader.model.message import Text, say
from grader.model.verdict import Verdict, needs_review


class Manual(WithItems):
    """A tutor reads this and gives the points."""

    graded_by_people: ClassVar[bool] = True
    label: ClassVar[Text] = say("Graded by a tutor")
    example: ClassVar[str] = '{kind: manual, points: 2, guide: "One point for each remedy, with a reason."}'
    explanation: ClassVar[str] = """
`items` are offered at the desk from the start, the first nine of a question with the keys 1 to 9. Those that apply add
up within the points of the check; tutors may add and change items at the desk, and give other points beside them:

```yaml
- kind: manual
  points: 2
  guide: "Two remedies, each with a reason."
  scoring: negative
  items:
    - {points: 0, text: "Both remedies with their reasons."}
    - {points: -1, text: "Only one remedy."}
    - {points: -0.5, text: "The reason for the second remedy is missing."}
```

Items are neither in reports nor in a student pack; the text of an item is in the report of a team that got it."""
    kind: Literal["manual"] = "manual"
    guide: str = Field(description="what earns the points, for the tutor")

    def judge(self, context: CheckContext) -> Verdict:
        """Always leave it to a tutor, with the answer where one was found."""
        answer = context.answer
        quotes = (Quote(say("The answer"), answer.text, answer.where),) if answer else ()
        return replace(needs_review(say("Not graded yet."), NOTHING, *quotes), guide=self.guide)

"""A kind for tests: it sends the requests that it was given, one after the other, and passes if all were answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from grader.checks.base import Check, CheckContext
from grader.model import Request, say
from grader.model.verdict import Verdict, failed, passed
from grader.rubric.schema import Question, Rubric


class Asking(Check):
    """A check of the notebook's kernel with one request for each of `wanted`, and segments of a training."""

    kind: str = "asking"
    wanted: tuple[str, ...] = ()
    segments: int = 0

    def requests(self) -> list[Request]:
        """Return all requests, in the order in which they are sent."""
        calls = [Request("call", {"name": name}) for name in self.wanted]
        return [*calls, *(segment(self.id, number) for number in range(self.segments))]

    def ask(self, context: CheckContext) -> Sequence[Request]:
        return [request for request in self.requests() if context.outcome(request) is None][:1]

    def judge(self, context: CheckContext) -> Verdict:
        statuses = [outcome and outcome.status for outcome in map(context.outcome, self.requests())]
        message = say("{statuses}", statuses=[status or "no reply" for status in statuses])
        return passed(message) if all(status == "ok" for status in statuses) else failed(message)


class AskingDefinitions(Asking):
    """The same for the definitions of `target`."""

    calls_target: ClassVar[bool] = True
    target: str = "Model"

    @property
    def target_name(self) -> str:
        return self.target


def segment(name: str, number: int) -> Request:
    """Return one epoch of a training; only the first may begin in a fresh process."""
    return Request("train", {"name": name, "from_epoch": number, "to_epoch": number + 1})


def rubric_of(*checks: Check, **execute: Any) -> Rubric:
    """Return a rubric with these checks in one question."""
    question = Question(id="q", title="Q", points=1, checks=checks)
    return Rubric.model_validate(
        {"rubric": 1, "title": "Asking", "points": 1, "execute": execute, "questions": (question,)}
    )

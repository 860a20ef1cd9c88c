"""The kind `sentence_limit`."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.reading.word_count import sentences


class SentenceLimit(Check):
    """The answer, or each named part of it, has the number of sentences that is asked for."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("Number of sentences")
    needs_no_run: ClassVar[bool] = True
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = "{kind: sentence_limit, least: 3, most: 5}"
    kind: Literal["sentence_limit"] = "sentence_limit"
    most: int = Field(gt=0, description="the largest number of sentences")
    least: int = Field(0, ge=0, description="the smallest number")
    parts: list[str] = Field([], description="names of parts, in order, each with the limit for itself")

    def mistake_in_keys(self) -> str:
        """The bounds must leave room."""
        return "least is larger than most" if self.least > self.most else ""

    def judge(self, context: CheckContext) -> Verdict:
        """Count sentences; parts that are not found wait for a person. A count is a guess at ends, so excess waits."""
        if context.answer is None:
            return needs_review("There is no answer to count.")
        if self.parts:
            return self._parts(context.answer.text)
        count = len(sentences(context.answer.text))
        message = f"The answer has {count} sentences; {self._allowed()}."
        if self.least <= count <= self.most:
            return passed(message)
        return failed(message, "Split or join sentences, or shorten.")

    def _allowed(self) -> str:
        return f"{self.least} to {self.most} are asked for" if self.least else f"at most {self.most} are allowed"

    def _parts(self, text: str) -> Verdict:
        pieces = _cut(text, self.parts)
        if pieces is None:
            return needs_review(
                f"The parts ({', '.join(self.parts)}) were not all found in this order.",
                "A person counts; name each part at the start of its paragraph.",
            )
        counts = [len(sentences(piece)) for piece in pieces]
        listed = ", ".join(f"{name}: {count}" for name, count in zip(self.parts, counts, strict=True))
        message = f"Sentences for each part: {listed}; {self._allowed()}."
        if all(self.least <= count <= self.most for count in counts):
            return passed(message)
        return failed(message, "Shorten the parts that are too long.")


def _cut(text: str, names: list[str]) -> list[str] | None:
    """Cut at the names, in order; a name may be written with hyphens."""
    starts: list[tuple[int, int]] = []
    for name in names:
        pattern = re.compile(r"[\s-]+".join(map(re.escape, name.split())) + r"[^:.\n]{0,40}[:.]?", re.I)
        found = pattern.search(text, starts[-1][1] if starts else 0)
        if found is None:
            return None
        starts.append(found.span())
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return [text[begin:end].strip(" *_\n") for (_, begin), end in zip(starts, ends, strict=True)]

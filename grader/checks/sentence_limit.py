"""The kind `sentence_limit`."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext, allowed_range
from grader.model.message import Text, say, say_number
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.reading.visible_words import is_picture
from grader.reading.word_count import sentences

# An abbreviation that is not known ends a sentence for the count.
_ONE_TOO_MANY = say("The count is one above the limit, and a full stop may end no sentence; a tutor will count.")


class SentenceLimit(Check):
    """The answer, or each named part of it, has the required number of sentences."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("Number of sentences")
    needs_no_run: ClassVar[bool] = True
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = "{kind: sentence_limit, least: 3, most: 5}"
    kind: Literal["sentence_limit"] = "sentence_limit"
    most: int = Field(gt=0, description="the largest number of sentences")
    least: int = Field(0, ge=0, description="the smallest number of sentences")
    parts: list[str] = Field([], description="names of the parts, in order; the limits apply to each of them")

    def mistake_in_keys(self) -> str:
        """See `Check.mistake_in_keys`; the limits must not exclude each other."""
        return "least is larger than most" if self.least > self.most else ""

    def judge(self, context: CheckContext) -> Verdict:
        """Count the sentences of the answer or of its parts; parts that are not found need review."""
        if context.answer is None:
            return needs_review(say("No answer was found."))
        if is_picture(context.answer.text):
            return needs_review(say("The answer is a picture, which was not read."), say("A tutor will look at it."))
        if self.parts:
            return self._parts(context.answer.text)
        count = len(sentences(context.answer.text))
        message = say_number(
            "The answer has {n} sentence; {allowed}.",
            "The answer has {n} sentences; {allowed}.",
            count,
            allowed=allowed_range(self.least, self.most),
        )
        if self.least <= count <= self.most:
            return passed(message)
        if count < self.least:
            return failed(message, say("Explain in more sentences."))
        if count == self.most + 1:
            return needs_review(message, _ONE_TOO_MANY)
        return failed(message, say("Shorten the answer, or join sentences."))

    def _parts(self, text: str) -> Verdict:
        pieces = _cut(text, self.parts)
        if pieces is None:
            what = say("The parts were not all found, in this order: {parts}.", parts=self.parts)
            return needs_review(
                what, say("Name each part at the start of its paragraph. A tutor will count the sentences.")
            )
        counts = [len(sentences(piece)) for piece in pieces]
        listed = [f"{name}: {count}" for name, count in zip(self.parts, counts, strict=True)]
        allowed = allowed_range(self.least, self.most)
        message = say("Sentences in each part: {parts}; {allowed}.", parts=listed, allowed=allowed)
        if all(self.least <= count <= self.most for count in counts):
            return passed(message)
        if max(counts) == self.most + 1 and min(counts) >= self.least:
            return needs_review(message, _ONE_TOO_MANY)
        if max(counts) > self.most:
            return failed(message, say("Shorten the parts that are too long."))
        return failed(message, say("Explain in more sentences."))


def _cut(text: str, names: list[str]) -> list[str] | None:
    """Return the text between the names, in order; a name may be written with hyphens. None if one is missing."""
    starts: list[tuple[int, int]] = []
    for name in names:
        pattern = re.compile(r"[\s-]+".join(map(re.escape, name.split())) + r"[^:.\n]{0,40}[:.]?", re.I)
        found = pattern.search(text, starts[-1][1] if starts else 0)
        if found is None:
            return None
        starts.append(found.span())
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return [text[begin:end].strip(" *_\n") for (_, begin), end in zip(starts, ends, strict=True)]

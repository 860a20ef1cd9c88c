"""The kind `word_limit`."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model.message import Text, say
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.reading.word_count import MAX_REMOVED, removed, words


class WordLimit(Check):
    """The answer is not longer than allowed; a formula counts as one word, references and headings do not count."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("Length of the answer")
    needs_no_run: ClassVar[bool] = True
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = "{kind: word_limit, deducts: 0.25, most: 100}"
    kind: Literal["word_limit"] = "word_limit"
    most: int = Field(gt=0, description="the largest number of words")

    def judge(self, context: CheckContext) -> Verdict:
        """Count the words of the answer."""
        if context.answer is None:
            return needs_review("There is no answer to count.")
        count = len(words(context.answer.text))
        message = f"The answer has {count} words; the limit is {self.most}."
        if count <= self.most < count + (left := removed(context.answer.text)) and left > MAX_REMOVED:
            what = f"{message} {left} more words were taken for references and headings."
            return needs_review(what, "A person looks at what counts.")
        if count <= self.most:
            return passed(message)
        return failed(message, "Shorten it; formulas count as one word and references do not count.")

"""The kind `word_limit`."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model.message import Text, say, say_number, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.reading.visible_words import is_picture
from grader.reading.word_count import MAX_REMOVED, removed, words


class WordLimit(Check):
    """The answer is not longer than allowed. A formula counts as one word; references and headings do not count."""

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
            return needs_review(say("No answer was found."))
        if is_picture(context.answer.text):
            return needs_review(say("The answer is a picture, which was not read."), say("A tutor will look at it."))
        count = len(words(context.answer.text))
        message = say_number(
            "The answer has {n} word; the limit is {limit}.",
            "The answer has {n} words; the limit is {limit}.",
            count,
            limit=self.most,
        )
        left = removed(context.answer.text)
        if count <= self.most < count + left and left > MAX_REMOVED:
            more = say_number(
                "{n} more word was not counted, as part of references or headings.",
                "{n} more words were not counted, as part of references or headings.",
                left,
            )
            return needs_review(sentences(message, more), say("A tutor will decide which words count."))
        if count <= self.most:
            return passed(message)
        return failed(message, say("Shorten it. A formula counts as one word; references do not count."))

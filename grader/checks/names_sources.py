"""The kind `names_sources`."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model.message import Message, Text, say, say_number, sentences
from grader.model.verdict import Verdict, failed, needs_review, passed
from grader.reading.visible_words import is_picture
from grader.reading.word_count import looks_cited, sources


class NamesSources(Check):
    """The answer names its sources: a link, a DOI, a reference or a line such as "Source: ...". A picture is none."""

    holds_answer: ClassVar[bool] = False
    label: ClassVar[Text] = say("Sources")
    needs_no_run: ClassVar[bool] = True
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = "{kind: names_sources, deducts: 0.25, least: 1}"
    kind: Literal["names_sources"] = "names_sources"
    least: int = Field(1, gt=0, description="the smallest number of sources")

    def judge(self, context: CheckContext) -> Verdict:
        """Count the sources in the answer; sources elsewhere, or text that looks like one, need review."""
        if context.answer is None:
            return needs_review(say("No answer was found."))
        found = sources(context.answer.text)
        if len(found) >= self.least:
            return passed(say("Sources: {sources}.", sources="; ".join(source[:80] for source in found[:5])))
        everywhere = [s for d in context.submission.documents for s in sources(d.text[-3000:])]
        if len(everywhere) >= self.least:
            what = sentences(
                self._too_few(len(found)),
                say("The document names sources at its end: {source}.", source=everywhere[0][:80]),
            )
            return needs_review(what, say("A tutor will decide whether they belong to this answer."))
        if is_picture(context.answer.text):
            return needs_review(say("The answer is a picture, which was not read."), say("A tutor will look at it."))
        if looks_cited(context.answer.text):
            what = say("A part of the answer looks like a source, but was not recognised as one.")
            return needs_review(what, say("A tutor will look at the answer."))
        hint = say("Add a link, a DOI, a numbered reference or a line 'Source: ...'.")
        return failed(self._too_few(len(found)), hint)

    def _too_few(self, count: int) -> Message:
        least = self.least
        if not count:
            return say_number(
                "No source was found in the answer; at least {n} is required.",
                "No source was found in the answer; at least {n} are required.",
                least,
            )
        return say_number(
            "The answer names {n} source; at least {least} are required.",
            "The answer names {n} sources; at least {least} are required.",
            count,
            least=least,
        )

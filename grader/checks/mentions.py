"""The kind `mentions`: the concepts of the rubric that an answer names. A note for the tutor, never points."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model import Quote
from grader.model.message import NOTHING, Text, say, sentences
from grader.model.verdict import Verdict, passed
from grader.reading.visible_words import visible_words


class Mentions(Check):
    """A note for the tutor that lists the concepts named in the answer. It never carries points."""

    label: ClassVar[Text] = say("Concepts in the answer")
    note_only: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: mentions
concepts:
  gated cells: [LSTM, GRU, gated]
  gradient clipping: [clip]"""
    kind: Literal["mentions"] = "mentions"
    concepts: dict[str, list[str]] = Field(min_length=1, description="the concepts, each with the words that name it")

    def judge(self, context: CheckContext) -> Verdict:
        """List the concepts that were found and those that were not; the words are highlighted in the answer."""
        if context.answer is None:
            return passed(say("No answer was found."))
        text = context.answer.text
        found = {concept: _found(words, visible_words(text)) for concept, words in self.concepts.items()}
        named = [concept for concept, words in found.items() if words]
        absent = [concept for concept, words in found.items() if not words]
        message = sentences(
            say("Named: {concepts}.", concepts=named) if named else NOTHING,
            say("Not found: {concepts}.", concepts=absent) if absent else NOTHING,
        )
        highlights = tuple(word for words in found.values() for word in words)
        return passed(message, Quote(say("The answer"), text, context.answer.where, highlights))


def _found(words: list[str], text: str) -> list[str]:
    """Return the words as written in the text; a word also counts as the beginning of a longer one."""
    hits = []
    for word in words:
        start = r"(?<!\w)" if word[:1].isalnum() else ""
        hits += [match.group() for match in re.finditer(start + re.escape(word), text, re.I)]
    return list(dict.fromkeys(hits))

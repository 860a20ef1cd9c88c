"""The kind `mentions`: which of the rubric's concepts an answer names. A note for the marker, never points."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, CheckContext
from grader.model import Quote
from grader.model.message import Text, say
from grader.model.verdict import Verdict, passed


class Mentions(Check):
    """A note for the marker: which concepts the answer names. It never carries points."""

    label: ClassVar[Text] = say("Concepts that the answer names")
    note_only: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: mentions
concepts:
  gated cells: [LSTM, GRU, gated]
  gradient clipping: [clip]"""
    kind: Literal["mentions"] = "mentions"
    concepts: dict[str, list[str]] = Field(min_length=1, description="concepts with the words that name them")

    def judge(self, context: CheckContext) -> Verdict:
        """List the concepts found and not found; the words are highlighted in the answer."""
        if context.answer is None:
            return passed("No answer was found to look into.")
        text = context.answer.text
        found = {concept: _found(words, text) for concept, words in self.concepts.items()}
        named = [concept for concept, words in found.items() if words]
        absent = [concept for concept, words in found.items() if not words]
        message = f"Named: {', '.join(named) or 'none'}."
        message += f" Not found: {', '.join(absent)}." if absent else ""
        highlights = tuple(word for words in found.values() for word in words)
        return passed(message, Quote("The answer", text, context.answer.where, highlights))


def _found(words: list[str], text: str) -> list[str]:
    """The words as they stand in the text; a word also counts as the beginning of a longer one."""
    hits = []
    for word in words:
        start = r"(?<!\w)" if word[:1].isalnum() else ""
        hits += [match.group() for match in re.finditer(start + re.escape(word), text, re.I)]
    return list(dict.fromkeys(hits))

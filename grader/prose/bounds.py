"""How much of an answer is read by the readers of formulas, shapes and numbers."""

from __future__ import annotations

from grader.model.message import NOTHING, Message, say

MAX_CHARACTERS = 12_000  # ten times the longest answer of a course; each reader takes under a second for it


def too_long(text: str) -> Message:
    """Return a sentence that the text is longer than what is read; nothing if it is not."""
    if len(text) <= MAX_CHARACTERS:
        return NOTHING
    return say("The answer has more than {limit} characters and was not read.", limit=MAX_CHARACTERS)

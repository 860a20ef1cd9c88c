"""How much of an answer is read by the readers of formulas, shapes and numbers."""

from __future__ import annotations

import re

from grader.model.message import NOTHING, Message, say

MAX_DIGITS = 40  # of one number; patterns for numbers take long for thousands of digits
MAX_CHARACTERS = 12_000  # ten times the longest answer of a course; each reader takes under a second for it

_LONG_NUMBER = re.compile(rf"\d{{{MAX_DIGITS + 1}}}")


def too_long(text: str) -> Message:
    """Return a sentence that the text, or a number in it, is longer than what is read; nothing if it is not."""
    if len(text) <= MAX_CHARACTERS:
        if _LONG_NUMBER.search(text):
            return say("The answer has a number with more than {limit} digits and was not read.", limit=MAX_DIGITS)
        return NOTHING
    return say("The answer has more than {limit} characters and was not read.", limit=MAX_CHARACTERS)

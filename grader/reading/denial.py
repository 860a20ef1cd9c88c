"""Find the words by which an answer takes back its statements."""

from __future__ import annotations

import re

from grader.model.message import NOTHING, Message, say

_DENIED = re.compile(
    r"(?i)\b(?:that|this|it|das|dies)\s+(?:is|was|ist|war)\s+(?:wrong|false|incorrect|falsch|not\s+(?:right|correct|true)|nicht\s+richtig)"
    r"|\bnot right\b|\bwir sind (?:uns )?nicht sicher|\bnot sure\b"
)


def denial(text: str) -> Message:
    """Return a sentence that names the words by which a text takes back a statement; nothing if it has none."""
    found = _DENIED.search(text)
    return say("The words '{words}' may take back the answer.", words=found[0]) if found else NOTHING

"""Recognise the text of the assignment itself, so that a sheet or a template is not taken for a team's answers."""

from __future__ import annotations

import re

from grader.model import Document, Text, say

_PHRASES = re.compile(r"you are expected|your submissions? should|guidelines|deadline", re.I)
_POINTS = re.compile(
    r"[\[(]\s*\d{1,3}(?:[.,]\d+)?\s*(?:points?|pts?\.?|p\.|punkte?|pkt\.?|credits?|puntos?|punti)\s*[\])]", re.I
)
MIN_POINTS = 2  # places with points of questions in a sheet
MIN_PHRASES = 3  # phrases of a sheet, or points
_ASKS = re.compile(
    r"(?i)(?:name|explain|describe|state|give|compute|calculate|show|discuss|compare|list|derive|prove|implement|determine|"
    r"justify|hand in|submit|nennen?|erklären?|erkläre|beschreiben?|geben|gib|berechnen?|zeigen?|diskutieren?|"
    r"vergleichen?|begründen?|leiten|implementieren?|bestimmen?|abgabe)\s+\w+\s+\w"
)
MAX_ASKING = 2000  # characters; a longer text is more than a question


def is_the_assignment(document: Document) -> bool:
    """Return whether a document seems to be the assignment, by points of questions and by phrases of sheets.

    Notebooks often repeat the questions with their points, so points say nothing there.
    """
    phrases = len(_PHRASES.findall(document.text))
    if document.kind == "notebook":
        return phrases >= MIN_PHRASES
    points = len(_POINTS.findall(document.text))
    return points >= MIN_POINTS or phrases + points >= MIN_PHRASES


def only_asks(text: str) -> bool:
    """Return whether a text is nothing but a question: every sentence asks, or begins with what is to be done."""
    plain = _POINTS.sub(" ", text).strip()
    if not plain or len(plain) > MAX_ASKING:
        return False
    sentences = [part.strip(" *_#>-.)\n\t") for part in re.split(r"(?<=[.?!])[\s*_)]+|\n\s*\n", plain)]
    return all(part.rstrip(".)!*_ ").endswith("?") or _ASKS.match(part) for part in sentences if part)


def doubt_about(where: str) -> Text:
    """Return the doubt about an answer at a place that seems to be the assignment's own text."""
    return say("{place}: this may be the text of the assignment, and not an answer.", place=where)

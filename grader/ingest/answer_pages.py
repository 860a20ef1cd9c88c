"""The pages of a PDF that contain an answer, for a tutor who reads them next to the extracted text."""

from __future__ import annotations

import re

from grader.model import Answer, Submission

MAX_IMAGES = 2  # of one answer
CHUNK = 40  # letters and digits at the start and end of an answer, used for the search


def pages_of(answer: Answer, submission: Submission) -> tuple[str, list[int]]:
    """Return the PDF and the numbers of the pages, from 0; empty if it is from no PDF or is not found again."""
    found = next((one for one in submission.documents if one.pages and one.path in answer.where), None)
    wanted = _letters(answer.text)
    if found is None or not wanted:
        return "", []
    texts = [_letters(page) for page in found.pages]
    first = next((n for n, page in enumerate(texts) if wanted[:CHUNK] in page), None)
    if first is None:
        return "", []
    last = next((n for n in range(first, len(texts)) if wanted[-CHUNK:] in texts[n]), first)
    return found.path, list(range(first, min(last, first + MAX_IMAGES - 1) + 1))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()

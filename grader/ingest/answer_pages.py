"""The pages of a PDF that contain an answer, for a tutor who reads them next to the extracted text."""

from __future__ import annotations

import re

from grader.ingest.documents import MAX_PAGES
from grader.model import Answer, Submission

MAX_IMAGES = 2  # of one answer
CHUNK = 40  # letters and digits at the start and end of an answer, used for the search


def pages_of(answer: Answer, submission: Submission) -> tuple[str, list[int]]:
    """Return the PDF and the numbers of the pages, from 0; empty if it is from no PDF or is not found again."""
    import pypdfium2

    path = next((name for name in submission.files if name.lower().endswith(".pdf") and name in answer.where), "")
    wanted = _letters(answer.text)
    if not path or not wanted:
        return "", []
    try:
        with pypdfium2.PdfDocument(submission.files[path]) as pdf:
            texts = [_letters(pdf[n].get_textpage().get_text_bounded()) for n in range(min(len(pdf), MAX_PAGES))]
    except (pypdfium2.PdfiumError, ValueError):
        return "", []
    first = next((n for n, page in enumerate(texts) if wanted[:CHUNK] in page), None)
    if first is None:
        return "", []
    last = next((n for n in range(first, len(texts)) if wanted[-CHUNK:] in texts[n]), first)
    return path, list(range(first, min(last, first + MAX_IMAGES - 1) + 1))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()

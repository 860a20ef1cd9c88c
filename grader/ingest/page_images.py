"""Pages of a PDF as pictures, for a person who reads beside the extracted text."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping

from grader.ingest.documents import MOST_PAGES
from grader.model import Answer, PageImage, Submission

MOST_WIDTH, MOST_HEIGHT = 850, 1200  # pixels
MOST_IMAGES = 2  # of one answer
CHUNK = 40  # letters and digits that an answer begins and ends with
GREYS = 16


def pages_of(answer: Answer, submission: Submission) -> tuple[PageImage, ...]:
    """Return the pages that an answer stands on; none where it is from no PDF or is not found again."""
    path = next((name for name in submission.files if name.lower().endswith(".pdf") and name in answer.where), "")
    return _pages(path, submission.files, answer.text) if path else ()


def _pages(path: str, files: Mapping[str, bytes], text: str) -> tuple[PageImage, ...]:
    import pypdfium2

    wanted = _letters(text)
    try:
        with pypdfium2.PdfDocument(files[path]) as pdf:
            texts = [_letters(page.get_textpage().get_text_bounded()) for page in list(pdf)[:MOST_PAGES]]
            first = next((n for n, page in enumerate(texts) if wanted[:CHUNK] and wanted[:CHUNK] in page), None)
            if first is None:
                return ()
            last = next((n for n in range(first, len(texts)) if wanted[-CHUNK:] in texts[n]), first)
            numbers = range(first, min(last, first + MOST_IMAGES - 1) + 1)
            return tuple(PageImage(f"Page {n + 1} of {path}", _picture(pdf[n])) for n in numbers)
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        return ()


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _picture(page: object) -> str:
    """A page in grey as a data address, within the most pixels whatever size the page says it has."""
    from pypdfium2 import PdfPage

    assert isinstance(page, PdfPage)
    width, height = page.get_size()
    scale = min(MOST_WIDTH / max(width, 1), MOST_HEIGHT / max(height, 1))
    image = page.render(scale=scale, grayscale=True).to_pil()
    file = io.BytesIO()
    image.quantize(GREYS).save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()

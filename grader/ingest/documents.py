"""Read written parts as text: Markdown, text files, notebook cells and PDF."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from grader.ingest.html_text import is_export_of_a_notebook, text_of_html
from grader.ingest.office_text import can_be_read, text_of_office
from grader.model import Document, Notice, NoticeCode, say
from grader.text import decode

TEXT_ENDINGS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
    ".txt": "text",
    ".tex": "text",
    ".rst": "text",
}


MAX_CHARACTERS = 400_000


MAX_PAGES = 80


_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"}


# Digits and signs as keyboards for Chinese and Japanese write them, which labels and numbers may have.
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．：（）\u3000", "0123456789.:() ")


def clean(text: str) -> str:
    """Normalise line ends and ligatures, and drop characters that would hide or reorder text."""
    for ligature, letters in _LIGATURES.items():
        text = text.replace(ligature, letters)
    text = text.translate(_FULL_WIDTH)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").replace("\u00a0", " ")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return unicodedata.normalize("NFC", "".join(kept))[:MAX_CHARACTERS]


def read_documents(
    files: Mapping[str, bytes], begin: Callable[[str], None] = lambda path: None
) -> tuple[list[Document], list[Notice]]:
    """Return the written documents among the files, without notebooks (see `notebooks.read_notebook`).

    `begin` is called with each document before it is read.
    """
    documents: list[Document] = []
    notices: list[Notice] = []
    for path in sorted(files):
        ending = "." + path.lower().rpartition(".")[2]
        name = path.rpartition("/")[2].lower()
        begin(path)
        if ending in TEXT_ENDINGS and not name.startswith(("requirements", "license")):
            kind = TEXT_ENDINGS[ending]
            documents.append(Document(path, "markdown" if kind == "markdown" else "text", clean(decode(files[path]))))
        elif ending == ".pdf":
            document, notice = _read_pdf(path, files[path])
            documents.append(document)
            notices += [notice] if notice else []
        elif ending in (".html", ".htm") and not is_export_of_a_notebook(page := decode(files[path])):
            _add(path, *text_of_html(page), documents, notices)
        elif ending in (".docx", ".odt") and can_be_read():
            _add_office(path, files[path], documents, notices)
    begin("")
    return documents, notices


def _add_office(path: str, data: bytes, documents: list[Document], notices: list[Notice]) -> None:
    try:
        text, more = text_of_office(path, data)
    except ValueError as error:
        what = say("{file} cannot be read ({error}).", file=path, error=error)
        notices.append(Notice(NoticeCode.damaged, what, say("Export it as a PDF."), True))
        return
    _add(path, text, more, documents, notices)


def _add(path: str, text: str, more: bool, documents: list[Document], notices: list[Notice]) -> None:
    """Add a document with words, and a notice on what is in it besides words; one without words is not read."""
    if text.strip():
        documents.append(Document(path, "markdown", clean(text)))
        if more:
            what = say("{file} has pictures or formulas that cannot be read here.", file=path)
            notices.append(Notice(NoticeCode.not_all_read, what, say("A tutor will look at the file."), True))


def _read_pdf(path: str, data: bytes) -> tuple[Document, Notice | None]:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as pdf:
            pages = list(_texts(pdf))
    except (pypdfium2.PdfiumError, ValueError) as error:
        what = say("{file} cannot be read ({error}).", file=path, error=error)
        hint = say("Export the PDF again, without a password.")
        return Document(path, "pdf", "", False), Notice(NoticeCode.unreadable_pdf, what, hint, True)
    cleaned = tuple(map(clean, pages))
    text = "\n".join(cleaned)
    text = re.sub(r"(\w)[-\u00ad]\n(?=[a-zäöüß])", r"\1", text).replace("\ufffe\n", "")
    if sum(character.isalnum() for character in text) < 20:
        what = say("{file} contains no text (a scan?).", file=path)
        hint = say("Export the PDF from the editor instead.")
        return Document(path, "pdf", "", False), Notice(NoticeCode.scanned_pdf, what, hint, True)
    return Document(path, "pdf", text[:MAX_CHARACTERS], pages=cleaned), None


def _texts(pdf: Any) -> Iterator[str]:
    """Yield the text of each page, up to limits of pages and characters."""
    characters = 0
    for number in range(min(len(pdf), MAX_PAGES)):
        text = pdf[number].get_textpage().get_text_bounded()
        yield text
        characters += len(text)
        if characters > MAX_CHARACTERS:
            return

"""Places where an answer may stand that has no label in a document: for a tutor, as each of them is a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.ingest.answer_sections import MAX_ANSWER, Section
from grader.model import Document

MIN_WORDS = 8  # of a paragraph in code
_HEADING = re.compile(r"^ {0,3}(?:#{1,6}\s+(?P<title>\S.*)|(?P<bold>\*\*|__)(?P<strong>[^*_]{2,80})(?P=bold)\s*:?\s*)$")


def by_file_name(documents: Sequence[Document], wanted: tuple[str, ...]) -> Iterator[Section]:
    """Yield the documents whose name has the number of a question, such as `task4_1.md`."""
    for document in documents:
        name = document.path.rpartition("/")[2].rpartition(".")[0]
        if tuple(re.findall(r"\d+|(?<=\d)[a-h]\b", name.lower())) == wanted and document.text.strip():
            yield Section(wanted, name, document.text.strip()[:MAX_ANSWER], document.path)


def by_titles(documents: Sequence[Document]) -> Iterator[Section]:
    """Yield the parts of documents below headings and lines in bold that have no number."""
    for document in documents:
        title, lines = "", []
        for line in [*document.text.split("\n"), "# end"]:
            found = _HEADING.match(line)
            if found is None:
                lines.append(line)
                continue
            if title and (text := "\n".join(lines).strip()):
                yield Section((), title, text[:MAX_ANSWER], f"{document.path}, {title}")
            title, lines = (found["title"] or found["strong"]).strip(" #*_:")[:100], []


def paragraphs(documents: Sequence[Document]) -> Iterator[Section]:
    """Yield the paragraphs of words in code that are long enough to answer something."""
    for document in documents:
        for paragraph in re.split(r"\n\s*\n", document.text):
            if len(re.findall(r"[^\W\d_]{2,}", paragraph)) >= MIN_WORDS:
                yield Section((), "", paragraph.strip()[:MAX_ANSWER], document.path)


def best_by_words(sections: Sequence[Section], shares: Sequence[float], least: float) -> Section | None:
    """Return the section with the most of a question's words; the text of another one with as many is beside it."""
    if not sections or max(shares) < least or max(shares) == 0:
        return None
    best = max(shares)
    first, *others = (one for one, share in zip(sections, shares, strict=True) if share == best)
    return replace(first, nearby=others[0].text) if others else first

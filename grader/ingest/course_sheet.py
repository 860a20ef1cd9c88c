"""The lines of what a course handed out, its sheet and its template: none of them is a team's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from grader.ingest.answer_sections import sections
from grader.ingest.answer_text import line_key
from grader.ingest.documents import read_documents
from grader.ingest.notebooks import is_notebook, read_notebook

MIN_WORDS = 3  # of a line that is no row of a table; shorter ones are anybody's


def sheet_lines(files: Mapping[str, bytes]) -> frozenset[str]:
    """Return the lines in the files of a sheet, as `line_key` writes them, also without the labels of questions."""
    return _lines(tuple(sorted(files.items()))) if files else frozenset()


@lru_cache(maxsize=4)
def _lines(files: tuple[tuple[str, bytes], ...]) -> frozenset[str]:
    notebooks = {path: data for path, data in files if is_notebook(path, data)}
    documents, _ = read_documents({path: data for path, data in files if path not in notebooks})
    for path, data in notebooks.items():
        if (document := read_notebook(path, data).document) is not None:
            documents.append(document)
    texts = [line for document in documents for line in document.text.split("\n")]
    texts += [section.heading for document in documents for section in sections(document)]
    keys = {line_key(text) for text in texts}
    return frozenset(key for key in keys if "|" in key or len(re.findall(r"[^\W_]+", key)) >= MIN_WORDS)

"""Where a label begins an answer, and where it ends."""

from __future__ import annotations

import pytest

from grader.ingest.answer_sections import sections
from grader.model import Document


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# Exercise 4\nFour.\n\n# Exercise 5\nFive.", [("4", "Four."), ("5", "Five.")]),
        ("## 4.1\nOne.\n\n## 4.2\nTwo.", [("4.1", "One."), ("4.2", "Two.")]),
        ("No label at all.", []),
    ],
    ids=["headings", "numbers", "none"],
)
def test_a_document_is_split_at_its_labels(text: str, found: list[tuple[str, str]]) -> None:
    split = sections(Document("a.md", "markdown", text))
    assert [(".".join(one.path), one.text.strip().splitlines()[-1]) for one in split] == found

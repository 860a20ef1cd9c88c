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
        (
            "## Q3\nThree.\n\n## Q3b\nMore.\n\n## 4b. Title\nFour.",
            [("3", "Three."), ("3", "More."), ("3.b", "More."), ("4", "Four."), ("4.b", "Four.")],
        ),
        ("4a) Four.\n\n4b) More.", [("4", "a) Four."), ("4.a", "Four."), ("4", "b) More."), ("4.b", "More.")]),
        (
            "# Exercise 4\n## Question A\nFour.\n## Question B\nMore.",
            [("4", "More."), ("4.a", "Four."), ("4.b", "More.")],
        ),
        ("## 2D convolution\nIs one.", []),
        ("No label at all.", []),
    ],
    ids=["headings", "numbers", "number and letter", "without a blank", "word and letter", "no letter", "none"],
)
def test_a_document_is_split_at_its_labels(text: str, found: list[tuple[str, str]]) -> None:
    split = sections(Document("a.md", "markdown", text))
    assert [(".".join(one.path), one.text.strip().splitlines()[-1]) for one in split] == found

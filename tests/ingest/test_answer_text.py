"""The team's own text of an answer: without the question, and up to where it may end."""

from __future__ import annotations

import pytest

from grader.ingest.answer_text import line_key, own_text

A = "Clip the gradient when its norm is above a threshold."
Q = "Name a remedy for exploding gradients and say why it works."
QUESTION = "The answer begins with text that may be the question itself."


@pytest.mark.parametrize(
    ("line", "body", "text", "doubt"),
    [
        ("> 4.1) x", f" {Q}\n\n{A}", A, ""),
        ("> 4.1) x", f" {Q}\n> More of it.\n{A}", A, ""),
        ("> 4.1) x", f" {A}", A, ""),
        ("> 4.1) x", f" {A}\n\n> And more.", f"{A}\n\n> And more.", ""),
        ("4.1) x", f" *{Q}*\n\n**A:** {A}", A, ""),
        ("4.1) x", f" _{Q}_\n\nA: {A}", A, ""),
        ("## 4.1", f"\n> {Q}\n\n{A}", A, ""),
        ("## 4.1", f"\n> As the book says, clip.\n\n{A}", f"> As the book says, clip.\n\n{A}", ""),
        ("## 4.1", f"\n{Q}\n\n{A}", f"{Q}\n\n{A}", QUESTION),
        ("## 4.1", f"\n{Q}", Q, ""),
        ("## 4.1 Which one?", f" Which one?\n**Answer:** {A}", A, ""),
        ("4.1) x", f" Answer: {A}", A, ""),
        ("## 4.1", f"\n{Q}\n\n### Our answer\n\n{A}", A, ""),
        ("## 4.1", f"\nIt is so.\n\n**Answer**\n\n{A}", f"It is so.\n\n**Answer**\n\n{A}", ""),
        ("4.1) x", " A: the matrix of weights.", "A: the matrix of weights.", ""),
        ("4.1) x", " *Clipping* is a remedy.\n\nIt works.", "*Clipping* is a remedy.\n\nIt works.", ""),
    ],
    ids=[
        "quoted", "quote of two lines", "quoted answer", "answer quoted twice", "emphasis and A", "underscores", "quote below", "quote of a book",
        "question not set off", "only the question", "answer behind a question", "word before", "heading of the answer", "text before that heading", "a variable", "emphasis inside",
    ],
)  # fmt: skip
def test_a_repeated_question_is_no_part_of_the_answer(line: str, body: str, text: str, doubt: str) -> None:
    found = own_text(body, line, "markdown")
    assert (found.text, str(found.doubt)) == (text, doubt)


@pytest.mark.parametrize(
    ("line", "heading", "ends"),
    [
        ("## 4.2", "## Appendix", True),
        ("## 4.2", "# Feedback", True),
        ("## 4.2", "### Why it works", False),
        ("## 4.2", "## Our answer", False),
        ("**4.2**", "### Feedback", True),
        ("## 4.2", "```python\n# a remark\n```", False),
    ],
    ids=["same level", "above", "below", "of the answer", "bold label", "code"],
)
def test_a_heading_that_may_begin_something_else_is_a_doubt_with_the_text_behind_it(
    line: str, heading: str, ends: bool
) -> None:
    found = own_text(f"\n{A}\n\n{heading}\n\nMore text.\n", line, "markdown")
    if ends:
        title = heading.strip("# ")
        assert str(found.doubt) == f"It is not clear whether the answer ends before '{title}'."
        assert (found.text, found.nearby) == (A, f"{heading}\n\nMore text.")
    else:
        assert (str(found.doubt), found.nearby) == ("", "")
        assert found.text.endswith("More text.")
    assert own_text(f"\n{A}\n\n{heading}\n\nMore text.\n", line, "text").nearby == "", "a sign of other texts"


def test_lines_of_the_sheet_are_left_out() -> None:
    sheet = {line_key(Q), line_key("| hidden | noise removed |")}
    found = own_text(f" **{Q}**\n| hidden | noise removed |\n\n{A}\n", "4.1) x", "markdown", sheet)
    assert (found.text, found.only_sheet) == (A, False)
    assert own_text(f" {Q}\n", "4.1) x", "markdown", sheet).only_sheet

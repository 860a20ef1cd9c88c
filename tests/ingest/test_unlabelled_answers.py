"""Answers without a label in a document: likely places, each with a doubt."""

from __future__ import annotations

import pytest

from grader.ingest.find_answers import find_answers
from grader.model import Cell, Document, Place, Submission
from tests.ingest.test_answer_labels import RUBRIC, A, B

CLOSEST = "No answer is numbered 4.1; the closest match is "
CODE = "{}: this stands in the code, and may not be the answer."


def first(documents: dict[str, str], *sources: str) -> tuple[str, str] | None:
    cells = tuple(Cell(n, text, "a", place=Place("a.ipynb", cell=n)) for n, text in enumerate(sources, 1))
    given = tuple(Document(path, "markdown", text) for path, text in documents.items())
    answer = find_answers(Submission("t", "t", "d", documents=given, cells=cells), RUBRIC).get("q41")
    return (answer.text, str(answer.doubt)) if answer is not None else None


@pytest.mark.parametrize("title", ["# Clipping", "**Clipping**", "## Clip the gradient", "__Clipping:__"])
def test_a_title_without_a_number_is_chosen_by_the_words_of_the_question(title: str) -> None:
    name = title.strip("#*_: ")
    assert first({"a.md": f"{title}\n\n{A}\n\n# Gates\n\n{B}\n"}) == (A, f"{CLOSEST}a.md, {name}.")


def test_a_file_named_after_the_question_is_its_answer() -> None:
    assert first({"x/task4_1.md": A, "task4_2.md": B, "sheet14.md": "x"}) == (A, f"{CLOSEST}x/task4_1.md.")


def test_words_in_code_are_shown_where_documents_have_none() -> None:
    labelled = f"# 4.1\n# {A}\nx = 1"
    assert first({}, labelled) == (A, CODE.format("a.ipynb, cell 1, under 4.1"))
    assert first({}, "x = 1", f'"""{A}"""') == (A, CODE.format("a.ipynb, cell 2"))
    assert first({"a.md": f"4.1 {B} Clip."}, labelled) == (f"{B} Clip.", "")
    assert first({}, "# the gradient") is None, "too short"
    assert first({}, "# eight words that say nothing of any question here") is None


def test_of_two_places_that_fit_alike_the_other_is_beside_the_first() -> None:
    text = f"# One\n\n{A}\n\n# Two\n\nClip a gradient.\n"
    documents = (Document("a.md", "markdown", text),)
    answer = find_answers(Submission("t", "t", "d", documents=documents), RUBRIC)["q41"]
    assert (answer.text, answer.nearby) == (A, "Clip a gradient.")

"""A sheet or a template in a submission is not taken for the team's answers."""

from __future__ import annotations

import pytest

from grader.ingest.assignment_text import is_the_assignment, only_asks
from grader.ingest.find_answers import find_answers
from grader.model import Document, Submission
from tests.ingest.test_answer_labels import RUBRIC, A, B

SHEET = (
    "Sheet 4\nTask 4.1 [2 points] Name a remedy for a gradient that explodes, for instance to clip it.\n"
    "Task 4.2 [2 points] Which gate decides what is forgotten?\nHand in one notebook by Sunday.\n"
)
GERMAN = (
    "Blatt 4\nAufgabe 4.1 (2 Punkte) Nennen Sie ein Mittel gegen explodierende Gradienten (gradient), z. B. clip.\n"
    "Aufgabe 4.2 (2 Punkte) Welches gate vergisst (forget)?\nAbgabe bis Sonntag.\n"
)
README = "# Exercise 4\n\n## Task 4.1\n\nName a remedy for a gradient (clip?).\n\n## Task 4.2\n\nWhich gate lets the cell forget?\n"
ANSWERS = f"4.1 {A}\n\n4.2 {B}\n"


def found(**texts: str) -> dict[str, tuple[str, bool]]:
    documents = tuple(Document(f"{name}.md", "markdown", text) for name, text in texts.items())
    answers = find_answers(Submission("t", "t", "d", documents=documents), RUBRIC)
    return {name: (one.text, bool(one.doubt)) for name, one in answers.items()}


@pytest.mark.parametrize(
    "text", [SHEET, GERMAN, SHEET.replace("[2 points]", "(2 pts)"), README], ids=["en", "de", "pts", "template"]
)
def test_the_text_of_the_assignment_is_no_answer_without_a_doubt(text: str) -> None:
    answers = found(sheet=text)
    assert answers.keys() == {"q41", "q42"}
    assert all(doubt for _, doubt in answers.values())


@pytest.mark.parametrize("text", [SHEET, GERMAN], ids=["en", "de"])
def test_answers_beside_a_sheet_are_found(text: str) -> None:
    assert found(sheet=text, zanswers=ANSWERS) == {"q41": (A, False), "q42": (B, False)}


def test_a_notebook_may_repeat_the_points_of_its_questions() -> None:
    notebook = Document("net.ipynb", "notebook", f"## 4.1 (2 points)\n{A}\n## 4.2 (2 points)\n{B}\n")
    assert not is_the_assignment(notebook)
    answers = find_answers(Submission("t", "t", "d", documents=(notebook,)), RUBRIC)
    assert not any(one.doubt for one in answers.values())


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Which gate?", True), ("Explain the gate. Why does it forget?", True), ("Nennen Sie zwei Mittel.", True),
        ("Which gate? The forget gate.", False), (A, False), ("", False), ("Nothing is named here.", False),
        ("Why.", False), ("What matters is the gate.", False), ("Show it.", False),
    ],
)  # fmt: skip
def test_a_text_that_only_asks(text: str, asks: bool) -> None:
    assert only_asks(text) is asks

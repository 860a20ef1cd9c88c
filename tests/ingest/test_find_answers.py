"""Answers are found by number and words, however a team numbers its document."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.ingest import find_answers as finding
from grader.ingest.answer_sections import MAX_LABELS, sections
from grader.ingest.documents import clean, read_documents
from grader.ingest.find_answers import find_answers
from grader.model import Document, Submission
from grader.rubric.load import parse_rubric
from tests.helpers import ROOT, shipped

ALPHA = "CNNs look at spatial data with shared filters, RNNs at sequential data; both share weights."
BETA = "Vanishing and exploding gradients are counteracted by gradient clipping and by gated cells."
GAMMA = "The design pattern is many-to-many; the input tensor has the shape (batch, seq, 1) before the LSTM."
DELTA = "| configuration | noise removed in percent |\n| hidden 40, 100 epochs | 58 % |"

FORMS = {
    "headings": f"# Exercise 7\n## 1) CNN?\n{ALPHA}\n## 2) Gradients?\n{BETA}\n## 3) Pattern?\n{GAMMA}\n## 4) Table\n{DELTA}",
    "bold": f"**Question 1**\n{ALPHA}\n\n**Question 2**\n{BETA}\n\n**Question 3**\n{GAMMA}\n\n**Question 4**\n{DELTA}",
    "german": f"Aufgabe 1: {ALPHA}\nAufgabe 2: {BETA}\nAufgabe 3: {GAMMA}\nAufgabe 4: {DELTA}",
    "dots": f"Abgabe 7\n1. {ALPHA}\n2. {BETA}\n3. {GAMMA}\n4. Table\n{DELTA}",
    "chapters": f"1 Preliminary Questions\n1.1\n{ALPHA}\n1.2\n{BETA}\n2 Design\n2.1 Which design pattern?\n{GAMMA}\n3 Results\n{DELTA}",
    "q": f"Q1. {ALPHA}\nQ2. {BETA}\nQ3. {GAMMA}\nQ4. {DELTA}",
    "lists inside": f"## 1)\n{ALPHA}\n## 2)\nRemedies:\n1. clipping gradients\n2. gated cells against vanishing\n## 3)\n{GAMMA}\n## 4)\n{DELTA}",
}


def found(text: str, rubric: str = "noise-removal") -> dict[str, str]:
    submission = Submission("t", "t", "d", documents=(Document("answers.md", "markdown", text),))
    return {name: answer.text for name, answer in find_answers(submission, shipped(rubric)).items() if not answer.doubt}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_each_answer_is_found_in_every_form(text: str) -> None:
    answers = found(text)
    assert "shared filters" in answers["q1"]
    assert "clipping" in answers["q2"]
    assert "many-to-many" in answers["q3"]
    assert "58 %" in answers["q4"]
    assert "58 %" not in answers["q1"] + answers["q3"]
    assert "clipping" not in answers["q1"] + answers["q3"]


def test_a_list_inside_an_answer_does_not_cut_it() -> None:
    assert "gated cells against vanishing" in found(FORMS["lists inside"])["q2"]


def test_a_sheet_with_the_wrong_number_is_still_read() -> None:
    text = (
        "Exercise 10.1\n1) CNN and RNN: spatial against sequential.\n2) Vanishing gradients and LSTM gates.\n"
        "Exercise 10.2\n1) One to one: image.\n2) A recursive tree with a root.\n3) a) The Jacobian is J = diag(sigma'(z)).\n"
        "b) Vanishing and exploding; the norm is a factor."
    )
    answers = found(text, "sequence-modeling")
    assert answers["11.2.3a"].startswith("The Jacobian")
    assert answers["11.2.3b"].startswith("Vanishing")
    assert answers["11.1.2"].startswith("Vanishing gradients")


def test_two_places_with_the_same_claim_are_a_doubt() -> None:
    submission = Submission(
        "t",
        "t",
        "d",
        documents=(
            Document("a.md", "markdown", f"## 2) Gradients\n{BETA} First version with some more words about it."),
            Document("b.md", "markdown", f"## 2) Gradients\n{BETA} Second version, which says another thing."),
        ),
    )
    answer = find_answers(submission, shipped("noise-removal"))["q2"]
    assert "Two places" in str(answer.doubt)


def test_no_answer_is_no_entry() -> None:
    assert "q3" not in found("## 1)\n" + ALPHA)


def test_pdf_is_read_and_a_scan_is_not_empty(submissions: Path) -> None:
    data = (submissions / "cnn-rnn" / "Demo_1000303_Fiktiv_1000304.pdf").read_bytes()
    documents, notices = read_documents({"answers.pdf": data})
    assert documents[0].readable
    assert len(documents[0].text) > 200
    assert not notices
    documents, notices = read_documents({"scan.pdf": _empty_pdf(), "broken.pdf": b"%PDF-1.4 broken"})
    assert [document.readable for document in documents] == [False, False]
    assert [notice.code for notice in notices] == ["pdf", "scan"]


def _empty_pdf() -> bytes:
    from fpdf import FPDF

    page = FPDF()
    page.add_page()
    page.rect(10, 10, 50, 50)
    return bytes(page.output())


def test_text_that_hides_or_reorders_is_cleaned() -> None:
    assert clean("a\u202eb\u200bc\x00d ﬁn\r\ne") == "abcd fin\ne"


def test_the_readme_of_samples_lists_every_sample() -> None:
    text = (ROOT / "submissions" / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "submissions").glob("*/*/sample.yaml"):
        assert path.parent.name in text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("## Question 4 a\n\n48 weights in the convolution\n\nbecause each filter has 16.", "48 weights"),
        ("## 4\n(a) 48 weights\n(b) 75 ReLU\n(c) 348 weights in all", "48 weights"),
    ],
)
def test_the_first_line_of_an_answer_is_kept(text: str, answer: str) -> None:
    assert answer in found(text, "cnn-rnn")["q4i"]


def test_a_list_that_restarts_belongs_to_the_answer() -> None:
    text = "1) CNN and RNN differ:\n\n1. spatial convolutional data\n2. sequential recurrent data\n\nSource: a book\n2) vanishing gradients"
    assert "Source: a book" in found(text)["q1"]


def test_a_missing_answer_is_not_taken_from_the_next() -> None:
    text = "Exercise 11.2\n3) b) Vanishing and exploding; the Jacobian $J = diag(sigma'(z))$ has a norm, a factor."
    assert "11.2.3a" not in found(text, "sequence-modeling")


def test_a_document_of_numbers_alone_is_not_compared_with_itself() -> None:
    found = sections(Document("a.md", "markdown", "2)\n" * (MAX_LABELS + 1)))
    assert len(found) == MAX_LABELS
    assert all(section.doubt for section in found)


def test_answers_whose_search_takes_too_long_are_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    def search(submission: object, rubric: object) -> None:
        while True:
            pass

    monkeypatch.setattr(finding, "_find_answers", search)
    monkeypatch.setattr(finding, "MAX_CPU_SECONDS", 0.05)
    rubric = shipped("sequence-modeling")
    answers = find_answers(Submission("t", "t.zip", ""), rubric)
    assert set(answers) == {question.id for question in rubric.questions if question.answer is not None}
    assert all(answer.doubt for answer in answers.values())


def test_the_only_document_is_the_answer_to_the_only_question() -> None:
    rubric = parse_rubric(
        "rubric: 1\ntitle: T\npoints: 1\nquestions:\n  - {id: q, title: Q, points: 1, answer: {number: ['1'], words: [clip]}, "
        "checks: [{kind: manual, points: 1, guide: g}]}\n",
        "r.yaml",
    )
    documents = (Document("a.md", "markdown", "# Clipping\n\nSo it is.\n"),)
    (answer,) = find_answers(Submission("t", "t", "d", documents=documents), rubric).values()
    assert (answer.text.strip(), str(answer.doubt)) == ("# Clipping\n\nSo it is.", "")

"""Labels as people write them, and lists inside answers that are none."""

from __future__ import annotations

import pytest

from grader.ingest.answer_labels import with_plain_labels
from grader.ingest.find_answers import find_answers
from grader.model import Document, Submission
from grader.rubric.load import parse_rubric

RUBRIC = parse_rubric(
    """
rubric: 1
title: t
points: 4
questions:
  - {id: q41, title: Clip, points: 2, answer: {number: ["4.1"], words: [clip, gradient]}, checks: [{kind: manual, id: m1, points: 2, guide: g}]}
  - {id: q42, title: Gate, points: 2, answer: {number: ["4.2"], words: [gate, forget]}, checks: [{kind: manual, id: m2, points: 2, guide: g}]}
""",
    "r.yaml",
)
A = "Clip the gradient when its norm is above a threshold."
B = "The forget gate decides what stays in the state."
C = "That keeps the step small."


def pair(one: str, other: str, between: str = "\n\n") -> str:
    return f"{one} {A}{between}{other} {B}\n"


FORMS = {
    "words": pair("4.1", "4.2"), "headings": f"## 4.1\n\n{A}\n\n## 4.2\n\n{B}", "task and bold": "## Task 4\n\n" + pair("**1)**", "**2)**"),
    "number and bold": "## 4\n\n" + pair("**1)**", "**2)**"), "task and number": "## Task 4\n\n" + pair("1)", "2)"),
    "brackets in bold": pair("**4 (1)**", "**4 (2)**"), "task and brackets": pair("**Task 4 (1)**", "**Task 4 (2)**"),
    "heading and brackets": f"## Task 4 (1)\n\n{A}\n\n## Task 4 (2)\n\n{B}", "brackets below": "## Task 4\n\n" + pair("(1)", "(2)"),
    "bold brackets below": "## Task 4\n\n" + pair("**(1)**", "**(2)**"), "bold below": "## Task 4\n\n" + pair("**1**", "**2**"),
    "list below": "## Task 4\n\n" + pair("1.", "2.", "\n"), "bullets below": "## Task 4\n\n" + pair("- 1)", "- 2)", "\n"),
    "html list": f"<h2>Task 4</h2>\n<ol><li>{A}</li><li>{B}</li></ol>", "html heading": f"<h3>4.1</h3>\n\n{A}\n\n<h3>4.2</h3>\n\n{B}",
    "html bold": pair("<b>4.1</b>", "<b>4.2</b>"), "underlined": f"4.1\n===\n\n{A}\n\n4.2\n===\n\n{B}", "quoted": pair("> 4.1", "> 4.2"),
    "table": f"| task | answer |\n|---|---|\n| 4.1 | {A} |\n| 4.2 | {B} |", "hyphen": pair("4-1", "4-2"), "slash": pair("Task 4/1:", "Task 4/2:"),
    "Ü": pair("Ü4.1", "Ü4.2"), "Übung": pair("Übung 4.1", "Übung 4.2"), "solution": pair("Solution to 4.1", "Solution to 4.2"),
    "one bracket": pair("4.1)", "4.2)"), "square": pair("[4.1]", "[4.2]"), "round": pair("(4.1)", "(4.2)"), "paragraph": pair("§ 4.1", "§ 4.2"),
    "Q": pair("Q4.1", "Q4.2"), "latex": f"\\section*{{4.1}}\n{A}\n\n\\section*{{4.2}}\n{B}",
    "latex list": f"\\section{{Task 4}}\n\\begin{{enumerate}}\n\\item {A}\n\\item {B}\n\\end{{enumerate}}", "rule": f"---\n4.1\n{A}\n---\n4.2\n{B}",
    "sign": pair("✅ 4.1", "✅ 4.2"), "tab": f"4.1\t{A}\n\n4.2\t{B}", "dash": pair("4.1 –", "4.2 –"), "minus": pair("4.1 -", "4.2 -"),
    "parts below": "## Aufgabe 4\n\n" + pair("**Teil 1:**", "**Teil 2:**"), "bullets with a chapter": "- **Task 4**\n" + pair("  - **1)**", "  - **2)**", "\n"),
    "roman below": "## Task 4\n\n" + pair("i)", "ii)"), "roman in bold": "## Task 4\n\n" + pair("**(i)**", "**(ii)**"),
    "ordinals": f"## Task 4\n\n### First\n\n{A}\n\n### Second\n\n{B}",
}  # fmt: skip
MORE = ("**4.1**", "**4.1.**", "### 4.1", "**Task 4.1:**", "*4.1*", "**Q4.1**")


def answers(text: str) -> dict[str, tuple[str, bool]]:
    submission = Submission("t", "t", "d", documents=(Document("answers.md", "markdown", text),))
    return {name: (one.text, bool(one.doubt)) for name, one in find_answers(submission, RUBRIC).items()}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_an_answer_is_found_under_each_label(text: str) -> None:
    assert {name: (text.strip(" |=-\n"), doubt) for name, (text, doubt) in answers(text).items()} == {
        "q41": (A, False), "q42": (B, False),
    }  # fmt: skip


@pytest.mark.parametrize("label", MORE)
def test_the_first_paragraph_beside_a_label_belongs_to_the_answer(label: str) -> None:
    text = "\n\n".join(f"{one} {text}\n\n{C}" for one, text in ((label, A), (label.replace("4.1", "4.2"), B)))
    assert answers(text) == {"q41": (f"{A}\n\n{C}", False), "q42": (f"{B}\n\n{C}", False)}


@pytest.mark.parametrize("title", ["### 4.1 Clipping", "**4.1 Clipping**"])
def test_a_title_is_no_part_of_the_answer(title: str) -> None:
    assert answers(f"{title}\n\n{A}\n\n### 4.2 Gates\n\n{B}") == {"q41": (A, False), "q42": (B, False)}


@pytest.mark.parametrize(
    ("begin", "other"),
    [("the norm of the gradient is clipped.", "the forget gate."), ("$|g|$ is clipped: gradient.", "3 gates, forget.")],
    ids=["small letters", "formula and digit"],
)
def test_an_answer_may_begin_with_anything(begin: str, other: str) -> None:
    assert answers(f"4.1 {begin}\n\n4.2 {other}") == {"q41": (begin, False), "q42": (other, False)}


@pytest.mark.parametrize(
    "inside",
    [
        "Remedies:\n1) clip the gradient\n2) use a gate", "Remedies:\n\n(1) clip the gradient\n(2) gates\n",
        "See the text in section\n4.2 of the book on the gradient.", "**1** clip\n\n**2** scale the gradient",
    ],
    ids=["list", "brackets", "a number after a line break", "bold"],
)  # fmt: skip
def test_numbers_inside_an_answer_do_not_cut_it(inside: str) -> None:
    found = answers(f"## Task 4\n\n### 4.1\n\n{inside}\n\n### 4.2\n\n{B}")
    assert found == {"q41": (inside.strip(), False), "q42": (B, False)}


def test_text_without_dotted_numbers_stays_as_it_is() -> None:
    text = "<b>1</b> x\n(2) y\n\\section{3}"
    assert with_plain_labels(text, ["1", "2", "3a"]) == text


def test_every_line_stays_a_line_and_the_rest_stays_as_it_is() -> None:
    text = "(4.1) $a_1$ | b\n\n> x\n```\n4.2 = y\n```\n* 3 * 4\n"
    assert with_plain_labels(text, ["4.1"]) == text.replace("(4.1)", "4.1)")


@pytest.mark.parametrize(
    "text", ["<b>" * 60_000, "<h1>" * 60_000, "\\item" * 60_000, "> " * 60_000, "4" * 100_000, "(" * 100_000]
)
def test_a_long_line_is_read_within_the_time_of_a_test(text: str) -> None:
    assert with_plain_labels(text, ["4.1"]) == text


@pytest.mark.parametrize(
    "code",
    ["```python\n# 4.2 the forget gate\nx = 1\n```", "~~~\n## 4.2 forget gate\n~~~", "> ```py\n> 4.2 = y\n> ```"],
)
def test_a_number_in_code_is_no_label(code: str) -> None:
    found = answers(f"## 4.1\n\n{A}\n\n{code}\n\n{C}\n\n## 4.2\n\n{B}")
    assert found == {"q41": (f"{A}\n\n{code}\n\n{C}", False), "q42": (B, False)}


def test_labels_in_a_text_that_is_all_between_fences_are_labels() -> None:
    assert answers(f"```\n4.1 {A}\n4.2 {B}\n```") == {"q41": (A, False), "q42": (f"{B}\n```", False)}


def test_a_number_that_a_sentence_begins_with_makes_the_answer_before_it_a_doubt() -> None:
    found = answers(f"## 4.1\n\n{A}\n4.2 shows the forget gate too.\n\n## 4.2\n\n{B}")
    assert {name: doubt for name, (_, doubt) in found.items()} == {"q41": True, "q42": True}


def test_the_longest_of_two_places_with_one_label_counts_where_it_has_all_of_the_other() -> None:
    found = answers(f"4.1 Clip the gradient\n\n4.2 x\n\n# Answers\n\n## 4.1\n\n{A}\n\n## 4.2\n\n{B}")
    assert found == {"q41": (A, False), "q42": (B, False)}

"""Words that take back an answer, and words that only look like it."""

from __future__ import annotations

import pytest

from grader.prose.qualifiers import denial, qualifier


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The shape is (n, 1). That is wrong.", "That is wrong"),
        ("this was incorrect", "this was incorrect"),
        ("Das ist nicht richtig", "Das ist nicht richtig"),
        ("It is\nnot true.", "It is\nnot true"),
        ("Dies war falsch", "Dies war falsch"),
        ("That is not right.", "That is not right"),
        ("probably not right", "not right"),
        ("We are not sure.", "not sure"),
        ("wir sind uns nicht sicher", "wir sind uns nicht sicher"),
        ("wir sind nicht sicher", "wir sind nicht sicher"),
        ("That is wrong. We are not sure.", "That is wrong"),
    ],
)
def test_words_that_take_an_answer_back_are_shown(text: str, words: str) -> None:
    assert str(denial(text)) == f"The words '{words}' may take back the answer."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "That is right.",
        "It is true.",
        "The wrong size leads to an error.",
        "A size of 4 would be wrong, so it is 3.",
        "The credit is falsely given.",
        "the knot right of it",
        "That iswrong",
    ],
)
def test_other_words_take_nothing_back(text: str) -> None:
    assert not denial(text)


@pytest.mark.parametrize(
    "text",
    [
        "if we ignore the bias",
        "neglecting the input",
        "up to a constant factor",
        "bis auf einen Faktor",
        "as long as W is invertible",
        "for a state of size one",
        "wobei wir den Bias vernachlässigen",
    ],
)
def test_a_condition_restricts_a_statement(text: str) -> None:
    assert qualifier(text, "restricted")


@pytest.mark.parametrize(
    "text",
    ["But I may have mixed up the order.", "hopefully", "This might be it.", "We could be wrong.", "not quite sure"],
)
def test_a_writer_who_is_not_certain_doubts_a_statement(text: str) -> None:
    assert qualifier(text, "doubted")


@pytest.mark.parametrize(
    "text",
    [
        "the first shift steps are dropped",
        "up to t + shift",
        "padding and slice may be left out",
        "this can be seen in (1)",
        "the provided code",
    ],
)
def test_other_sentences_neither_restrict_nor_doubt(text: str) -> None:
    assert not qualifier(text, "restricted", "doubted")

"""Words around a formula for J: those that may change it, and those that do not."""

from __future__ import annotations

import pytest

from grader.expressions.classify import Class
from grader.expressions.contradicting_words import doubt_in_words
from grader.expressions.given_formula import Given
from grader.expressions.known_mistakes import NO_DERIVATIVE, OFF_BY_ONE
from grader.expressions.parse_math import parse_one
from grader.expressions.tree import Index

D = r"\mathrm{diag}(\sigma'(z_{k+1}))"
FORMULA = f"J_{{k+1}} = {D}"
RIGHT = Class("right")


def doubt(words: str, form: str = D, found: Class = RIGHT, bare: bool = False, index: Index | None = None) -> str:
    """Return the doubt about an answer with a formula and these words behind it."""
    text = f"J_{{k+1}} = {form}"
    chosen = Given((parse_one(form),), index or Index("k", 1), bare=bare, text=form if bare else text)
    return str(doubt_in_words(f"${form if bare else text}$ {words}", chosen, found))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("is not right", "The words 'not right' may contradict the formula."),
        ("It is not a diagonal matrix", "The words 'not a diagonal' may contradict the formula."),
        ("ist nicht richtig", "The words 'nicht richtig' may contradict the formula."),
        ("or, depending on the layout, another one", "The words 'depending' may contradict the formula."),
        ("times the weight matrix", "The words 'times the weight' may add a factor to the formula."),
        ("mal W", "The words 'mal W' may add a factor to the formula."),
        ("Done. The weights follow.", "The words 'The weights follow.' may multiply the formula by the weights."),
        ("evaluated at h_k", "The words 'evaluated at h_k' may mean an argument other than z."),
        ("It is the inverse.", "The word 'inverse' may change the formula."),
        ("Das Negative davon: minus", "The word 'Negative' may change the formula."),
        ("It is transposed.", "The text mentions a transpose that the formula does not have."),
    ],
)
def test_words_that_may_change_the_formula_are_shown(words: str, message: str) -> None:
    assert doubt(words).endswith(message)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "This is the Jacobian.",
        "All entries off the diagonal are zero, none outside the diagonal.",
        "No entry off the diagonal counts.",
        "evaluated at $z_{k+1}$",
        "The norm of the weights is already outside.",
        "The weights are not part of it.",
    ],
)
def test_other_words_change_nothing(words: str) -> None:
    assert doubt(words) == ""


def test_weights_that_the_formula_has_are_no_further_factor() -> None:
    assert doubt("times the weight matrix", form=D + " W") == ""


def test_a_transpose_that_the_formula_has_is_no_doubt() -> None:
    assert doubt("It is transposed.", form="W^T " + D) == ""


@pytest.mark.parametrize(
    ("words", "doubted"),
    [("The loss follows.", True), ("This is J, not the loss.", False), ("That is the answer.", False)],
    ids=["about something else", "named as J", "about nothing else"],
)
def test_a_formula_without_a_name_has_to_be_about_j(words: str, doubted: bool) -> None:
    message = "The formula is not given as J, and the text contains 'loss'."
    assert (doubt(words, bare=True) == message) is doubted


def test_sigma_may_be_the_derivative_where_the_text_mentions_one() -> None:
    mistake = Class("mistake", mistakes=(NO_DERIVATIVE,))
    message = "The text mentions a derivative, so sigma may be the derivative of the activation."
    assert doubt("with the derivative of tanh", found=mistake) == message
    assert doubt("mit der Ableitung", found=mistake) == message
    assert doubt("with tanh", found=mistake) == ""
    assert doubt("with the derivative of tanh") == ""


@pytest.mark.parametrize(("index", "doubted"), [(Index("k", 1), False), (Index("k", 0), True), (Index("t", 1), True)])
def test_an_index_of_the_answers_own_explains_one_that_is_off_by_one(index: Index, doubted: bool) -> None:
    mistake = Class("mistake", mistakes=(OFF_BY_ONE,))
    assert (doubt("", found=mistake, index=index) == "The index of J is not the one in the assignment.") is doubted
    assert doubt("", index=index) == ""


def test_words_within_formulas_and_code_are_not_read_as_prose() -> None:
    assert doubt("`the inverse, transposed` $minus$") == ""


def test_long_words_are_cut_in_the_message() -> None:
    found = doubt("The weights " + "follow " * 40)
    assert len(found) < 130

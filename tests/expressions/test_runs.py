"""What stands between the words of a text: formulas, and signs that nothing explains."""

from __future__ import annotations

import pytest

from grader.expressions.runs import runs
from grader.expressions.vocabulary import RNN


def unread(text: str, behind_formula: bool) -> list[str]:
    return [run.unread for run in runs(text, RNN, behind_formula) if run.unread]


@pytest.mark.parametrize("text", [" - 1", " / 2", " + W", " ^2", " W", " h_k", "\n− 1", " ?", " ✗", " - I"])
def test_signs_behind_a_formula_are_unread(text: str) -> None:
    assert unread(text, behind_formula=True) == [text.strip()]


@pytest.mark.parametrize(
    "text", ["", ".", " (1).", ", where W is the matrix of the weights", " at step k+1", " - a diagonal matrix", "\n- and more"]
)  # fmt: skip
def test_words_numbering_and_names_in_a_sentence_are_not(text: str) -> None:
    assert unread(text, behind_formula=True) == []


def test_a_bare_formula_has_the_words_around_it() -> None:
    [found] = [run for run in runs("We never use J = W here", RNN) if run.formula]
    assert (found.formula, found.preceding, found.following) == ("J = W", "We never use", "here")


def test_a_sign_before_a_name_is_unread_although_a_word_follows() -> None:
    assert unread(" - I where I is the identity", behind_formula=True) == ["- I"]
    assert unread(" - A matrix", behind_formula=True) == ["- A"]

"""A vector becomes a diagonal matrix only where the words behind it say so."""

from __future__ import annotations

import pytest

from grader.expressions.completed_by_words import completed
from grader.expressions.given_formula import Given
from grader.expressions.simulated_rnn import worlds
from grader.expressions.tree import Apply, Entries, Index, Number, Symbol

WORLDS = worlds(1)
VECTOR = Apply("sigma", 1, Symbol("z", Index("k", 1)))


@pytest.mark.parametrize(
    "words", [" on the main diagonal", ", written as a diagonal matrix", " auf der Hauptdiagonale"]
)
def test_words_complete_a_vector(words: str) -> None:
    assert completed(Given((VECTOR,), behind=words), WORLDS).last == Apply("diag", 0, VECTOR)


@pytest.mark.parametrize("words", ["", " not on the diagonal", " for each unit", " and zeros on the diagonal"])
def test_other_words_do_not(words: str) -> None:
    assert completed(Given((VECTOR,), behind=words), WORLDS).last == VECTOR


def test_entries_are_diagonal_where_the_words_give_both_cases() -> None:
    entries = Entries("i", "j", Number(2.0))
    behind = " for i = j and 0 otherwise"
    assert completed(Given((entries,), behind=behind), WORLDS).last == Entries("i", "j", Number(2.0), diagonal=True)
    assert completed(Given((entries,), behind=" for i = j"), WORLDS).last == entries

"""The examples in the docstring of every change of an answer, run; and what is left as it is."""

from __future__ import annotations

import pytest

from grader.trying.answer_changes import CHANGES

BY_NAME = {one.name: one for one in CHANGES}
EXAMPLES = [(one.name, *pair) for one in CHANGES for pair in one.examples]


@pytest.mark.parametrize(("name", "before", "after"), EXAMPLES, ids=[f"{n}-{b}" for n, b, _ in EXAMPLES])
def test_an_example_is_what_the_change_makes(name: str, before: str, after: str) -> None:
    assert after in list(BY_NAME[name](before))


def test_every_change_has_an_example_and_a_title_of_its_own() -> None:
    assert [one.name for one in CHANGES if not one.examples or not one.title] == []
    assert len({one.title for one in CHANGES}) == len(CHANGES) >= 12


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plus_and_minus", "- many-to-many\n- one-to-many"),  # no minus, but the dashes of a list
        ("number_one_larger", "1. first\n2. second"),  # no number of the answer, but those of a list
        ("right_side_negated", "a == b, a <= b"),
        ("two_names_exchanged", "A network is a function."),  # no formula
        ("prime_dropped", "the network's size"),
    ],
)
def test_what_is_no_formula_stays(name: str, text: str) -> None:
    assert list(BY_NAME[name](text)) == []


def test_each_place_is_changed_on_its_own_and_no_text_comes_twice() -> None:
    made = list(BY_NAME["number_one_larger"]("3 * 16 = 48"))
    assert made == ["4 * 16 = 48", "3 * 17 = 48", "3 * 16 = 49"]
    assert list(BY_NAME["two_sizes_exchanged"]("(n, n)")) == []

"""Every right answer of all files with signs and words that change it: none of them passes.

With those of `test_mutations.py` there are more than forty kinds of changes. The whole is slow; the quick form takes a
sample by a fixed seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

import pytest

from grader.checks.expression import Expression
from tests.fidelity.test_fidelity import CHECKS, SAME, cases
from tests.fidelity.test_mutations import Change
from tests.helpers import context, shipped_check

PREFIXES = ("", "fresh-", "seen-", "kept-", "later-seen-", "later-kept-")
SAMPLED = 120  # changed answers of each kind in the quick form


def _behind(words: str, where: str) -> Change:
    """Put words behind an answer that ends as `where` says, so that they belong to what stands there."""
    return lambda text: text.rstrip(". \n") + words if re.search(where, text.rstrip(". \n")) else text


def _before(words: str, where: str) -> Change:
    """Put words before an answer that begins as `where` says."""
    return lambda text: words + text.lstrip() if re.match(where, text.lstrip()) else text


def _made(make: Callable[[str, str], Change], where: str, *several: str) -> dict[str, Change]:
    return {words: make(words, where) for words in several}


# A formula at the end of the answer, outside of comments, and one at its beginning.
_FORMULA_ENDS = r"(?s)^(?!.*#)(?!.*\([^()$]*$).*(?:J|dh|\\partial)[^\n.;]*[$})\]`]$"
_FORMULA_BEGINS = r"[$`J\\]|\(J|\(∂"
_ANY = r""
FORMULA_WORDS = {
    **_made(
        _behind, _FORMULA_ENDS,
        " plus the identity", " minus one", " divided by two", " squared", " times two", " times the state", " - 1", " + W",
        " / 2", " h_k", " W", " ^2", " only for n = 1", " in the first entry only", " or its inverse", " except on the diagonal",
        ", all of which is multiplied by the weights", " for the sigmoid, and zero for tanh",
    ),
    **_made(
        _behind, _ANY,
        ".\nOr is it W?", ".\n\nNo, it is the zero matrix.", ".\n\nWe are not sure about this.", ".\n\nOr $J_{k+1} = U$.",
        ".\nThe result has to be transposed and multiplied by U.", ".\nBut this is wrong.", ".\nThen we take half of it.",
    ),
    **_made(
        _before, _FORMULA_BEGINS,
        "Not ", "Half of ", "The inverse of ", "It is wrong that ", "1 - ", "The negative of ", "Roughly ", "Probably ",
    ),
}  # fmt: skip
SHAPE_WORDS = {
    **_made(
        _behind, _ANY,
        "\nThe linear layer then removes the last axis.", "\nThis is not right.", "\nWe are not sure.",
        "\nThe second LSTM gives only the last hidden state.", "\nOr is the first LSTM (batch, hidden)?",
        "\nThe padding gives (batch, 3, 1).", "\nNo, that is another model.",
    ),
    **_made(_before, _ANY, "It is wrong that ", "Probably ", "It is not like this: "),
}  # fmt: skip
NUMBER_WORDS = {
    **_made(
        _behind, r"\d$",
        " million", " or 17", " or so", ", which is wrong", " at most", " - 1", " times two", " minus one",
    ),
    **_made(_behind, _ANY, ".\nNo: it is 999.", ".\nWe are not sure.", ".\nBut only half of it counts."),
    **_made(_before, r"\d+(?:\W*$| [a-zA-Z])", "Not ", "At most ", "About ", "It is wrong that ", "Less than ", "17 or ", "Half of "),
}  # fmt: skip
EXPRESSION_WORDS = {
    **_made(
        _behind, r"\$$",
        " plus one", " minus one", " divided by two", " squared", " times two", " - 1", " / 2", " ^2", " only for n = 1",
        " in the first entry only", " or its inverse", ", all of which is multiplied by two",
        " for the first sample, and zero for the others",
    ),
    **_made(
        _behind, _ANY,
        ".\n\nNo, it is zero.", ".\n\nWe are not sure about this.", ".\nThe result has to be transposed.",
        ".\nBut this is wrong.", ".\nThen we take half of it.",
    ),
    **_made(
        _before, r"[$`\\]",
        "Not ", "Half of ", "The inverse of ", "It is wrong that ", "1 - ", "The negative of ", "Roughly ", "Probably ",
    ),
}  # fmt: skip
CHANGES = {"jacobian": FORMULA_WORDS, "shapes": SHAPE_WORDS, "numbers": NUMBER_WORDS}
Changed = tuple[str, str, str, str]  # the check, the answer, the change and the changed answer


def changed(kind: str) -> list[Changed]:
    """Return every change of every right answer."""
    return [
        (CHECKS[kind](case), case["answer"], name, text)
        for prefix in PREFIXES
        for case in cases(prefix + kind)
        if SAME.get(case["verdict"], case["verdict"]) == "full"
        for name, text in _texts(case["answer"], CHANGES[kind])
    ]


def _texts(answer: str, changes: dict[str, Change]) -> Iterator[tuple[str, str]]:
    for name, change in changes.items():
        if (text := change(answer)) != answer:
            yield name, text


def survivors(made: list[Changed], passes: Callable[[str, str], bool]) -> list[Changed]:
    """Return the changed answers that pass, of answers that pass unchanged."""
    read = {(check, answer): passes(check, answer) for check, answer, _, _ in made}
    return [one for one in made if read[one[:2]] and passes(one[0], one[3])]


def passes(check: str, answer: str) -> bool:
    return shipped_check(check).judge(context(answer)).status == "passed"


@pytest.mark.parametrize("kind", CHECKS)
def test_no_sampled_change_of_a_right_answer_passes(kind: str) -> None:
    made = random.Random(20).sample(changed(kind), SAMPLED)
    assert not [(name, text) for _, _, name, text in survivors(made, passes)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", CHECKS)
def test_no_change_of_a_right_answer_passes(kind: str) -> None:
    assert not [(name, text) for _, _, name, text in survivors(changed(kind), passes)]


def expressions() -> list[tuple[Expression, str, str, str]]:
    """Return every change of every right formula over declared names."""
    return [
        (Expression.model_validate({"id": "formula", "points": 1, **case["rubric"]}), case["answer"], name, text)
        for prefix in PREFIXES[1:]
        for case in cases(f"{prefix}expressions")
        if case["verdict"] == "passed"
        for name, text in _texts(case["answer"], EXPRESSION_WORDS)
    ]


def changed_formulas_that_pass(made: list[tuple[Expression, str, str, str]]) -> list[tuple[str, str]]:
    def passing(check: Expression, answer: str) -> bool:
        return check.judge(context(answer)).status == "passed"

    return [(name, text) for check, answer, name, text in made if passing(check, text) and passing(check, answer)]


def test_no_sampled_change_of_a_right_formula_passes() -> None:
    assert not changed_formulas_that_pass(random.Random(20).sample(expressions(), SAMPLED))


@pytest.mark.slow
def test_no_change_of_a_right_formula_passes() -> None:
    assert not changed_formulas_that_pass(expressions())


def test_there_are_more_than_forty_kinds_of_changes() -> None:
    assert sum(len(changes) for changes in CHANGES.values()) >= 40
    for kind in CHECKS:
        assert {name for _, _, name, _ in changed(kind)} == set(CHANGES[kind])

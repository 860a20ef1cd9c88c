"""Output sizes of a convolution: the verdict, its words, and the table of conventions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.model import Quote, Table
from grader.model.verdict import Verdict
from grader.reading.judge_sizes import judge_sizes
from grader.reading.sizes import SizeQuestion
from grader.report.i18n import translated

QUESTION = SizeQuestion(13, 3, 64, (2, 3, 4, 5))
RIGHT = "Stride 2: 6x6. Stride 3: not possible. Stride 4: not possible. Stride 5: 3x3."


def judged(answer: str) -> Verdict:
    return judge_sizes(QUESTION, Quote("", answer))


def test_the_right_sizes_pass_and_name_their_convention() -> None:
    verdict = judged(RIGHT)
    assert (verdict.status, str(verdict.message)) == ("passed", "All sizes are right with no padding.")


def test_wrong_sizes_fail_with_a_share_for_the_right_ones() -> None:
    verdict = judged("No padding. " + RIGHT.replace("6x6", "9x9").replace("3x3", "8x8"))
    assert (verdict.status, verdict.credit) == ("failed", Decimal("0.50"))
    assert str(verdict.message) == (
        "These sizes are wrong under every convention: stride 2: 9x9, stride 5: 8x8. "
        "With no padding, as stated, 2 of 4 sizes are right."
    )
    assert translated(verdict.message, "de") == (
        "Diese Größen sind unter jeder Konvention falsch: Stride 2: 9x9, Stride 5: 8x8. "
        "Unter der angegebenen Konvention (ohne Padding) sind 2 von 4 Größen richtig."
    )


def test_the_table_has_the_answer_beside_every_convention() -> None:
    [table] = [detail for detail in judged(RIGHT).details if isinstance(detail, Table)]
    assert [str(cell) for cell in table.head] == [
        "Stride",
        "The answer",
        "no padding",
        "a padding of 1",
        "'same' padding",
    ]
    assert [str(cell) for cell in table.rows[1]] == ["3", "does not fit", "4x4 or does not fit", "5x5", "5x5"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("Stride 2: 6x6.", "The answer gives no sizes for the strides 3, 4, 5."),
        (RIGHT.replace(" Stride 5: 3x3.", ""), "The answer gives no size for stride 5."),
        (
            RIGHT.replace("Stride 3: not possible", "Stride 3: 4x4"),
            "One size is rounded down, and for another the answer says that it does not fit.",
        ),
        ("Padding 1. " + RIGHT, "The sizes are right with no padding, but the answer states a padding of 1."),
        (
            RIGHT.replace("6x6", "7x7"),
            "Every size is right under some convention, but not all under the same one.",
        ),
        (RIGHT + " This is not right.", "The words 'This is not right' may take back the answer."),
        (RIGHT + " 2 * 3 = 7", "The calculation 2 * 3 = 7 is wrong."),
        (RIGHT + " With 32 filters.", "The answer has '32 filters'; there are 64 filters."),
        (RIGHT + " Padding of 2.", "The padding in 'padding of 2' is neither 0 nor 1."),
        (
            RIGHT + " (12 - 3) / 2 + 1",
            "'12 - 3' is not part of the formula for this image and this kernel.",
        ),
    ],
)
def test_a_doubtful_answer_needs_review_and_says_why(answer: str, message: str) -> None:
    verdict = judged(answer)
    assert (verdict.status, str(verdict.message).lower()) == ("needs_review", message.lower())


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (RIGHT.replace("6x6", "(13 + 3)/2 + 1 = 6, so 6x6"), "(13 + 3)/2 + 1 = 6"),
        (RIGHT.replace("6x6", "(13 - 3)/2 + 1 = -6, so 6x6"), "(13 - 3)/2 + 1 = -6"),
        ("The size is (13 - 3)/s - 1. " + RIGHT, "(13 - 3)/s - 1"),
        ("The size is (13 - 3)*s + 1. " + RIGHT, "(13 - 3)*s + 1"),
        (RIGHT.replace("not possible", "(13 + 3)/3 + 1 is not possible", 1), "(13 + 3)/3 + 1"),
    ],
)
def test_right_sizes_beside_a_wrong_calculation_need_review(answer: str, shown: str) -> None:
    verdict = judged(answer)
    assert verdict.status == "needs_review"
    assert shown in str(verdict.message)


@pytest.mark.parametrize("formula", ["(13 - 3)/s + 1", "(13 - 3)/s, plus one", "(13 - 3 + 2*0)/s + 1", "(13 - 3)/0"])
def test_a_right_formula_beside_right_sizes_passes(formula: str) -> None:
    assert judged(f"The size is {formula}. {RIGHT}").status == "passed"


def test_a_list_of_strides_that_goes_on_as_a_calculation_needs_review() -> None:
    question = SizeQuestion(13, 3, 64, (2, 3, 4, 5), fit_counts=True)
    answer = "Strides 2 and 5 fit, not 3 and 4 - 1"
    assert judge_sizes(question, Quote("", answer)).status == "needs_review"
    assert judge_sizes(question, Quote("", "Strides 2 and 5 fit, strides 3 and 4 do not")).status == "passed"


def test_a_padding_that_no_convention_has_needs_review() -> None:
    verdict = judged("Padded by two pixels: 7x7, 5x5, 4x4, 3x3 for strides 2, 3, 4, 5")
    assert verdict.status == "needs_review"
    assert str(verdict.message) == "The padding in 'padded by 2' is neither 0 nor 1."


def test_sizes_that_fit_another_convention_than_the_stated_one_are_no_decided_zero() -> None:
    verdict = judged("With 'same' padding: stride 2: 6x6, stride 3: 4x4, stride 4: 3x3, stride 5: 2x2")
    assert verdict.status == "needs_review"
    assert str(verdict.message) == "The answer states 'same' padding, but more sizes are right with no padding."

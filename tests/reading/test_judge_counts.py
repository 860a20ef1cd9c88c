"""Counts of a small network: the verdict, the number that it names and the hint."""

from __future__ import annotations

import pytest

from grader.model import Quote
from grader.reading.judge_counts import CountShares, judge_count
from reference.conv import Network

NETWORK = Network(image=8, filters=3, kernel=4, stride=1, outputs=4)  # 48 weights, 75 ReLU, 300 more weights


def judged(answer: str, count: str = "convolution_weights") -> tuple[str, str, str]:
    verdict = judge_count([NETWORK], count, Quote("", answer), CountShares())  # type: ignore[arg-type]
    return str(verdict.status), str(verdict.message), str(verdict.hint)


def test_the_right_number_passes() -> None:
    assert judged("3 * 16 = 48 weights") == ("passed", "48 is right, counted on a real network.", "")


@pytest.mark.parametrize(
    ("answer", "number", "hint"),
    [
        ("The convolution has 16 weights.", 16, "That is the number for one filter; all filters count."),
        ("12 weights", 12, "A filter has as many weights as the area of its kernel, not as its side."),
        ("144 weights", 144, "The number of filters is a factor only once."),
    ],
)
def test_a_known_mistake_fails_with_its_number_and_a_hint(answer: str, number: int, hint: str) -> None:
    message = f"The answer is {number}; the right number is 48, counted on a real network."
    assert judged(answer) == ("failed", message, hint)


def test_biases_fail_unless_the_answer_mentions_them() -> None:
    message = "355 includes biases; the right number is 348."
    assert judged("355 weights", "all_weights") == ("failed", message, "The network has no biases.")
    assert judged("355 weights with biases", "all_weights")[0] == "needs_review"


def test_a_wrong_calculation_fails_unless_it_has_the_right_number() -> None:
    assert judged("3 * 16 = 47") == (
        "failed",
        "The calculation 3 * 16 = 47 is wrong. The right number is 48.",
        "Calculate it again.",
    )
    assert judged("3 * 16 = 48 = 47")[0] == "needs_review"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("48, but this is wrong", "The words 'this is wrong' may take back the answer."),
        ("about 500", "The number in the answer is 500; the right number is 48."),
        ("500 or 600", "The numbers in the answer are 500, 600; the right number is 48."),
        ("a guess", "The answer contains no number."),
        ("48 and 999", "The answer contains 48 and other numbers: 999."),
        ("not 48", "The answer denies the number 48."),
        ("48. In all 50 weights", "The answer gives both 50 and 48."),
        ("6 * 8 = 48 weights", "The calculation 6 * 8 gives 48, but from unexpected factors."),
        ("48.5", "'48.5' in the answer could not be read. The right number is 48."),
    ],
)
def test_a_doubtful_answer_needs_review_and_says_why(answer: str, message: str) -> None:
    assert judged(answer)[:2] == ("needs_review", message)

"""Numbers behind a formula: they follow from it, or they cannot be checked."""

from __future__ import annotations

import pytest

from grader.expressions.judge_expression import judge_expression
from grader.expressions.wanted_formula import WantedFormula
from grader.model import Quote
from grader.model.verdict import Verdict

WANTED = WantedFormula({"c": [], "k": []}, "c (k^2 + 1)", "P", [])


def judged(text: str) -> Verdict:
    return judge_expression(WANTED, Quote("The answer", text, "a.md"), 1)


@pytest.mark.parametrize(
    "text",
    [
        "P = c (k^2 + 1) = 3 · (16 + 1) = 51",
        "P = c (k^2 + 1) = 3 (4^2 + 1)",
        "P = k^2 c + c = 16 · 3 + 3 = 51",
        "P = c (k^2 + 1) = 51 for c = 3 and k = 4",
        "With c = 3 and k = 4: P = c (k^2 + 1) = 3 · 17 = 51",
    ],
)
def test_numbers_that_follow_pass(text: str) -> None:
    assert judged(text).status == "passed"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("P = c (k^2 + 1) = 51", "The number 51 behind the formula cannot be checked."),
        ("P = c (k^2 + 1) = 3 · 17 = 51", "The number 51 behind the formula cannot be checked."),
        ("P = c (k^2 + 1) = 3 · 16 + 1 = 49", "The number 49 behind the formula cannot be checked."),
        ("P = c (k^2 + 1) = 3 · (16 + 2) = 54", "The number 54 behind the formula cannot be checked."),
        ("P = k^2 c + c = 16 · 3 + 4 = 52", "The number 52 behind the formula cannot be checked."),
        ("P = c (k^2 + 1) = 0", "The number 0 behind the formula cannot be checked."),
        ("P = c (k^2 + 1) = 3 · 17 = 52", "(3 · 17) is not equal to 52."),
        ("P = c (k^2 + 1) = 52, c = 3, k = 4", "With the given numbers the formula is 51 and not 52."),
        ("P = c (k^2 + 1) = 51 for c = 3", "The number 51 behind the formula cannot be checked."),
        ("P = c k^2 = 48 for c = 3 and k = 4", "equals neither the right formula nor a known form."),
        ("P = c (k^2 + 1), c = 3", "The answer also has c = 3, which is false."),
        ("P = 51", "equals neither the right formula nor a known form."),
    ],
)
def test_other_numbers_need_review(text: str, reason: str) -> None:
    found = judged(text)
    assert found.status == "needs_review"
    assert str(found.message).endswith(reason)

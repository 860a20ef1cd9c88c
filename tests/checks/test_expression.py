"""The kind `expression`: formulas over declared names, by value."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.checks.base import CheckContext
from grader.checks.expression import Expression
from grader.grading.judge import judge_check
from grader.model import Answer, Evidence, Finding, Submission
from grader.report.i18n import translated

GRADIENT = {
    "id": "gradient",
    "points": 1,
    "gives": "g",
    "names": {"A": ["m", "n"], "x": ["n"], "b": ["m"]},
    "equals": "2 A^T (A x - b)",
    "known": [{"form": "A^T (A x - b)", "because": "The factor 2 of the square is missing", "credit": 0.5}],
}


def finding(text: str, **changes: object) -> Finding:
    check = Expression.model_validate({**GRADIENT, **changes})
    evidence = Evidence(answers={"q": Answer(text, "answers.md")})
    return judge_check(check, CheckContext(Submission("Team Muster", "m.zip", ""), evidence, "q"))


@pytest.mark.parametrize(
    "text",
    [
        "$g = 2 A^T (A x - b)$",
        r"$$g = 2\mathbf{A}^\top \left(\mathbf{A}\mathbf{x} - \mathbf{b}\right)$$",
        r"We get $g = 2 A^\top A x - 2 A^\top b$.",
        "g = 2 Aᵀ(Ax − b)",
        "```python\ng = 2 * A.T @ (A @ x - b)\n```",
        r"$g = 2 A^T A x - 2 A^T b = 2 A^T (A x - b)$",
    ],
)
def test_the_right_value_passes_in_every_notation(text: str) -> None:
    found = finding(text)
    assert found.status == "passed", found.message
    assert found.credit == 1


def test_a_known_form_earns_its_share_and_is_named() -> None:
    found = finding("$g = A^T (A x - b)$")
    assert found.status == "failed"
    assert found.credit == Decimal("0.5")
    assert "The factor 2 of the square is missing." in str(found.message)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("$g = A^T A x$", "which equals neither the right formula nor a known form"),
        ("$g = 2 A^T (A x - c)$", "'c' is not one of the declared names"),
        ("$g = 2 A (A x - b)$", "could not be evaluated: the shapes of a product do not match"),
        ("$g = 3 A^T b = 2 A^T (A x - b)$", "(3 A^T) b) in the same equation is not equal to it"),
        ("$g = A^T b$ and also $g = 2 A^T (A x - b)$", "is not equal to it"),
        ("$g = 2 A^T (A x - b)$ with $A x = b$", "which is false"),
        ("It is not true that $g = 2 A^T (A x - b)$.", "The word 'not' may deny the formula"),
        ("If $A$ is square, $g = 2 A^T (A x - b)$.", "The word 'If' may deny the formula or make it conditional"),
        ("$g = x^T b$", "could not be evaluated: the shapes of a product do not match"),
        ("no idea", "The answer contains no formula for g."),
        ("$g = 2 A^T (A x - b) \\heartsuit$", "could not be read: the command \\heartsuit is not supported."),
    ],
)
def test_a_doubtful_answer_needs_review_and_says_why(text: str, doubt: str) -> None:
    found = finding(text)
    assert found.status == "needs_review", found.message
    assert doubt in str(found.message)


def test_the_other_layout_is_right_and_named_unless_the_rubric_asks_for_one() -> None:
    matrix = {"names": {"A": ["m", "n"]}, "equals": "A", "known": []}
    either = finding("$g = A^T$", **matrix, layout="any")
    assert "It is transposed: the other layout of a derivative." in str(either.message)
    assert either.status == "passed"
    assert finding("$g = A^T$", **matrix).status == "needs_review"
    assert finding("$g = A^T$", **matrix, layout="as written").status == "needs_review"


def test_equal_readings_are_one_group_however_they_are_written() -> None:
    one, other = finding("$g = A^T A x$"), finding(r"So: $g = A^\top (A x + b) - A^\top b$")
    assert one.group == other.group
    assert one.group.startswith("value ")
    assert finding("$g = A^T b$").group != one.group


def test_the_rubric_s_own_formula_must_have_a_value() -> None:
    assert (
        "'c' is not one of the declared names"
        in Expression.model_validate({**GRADIENT, "equals": "A c"}).mistake_in_keys()
    )
    assert Expression.model_validate(GRADIENT).mistake_in_keys() == ""


def test_a_finding_is_translated_with_its_reasons_and_keeps_the_answer() -> None:
    assert translated(finding("$g = 2 A^T (A x - c)$").message, "de") == (
        "Gelesen als ((2 A^T) ((A x) - c)); diese Formel ließ sich nicht auswerten: 'c' ist keiner der vereinbarten Namen."
    )
    assert translated(finding("$g = A^T (A x - b)$").message, "de").endswith("The factor 2 of the square is missing.")

"""A formula over declared names: the right value passes, a known form fails, and everything else needs review."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from grader.expressions.judge_expression import judge_expression
from grader.expressions.wanted_formula import KnownForm, WantedFormula, unusable_form
from grader.model import Quote
from grader.model.verdict import Verdict

WANTED = WantedFormula(
    {"A": ["m", "n"], "x": ["n"], "b": ["m"]},
    "2 A^T (A x - b)",
    "g",
    [
        KnownForm("A^T (A x - b)", "The factor 2 is missing", Decimal("0.5")),
        KnownForm("A^T b", "x is missing", Decimal(0)),
    ],
    True,
)
RIGHT = "$g = 2 A^T (A x - b)$"


def judged(text: str, wanted: WantedFormula = WANTED, seed: int = 42) -> Verdict:
    return judge_expression(wanted, Quote("The answer", text, "a.md"), seed)


@pytest.mark.parametrize(
    "text",
    [
        RIGHT,
        "$g = 2 A^T A x - 2 A^T b$",
        "$2 A^T (A x - b)$",
        "$g = 2 A^T r$ with $r = A x - b$",
        "$f(x) = (A x - b)^T (A x - b)$, so $g = 2 A^T (A x - b)$",
        "$g = 2 A^T A x - 2 A^T b = 2 A^T (A x - b)$",
        RIGHT + ", where $A x - b$ is the residual",
    ],
    ids=[
        "as in the rubric",
        "multiplied out",
        "the only formula",
        "own name",
        "the function before it",
        "a chain",
        "its part",
    ],
)
@pytest.mark.parametrize("seed", [1, 42])
def test_the_right_value_passes(text: str, seed: int) -> None:
    found = judged(text, seed=seed)
    assert (found.status, found.credit) == ("passed", Decimal(1)), found.message


@pytest.mark.parametrize(
    ("text", "credit", "reason"),
    [("$g = A^T (A x - b)$", "0.5", "The factor 2 is missing."), ("$g = A^T b$", "0", "x is missing.")],
)
def test_a_known_form_fails_with_its_reason_and_earns_its_share(text: str, credit: str, reason: str) -> None:
    found = judged(text)
    assert (found.status, found.credit) == ("failed", Decimal(credit))
    assert str(found.message).endswith(reason)


@pytest.mark.parametrize("text", ["$g = (2 A^T (A x - b))^T$", "$g = (A^T (A x - b))^T$"])
def test_the_other_layout_counts_only_where_either_does(text: str) -> None:
    assert "It is transposed: the other layout of a derivative." in str(judged(text).message)
    assert judged(text).status in ("passed", "failed")
    assert judged(text, replace(WANTED, either_layout=False)).status == "needs_review"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The answer contains no formula for g."),
        ("$h = 2 A^T (A x - b)$", "The answer contains no formula for g."),
        (r"$g = \foo$", r"The formula g = \foo could not be read: the command \foo is not supported."),
        ("$g = 2 A (A x - b)$", "could not be evaluated: the shapes of a product do not match."),
        ("$g = A^T c$", "could not be evaluated: 'c' is not one of the declared names."),
        ("$g = A^T A x$", "which equals neither the right formula nor a known form."),
        ("$g = 2.001 A^T (A x - b)$", "which equals neither the right formula nor a known form."),
        ("$g = 2 A^T (A x - b) / 0$", "which equals neither the right formula nor a known form."),
        ("$g = A^T b = 2 A^T (A x - b)$", "(A^T b) in the same equation is not equal to it."),
        ("$g = A^T b$, so " + RIGHT, "The answer also has g = A^T b, which is not equal to it."),
        (RIGHT + " and $2 A^T b$", "The answer also has 2 A^T b, which is not equal to it."),
        (RIGHT + " for all, $b^T$ otherwise", "The word 'otherwise' may deny the formula or make it conditional."),
        (RIGHT + " and $A x = b$", "The answer also has A x = b, which is false."),
        (RIGHT + " is wrong.", "The word 'wrong' may deny the formula or make it conditional."),
        (RIGHT + "?", "The sign '?' beside the formula could not be read."),
        (RIGHT + " plus one", "The word 'plus' may change the formula."),
        (RIGHT + " squares everything", "The words 'squares everything' behind the formula may change it."),
        ("Half of " + RIGHT, "The word 'Half' may change the formula."),
        ("Probably " + RIGHT, "The words 'Probably' may contradict the formula."),
        (RIGHT + ". The result has to be transposed.", "The word 'has to be transposed' may change the formula."),
        ("Falls A symmetrisch: " + RIGHT, "The word 'Falls' may deny the formula or make it conditional."),
        ("~~" + RIGHT + "~~", "The answer contains no formula for g."),
        ("The sum of the entries of " + RIGHT, "The word 'sum' may change the formula."),
        ("It is at most " + RIGHT, "The words 'at most' may contradict the formula."),
        ("The inverse of " + RIGHT + " for every $i$", "The word 'inverse' may change the formula."),
        ("~~ " + RIGHT, "The sign '~~' beside the formula could not be read."),
    ],
)
def test_in_doubt_it_needs_review_and_says_why(text: str, message: str) -> None:
    found = judged(text)
    assert (found.status, found.credit) == ("needs_review", Decimal(0))
    assert str(found.message).endswith(message)


def test_equal_values_are_one_group_and_answers_in_doubt_are_none() -> None:
    one, same, other = (judged(f"$g = {form}$").group for form in ("A^T A x", "A^T (A x)", "3 A^T A x"))
    assert one == same != other
    assert "" not in (one, other)
    assert judged("$g = A^T A x = A^T b$").group == ""
    assert judged("$g = A^T b / 0$").group == ""


def test_without_a_name_the_only_formula_counts() -> None:
    nameless = replace(WANTED, gives="")
    assert judged("$2 A^T (A x - b)$", nameless).status == "passed"
    assert judged(RIGHT, nameless).status == "passed"
    assert judged("$A x$ and $2 A^T (A x - b)$", nameless).status == "needs_review"
    assert judged("$x = 2 A^T (A x - b)$", nameless).status == "needs_review"


@pytest.mark.parametrize(
    ("names", "form", "problem"),
    [
        ({"s": []}, "1 / s", ""),
        ({"x": ["n"]}, "2 x", ""),
        ({"s": []}, "s^{1/2}", "has no finite value for some numbers"),
        ({"s": []}, "1 / (s - s)", "has no finite value for some numbers"),
        ({"x": ["n"]}, "x y", "cannot be used: 'y' is not one of the declared names"),
        ({"A": ["m", "n"]}, "A A", "cannot be used: the shapes of a product do not match"),
        ({"s": []}, r"\foo", r"cannot be used: the command \foo is not supported"),
    ],
)
def test_a_formula_of_the_rubric_that_cannot_be_compared(
    names: dict[str, list[int | str]], form: str, problem: str
) -> None:
    wanted = WantedFormula(names, form, "g", [], True)
    known = WantedFormula(names, next(iter(names)), "g", [KnownForm(form, "r", Decimal(0))], True)
    for one in (wanted, known):
        found = unusable_form(one)
        assert bool(found) == bool(problem)
        assert problem in found

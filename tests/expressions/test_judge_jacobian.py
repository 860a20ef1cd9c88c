"""The derivative of an RNN's state: each class of a formula has its verdict, and an unknown value never fails."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grader.expressions.judge_jacobian import PartialForm, WantedJacobian, judge_jacobian
from grader.model import Quote
from grader.model.verdict import Verdict

SHARES = {"without_bias": Decimal("0.75"), "vector": None, "lost_prime": None, "unknown": None}
WANTED = WantedJacobian(
    "h[k+1]", "z[k+1]", [PartialForm("h[k]", Decimal("0.4"), "W is counted twice")], Decimal("0.25"), SHARES
)
D = r"\mathrm{diag}(\sigma'(z_{k+1}))"
J = f"$J_{{k+1}} = {D}$"


def judged(text: str, seed: int = 42) -> Verdict:
    return judge_jacobian(WANTED, Quote("The answer", text, "a.md"), seed)


def formula(text: str) -> Verdict:
    return judged(f"$J_{{k+1}} = {text}$")


@pytest.mark.parametrize(
    "text",
    [
        J,
        f"${D}$",
        r"$J_{k+1} = \frac{\partial h_{k+1}}{\partial z_{k+1}} = " + D + "$",
        J + r" where $\tanh'(u) = 1 - \tanh^2(u)$",
        "J is a diagonal matrix with the derivative of sigma at z_{k+1} on the diagonal",
    ],
    ids=["a formula", "without a name", "from its definition", "with a true equation", "in words"],
)
@pytest.mark.parametrize("seed", [1, 42])
def test_the_right_derivative_passes_for_every_activation(text: str, seed: int) -> None:
    found = judged(text, seed)
    assert found.status == "passed", found.message
    assert str(found.message).endswith("which equals dh[k+1]/dz[k+1] for three different activations.")


@pytest.mark.parametrize(
    ("form", "activation"),
    [
        (r"\mathrm{diag}(1 - \tanh^2(z_{k+1}))", "with tanh as the activation."),
        (r"\mathrm{diag}(h_{k+1} (1 - h_{k+1}))", "with the logistic sigmoid as the activation."),
    ],
)
def test_a_derivative_that_is_written_out_passes_for_its_activation(form: str, activation: str) -> None:
    found = formula(form)
    assert found.status == "passed"
    assert str(found.message).endswith(activation)


@pytest.mark.parametrize(
    ("form", "credit", "words"),
    [
        (D + " W", "0.4", "which equals dh[k+1]/dh[k]. W is counted twice."),
        ("W^T " + D, "0.4", "It is in denominator layout. W is counted twice."),
        (r"\mathrm{diag}(1 - \tanh^2(z_{k+1})) W", "0.4", "The activation is tanh. W is counted twice."),
        (r"\frac{\partial h_{k+1}}{\partial z_{k+1}}", "0.25", "the right derivative but is not evaluated."),
        (r"\mathrm{diag}(\sigma'(W h_k + U x_{k+1}))", "0.75", "The bias is missing in the argument, which is z."),
        (r"\mathrm{diag}(\sigma(z_{k+1}))", "0", "sigma is used instead of sigma'."),
        (r"\mathrm{diag}(\sigma'(z_k))", "0", "The index is off by one: h[k+1] is computed from z[k+1]."),
        ("-" + D, "0", "The sign is wrong."),
        (r"\prod_{i=1}^{T} \mathrm{diag}(\sigma'(z_i))", "0", "J is one factor of it."),
    ],
)
def test_a_known_form_fails_with_its_mistake_and_its_share(form: str, credit: str, words: str) -> None:
    found = formula(form)
    assert (found.status, found.credit) == ("failed", Decimal(credit)), found.message
    assert str(found.message).endswith(words)


def test_weights_inside_j_come_with_a_counterexample_of_the_seed() -> None:
    hint = str(judged(f"$J_{{k+1}} = {D} W$", seed=7).hint)
    assert hint.startswith("With W inside J, inequality (1) is false for some W")
    assert hint.endswith("(seed 7).")


def test_a_column_times_the_weights_fails_only_where_the_answer_says_that_it_is_a_column() -> None:
    form = r"$J_{k+1} = \sigma'(z_{k+1}) W$"
    assert judged(form).status == "needs_review"
    found = judged(form + ", where sigma' is a column")
    assert (found.status, str(found.message)) == (
        "failed", "Read as (sigma'(z[k+1]) W), a column vector times W: diag is missing.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The answer contains no formula for J."),
        ("We do not know.", "The answer contains no formula for J."),
        (r"$J = \foo$", r"The formula J = \foo could not be read: the command \foo is not supported."),
        (f"$J_{{k+1}} = 3 {D}$", "which equals neither the right form nor a known mistake."),
        (f"$J_{{k+1}} = {D} Q$", "could not be evaluated: 'Q' is not defined."),
        (f"$J_{{k+1}} = W = {D}$", "W in the same equation is not equal to it."),
        (f"$J_{{k+1}} = W$ and {J}", "The answer also has J_{k+1} = W, which is not equal to it."),
        (J + r" and $\sigma'(u) = 1 + \sigma(u)$", r"The answer also has \sigma'(u) = 1 + \sigma(u), which is false."),
        (
            r"$J_{k+1} = \mathrm{diag}(1-\tanh^2(z_{k+1}))$ with $\sigma'(z) = \sigma(z)(1-\sigma(z))$",
            r"The answer also has \sigma'(z) = \sigma(z)(1-\sigma(z)), which does not hold for tanh.",
        ),
        (J + " is not right.", "The words 'not right' may contradict the formula."),
    ],
)
def test_in_doubt_it_needs_review_and_says_why(text: str, message: str) -> None:
    found = judged(text)
    assert (found.status, found.credit) == ("needs_review", Decimal(0))
    assert str(found.message).endswith(message)


def test_unknown_formulas_of_equal_value_are_one_group() -> None:
    one, same, other = (formula(form).group for form in (f"3 {D}", f"{D} + 2 {D}", f"5 {D}"))
    assert one == same != other
    assert "" not in (one, other)
    assert formula(D + " Q").group == ""


def test_another_derivative_can_be_the_wanted_one() -> None:
    wanted = WantedJacobian("h[k+1]", "h[k]", [], Decimal(0), SHARES)
    assert judge_jacobian(wanted, Quote("The answer", f"$J_{{k+1}} = {D} W$", "a.md"), 42).status == "passed"
    assert judge_jacobian(wanted, Quote("The answer", J, "a.md"), 42).status == "needs_review"


def test_a_part_of_the_formula_that_is_explained_is_no_second_formula() -> None:
    explained = judged(f"$J_{{k+1}} = {D} W$, where ${D}$ is a diagonal matrix.")
    assert (explained.status, explained.credit) == ("failed", Decimal("0.4"))
    for words in ("So", "and where", "Here"):
        assert judged(f"$J_{{k+1}} = {D} W$. {words} ${D}$.").status == "needs_review"
    assert judged(f"$J_{{k+1}} = {D} W$, where ${D}$ is the Jacobian.").status == "needs_review"
    assert judged(f"$J_{{k+1}} = {D} W$, where $W {D}$ is a product.").status == "needs_review"

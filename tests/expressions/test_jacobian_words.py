"""The words of a finding about J: its class, its mistake and the words that put it in doubt."""

from __future__ import annotations

import pytest

from grader.model import Finding
from grader.report.i18n import translated
from tests.helpers import finding_of, shipped_check

J = r"$J_{k+1} = \mathrm{diag}(\sigma'(z_{k+1}))$"
READING = "Read as diag(sigma'(z[k+1]))"


def finding(answer: str) -> Finding:
    return finding_of(shipped_check("11-2-3a-jacobian"), answer)


@pytest.mark.parametrize(
    ("answer", "status", "message"),
    [
        (J, "passed", f"{READING}, which equals dh[k+1]/dz[k+1] for three different activations."),
        (
            r"$J_{k+1} = \mathrm{diag}(1 - \tanh^2(z_{k+1}))$",
            "passed",
            "Read as diag((1 - (tanh(z[k+1]) ^ 2))), which equals dh[k+1]/dz[k+1] with tanh as the activation.",
        ),
        (
            r"$J_{k+1} = \mathrm{diag}(\sigma(z_{k+1}))$",
            "failed",
            "Read as diag(sigma(z[k+1])). "
            "The derivative is missing: sigma is used instead of sigma'.",
        ),
        (
            r"$J_{k+1} = \frac{\partial h_{k+1}}{\partial z_{k+1}}$",
            "failed",
            "Read as d h[k+1] / d z[k+1], which is the right derivative but is not evaluated.",
        ),
        (
            r"$J_{k+1} = \frac{\partial L}{\partial h_{k+1}}$",
            "failed",
            "Read as d L / d h[k+1], which is the gradient of the loss. "
            "J is the derivative of the state and not the gradient of the loss.",
        ),
        (r"$J = \foo{z}$", "needs_review", r"The formula J = \foo{z} could not be read: the command \foo is not supported."),
        ("We do not know.", "needs_review", "The answer contains no formula for J."),
        (J + " is not right.", "needs_review", f"{READING}. The words 'not right' may contradict the formula."),
        ("The negative of " + J, "needs_review", f"{READING}. The word 'negative' may change the formula."),
        (J + ", and $J_{k+1} = W$", "needs_review", "Read as W. The answer also has J_{k+1} = \\mathrm{diag}(\\sigma'(z_{k+1})), which is not equal to it."),
    ],
)  # fmt: skip
def test_a_finding_says_how_the_formula_was_read_and_what_it_equals(answer: str, status: str, message: str) -> None:
    found = finding(answer)
    assert (found.status, str(found.message)) == (status, message)


def test_w_inside_j_earns_a_share_and_shows_a_counterexample_in_german() -> None:
    found = finding(r"$J_{k+1} = \mathrm{diag}(\sigma'(z_{k+1})) W$")
    assert found.status == "failed"
    assert found.credit > 0
    assert "which equals dh[k+1]/dh[k]. (1) has already taken ||W|| out" in str(found.message)
    assert translated(found.hint, "de").startswith("Mit W in J ist Ungleichung (1) für manche W falsch: ")


def test_the_activation_is_translated_inside_its_sentence() -> None:
    found = finding(r"$J_{k+1} = \mathrm{diag}(\phi(z_{k+1}) (1 - \phi(z_{k+1})))$")
    assert found.status == "passed"
    assert translated(found.message, "de") == (
        "Gelesen als diag((phi(z[k+1]) (1 - phi(z[k+1])))) (phi ist die Aktivierung); "
        "das ist gleich dh[k+1]/dz[k+1], wenn die logistische Sigmoidfunktion die Aktivierung ist."
    )


IN_WORDS = "J is a diagonal matrix with the derivative of sigma at z_{k+1} on the diagonal"


@pytest.mark.parametrize(
    "answer",
    [
        IN_WORDS,
        IN_WORDS + ", zero otherwise.",
        IN_WORDS + "; W is already outside.",
        "J_{k+1} is a square matrix: off the diagonal everything is 0, and the i-th entry of the diagonal is the first "
        "derivative of sigma taken at the i-th component of z_{k+1}.",
        "J ist eine Diagonalmatrix mit den Ableitungen der Aktivierung, ausgewertet an den Komponenten von z_{k+1}.",
    ],
)
def test_an_answer_in_words_is_read(answer: str) -> None:
    assert finding(answer).status == "passed"


@pytest.mark.parametrize(
    "words",
    [
        ", times two.", " times one", ", multiplied by the state", " of the transposed matrix", " multiplied with itself",
        ", zero otherwise, times the vector of the hidden state.", " for the last layer", " differentiated two times",
        " with respect to t", " in the first entry only", " of the previous step", " for unit 1", " at the first component",
        ", but of the previous step", ", all entries but the diagonal",
    ],
)  # fmt: skip
def test_words_that_change_an_answer_in_words_need_review(words: str) -> None:
    assert finding(IN_WORDS + words).status == "needs_review"


def test_words_that_restrict_the_diagonal_need_review() -> None:
    text = "Only the first entry of the diagonal is the derivative of the activation at z_{k+1}, others zero"
    assert finding(text).status == "needs_review"
    text = "Two times the matrix with the derivative of sigma at z_{k+1} on the diagonal"
    assert finding(text).status == "needs_review"

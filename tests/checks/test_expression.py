"""The kind `expression`: formulas over declared names, by value."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
import yaml

from grader.checks.base import CheckContext
from grader.checks.expression import Expression
from grader.grading.judge import judge_check
from grader.model import Answer, Evidence, Finding, Submission
from grader.report.i18n import translated
from tests.helpers import context, finding_of

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


SCORES = {"names": {"Q": ["n", "d"], "K": ["n", "d"], "s": []}, "equals": "Q K^T / s", "gives": "S"}
OUTER = {"names": {"d": ["m"], "x": ["n"]}, "equals": "d x^T", "gives": "G"}
GRAM = {"names": {"A": ["m", "n"], "x": ["n"], "b": ["m"]}, "equals": "2 A^T (A x - b)", "gives": r"\nabla f"}
NUMBER = {"names": {"k": [], "c": [], "f": []}, "equals": "f (k^2 c + 1)", "gives": "N"}
AFFINE = {"names": {"x": ["n"], "gamma": [], "beta": ["n"]}, "equals": "gamma x + beta", "gives": "y"}
STEP = {"names": {"theta": ["n"], "g": ["n"], "lr": []}, "equals": "theta - lr g", "gives": "theta_new"}
SCALED = {"names": {"x": ["n"], "mu": [], "sigma": []}, "equals": "(x - mu) / sigma", "gives": "z"}
POWER = {"names": {"c": [], "t": []}, "equals": "c^t + 1", "gives": "y", "positive": ["c"]}
LAYERS = {"names": {"W_1": ["n", "n"], "W_2": ["n", "n"], "x": ["n"]}, "equals": "W_2 tanh(W_1 x)", "gives": "y"}
NORMED = {
    "names": {"x": ["n"], "v": ["n"], "e": []},
    "equals": "x/(v + e)^(1/2)",
    "gives": "y",
    "positive": ["v", "e"],
}
ENTROPY = {"names": {"p": ["n"], "y": ["n"]}, "equals": "-sum(y * log(p))", "gives": "L", "positive": ["p"]}
MEAN = {"names": {"x": ["n"]}, "equals": "sum(x)/n", "gives": "m"}
SOFTMAX = {"names": {"z": ["n"]}, "equals": "softmax(z)", "gives": "p"}
SLOPE = {"names": {"p": ["n"], "y": ["n"]}, "equals": "p - y", "gives": "dL/dz"}
SIZE = {
    "names": {"n": [], "k": [], "p": [], "s": []},
    "equals": "floor((n + 2 p - k)/s) + 1",
    "gives": "o",
    "positive": ["n", "k", "p", "s"],
}
HINGE = {"names": {"s": [], "y": []}, "equals": "max(0, 1 - y s)", "gives": "l"}
LARGER = {"names": {"a": [], "b": [], "c": []}, "equals": "max(a, c)", "gives": "y"}
DOTS = {"names": {"Q": ["n", "d"], "K": ["n", "d"]}, "equals": "Q K^T / sqrt(d)", "gives": "S"}


@pytest.mark.parametrize(
    ("rubric", "answer"),
    [
        (SCORES, "$S = Q K^T / s$"),
        (OUTER, r"$G = d x^\top$"),
        ({**OUTER, "layout": "any"}, "$G = x d^T$"),
        (GRAM, r"$\nabla f = 2 (A x - b)^T A$"),
        (GRAM, r"$\nabla_x f(x) = 2 A^T (A x - b)$"),
        (NUMBER, "$N = (k*k*c + 1)*f$"),
        (NUMBER, "N = f(k² c + 1)"),
        (NUMBER, "N = f*k*k*c + f"),
        (AFFINE, r"$y = \gamma x + \beta$"),
        (AFFINE, "y = γx + β"),
        (AFFINE, "`y = gamma * x + beta`"),
        (AFFINE, "y = beta + gamma x"),
        (STEP, r"$\theta_{\text{new}} = \theta - lr \cdot g$"),
        (STEP, "`theta_new = theta - lr * g`"),
        (SCALED, r"$z = \frac{x - \mu}{\sigma}$"),
        (POWER, "$y = 1 + c^t$"),
        (LAYERS, r"$y = \mathbf{W}_2 \tanh(\mathbf{W}_1 x)$"),
        (LAYERS, "`y = W2 @ np.tanh(W1 @ x)`"),
        (LAYERS, r"$h = \tanh(W_1 x)$ and $y = W_2 h$"),
        (NORMED, r"$y = \frac{x}{\sqrt{v + e}}$"),
        (NORMED, "`y = x / np.sqrt(v + e)`"),
        (ENTROPY, r"$L = -y^T \log p$"),
        (ENTROPY, r"$\mathcal{L} = -\sum_{k=1}^{n} y_k \ln p_k$"),
        (ENTROPY, "`L = -np.sum(y * np.log(p))`"),
        (MEAN, r"$m = \frac{1}{n}\sum_{i=1}^{n} x_i$"),
        (MEAN, "`m = x.mean()`"),
        (SOFTMAX, r"$p = \frac{e^{z}}{\sum_j e^{z_j}}$"),
        (SOFTMAX, "`p = np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z)))`"),
        (SLOPE, "dL/dz = p - y"),
        (SLOPE, r"$\frac{\partial \mathcal{L}}{\partial z} = p - y$"),
        (SLOPE, "$L = -y^T p$, so $\\nabla_z L = (p - y)^T$"),
        (SIZE, r"$o = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$"),
        (SIZE, "`o = (n + 2*p - k) // s + 1`"),
        (HINGE, r"$l = \max(0, 1 - y s)$"),
        (LARGER, "y = (a + c + |a - c|)/2"),
        (DOTS, r"$S = \frac{Q K^\top}{\sqrt{d}}$"),
    ],
)
def test_a_right_answer_in_the_words_of_the_rubric_passes(rubric: dict[str, object], answer: str) -> None:
    assert checked(rubric).mistake_in_keys() == ""
    found = finding_of(checked(rubric), answer)
    assert found.status == "passed", found.message


@pytest.mark.parametrize(
    ("rubric", "answer"),
    [
        (SCORES, "$S = K Q^T / s$"),
        (OUTER, "$G = x d^T$"),
        ({**GRAM, "layout": "as written"}, r"$\nabla f = 2 (A x - b)^T A$"),
        (GRAM, "$f = 2 A^T (A x - b)$"),
        (NUMBER, r"$N = \sigma(k^2 c + 1)$"),
        (NUMBER, r"$N = \phi(k^2 c + 1)$"),
        (NUMBER, "$N = g (k^2 c + 1)$"),
        (AFFINE, r"$y = \beta x + \gamma$"),
        (AFFINE, "$y = g x + b$"),
        (STEP, r"$\theta_{new} = \theta - l r g$"),
        (SCALED, r"$z = \frac{x - \mu}{\sigma^2}$"),
        (SCALED, r"$z = \sigma(x - \mu)$"),
        (POWER, "$y = c + 1$"),
        (LAYERS, r"$y = W_1 \tanh(W_2 x)$"),
        (LAYERS, r"$y = W \tanh(W x)$"),
        (LAYERS, r"$y = W_2 \sigma(W_1 x)$"),
        (NORMED, r"$y = \frac{x}{\sqrt{v} + e}$"),
        (NORMED, "$y = x / (v + e)$"),
        (NORMED, r"$y = \frac{x}{\sqrt[3]{v + e}}$"),
        (ENTROPY, r"$L = -\log(y^T p)$"),
        (ENTROPY, r"$L = -\sum_{k=2}^{n} y_k \log p_k$"),
        (ENTROPY, r"$L = -\sum_k y_k \log_2 p_k$"),
        (ENTROPY, "L = -y^T log p times 2"),
        (MEAN, r"$m = \frac{1}{n-1}\sum_{i=1}^{n} x_i$"),
        (MEAN, "$m = sum(x) / 3$"),
        (MEAN, r"$m = \hat{x}$"),
        (SOFTMAX, r"$p = \frac{e^{z}}{1 + e^{z}}$"),
        (SLOPE, r"$\frac{\partial L}{\partial z} = y - p$"),
        (SLOPE, r"$\frac{\partial L}{\partial p} = p - y$"),
        (SLOPE, r"$\frac{\partial L}{\partial z} = \hat{p} - y$"),
        (SIZE, r"$o = \frac{n + 2p - k}{s} + 1$"),
        (SIZE, r"$o = \lceil (n + 2p - k)/s \rceil$"),
        (HINGE, r"$l = \max(0, 1 + y s)$"),
        (HINGE, "`l = np.max(1 - y * s, 0)`"),
        (LARGER, "$y = a$"),
        (LARGER, r"$y = \max(a, c)$ / b"),
        (LARGER, r"$y = \max(a, c)$ - 1"),
        (LARGER, "y = max(a, c), squared"),
        (LARGER, "y = max(a, c) plus b"),
        (DOTS, r"$S = \frac{Q K^\top}{d}$"),
    ],
)
def test_a_wrong_answer_in_the_words_of_the_rubric_needs_review(rubric: dict[str, object], answer: str) -> None:
    found = finding_of(checked(rubric), answer)
    assert found.status == "needs_review", found.message


def checked(rubric: dict[str, object]) -> Expression:
    return Expression.model_validate({"id": "formula", "points": 1, **rubric})


def test_functions_that_nothing_defines_are_not_mistaken_for_one_another() -> None:
    check = checked({"names": {"x": []}, "equals": "f(x) * f'(x)", "gives": "y"})
    assert finding_of(check, r"$y = \sigma(x) \sigma'(x)$").status == "passed"
    found = finding_of(check, "$y = f(x) g'(x)$")
    assert (found.status, "the functions f, g cannot be distinguished" in str(found.message)) == ("needs_review", True)


def test_the_example_of_the_explanation_can_be_asked() -> None:
    [keys] = yaml.safe_load(Expression.explanation.partition("```text\n")[2].partition("```")[0])
    assert checked(keys).mistake_in_keys() == ""
    assert finding_of(checked(keys), r"$\nabla_z L = \frac{p - y}{\sqrt{v + e}}$").status == "passed"


# Each formula of the table in the documentation, with answers in other notations; the last one of each is wrong.
COURSES = {
    "softmax(s) - t": (r"$\nabla_s L = \mathrm{softmax}(s) - t$", "dL/ds = softmax(s) - t", r"$\nabla_s L = \mathrm{softmax}(s) + t$"),
    "diag(s) - s s^T": (r"$J = \mathrm{diag}(s) - s s^\top$", "J = np.diag(s) - np.outer(s, s)", r"$J_{ab} = s_a (\delta_{ab} - s_b)$", r"$J_{ij} = s_i (1_{i=j} - s_j)$", "J = np.diag(s) - s[:, None] * s[None, :]", r"$J = \mathrm{diag}(s) + s s^\top$"),
    "gamma u / sqrt(v + 1) + beta": (r"$y = \gamma \frac{u}{\sqrt{v + 1}} + \beta$", r"$y = \gamma \frac{u}{\sqrt{v} + 1} + \beta$"),
    "A B^T / sqrt(d)": (r"$S = \frac{A B^\top}{\sqrt{d}}$", "S = A @ B.T / np.sqrt(d)", r"$S = B A^\top / \sqrt{d}$"),
    "m (k^2 c + 1)": ("P = m × (k × k × c + 1)", "P = m k^2 c + m", "P = m k^2 c + 1"),
    "4 H (D + H + 1)": ("4H(D + H + 1) parameters", "P = 4 (D H + H H + H) = 4 (2·3 + 3·3 + 3) = 72", "P = 4 H (D + H)"),
    r"-\sum_i y_i log(p_i)": (r"$L = -\sum_{i=1}^n y_i \log p_i$", r"$L = -y \cdot \log(p)$", r"$L = \sum_i y_i \log p_i$"),
    "d h^T": (r"$\frac{\partial L}{\partial W_{ij}} = d_i h_j$", r"$\nabla_W L = d \otimes h$", r"$\partial L / \partial W = d \cdot h$"),
    "(1 - z) * p + z * q": (r"$h_i = (1 - z_i) p_i + z_i q_i$", r"$h = p + z \odot (q - p)$", r"$h = z \odot p + (1 - z) \odot q$"),
    "tanh(A l + B r)": (r"$y = \tanh([A, B] [l; r])$", r"$y = \tanh([A, B] \begin{bmatrix} l \\ r \end{bmatrix})$", r"$y = \tanh([B, A] [l; r])$"),
    "u · v / (‖u‖ ‖v‖)": (r"$c = \frac{\langle u, v \rangle}{\|u\|_2 \|v\|_2}$", "c = u @ v / (np.linalg.norm(u) * np.linalg.norm(v))", r"$c = u \cdot v$"),
    "O(n^2 d)": (r"$\mathcal{O}(n^2 \cdot d)$", "C(n, d) ∈ O(d n² + n d)", "C = n (n - 1) d = O(n^2 d)", "O(n d^2)"),
    "floor((w + 2 p - k) / s) + 1": (r"$o = \lfloor \frac{w + 2p - k}{s} \rfloor + 1$", "o = (w + 2*p - k)//s + 1", "$o = (w+2p-k)/s + 1$"),
}  # fmt: skip


def test_the_formulas_in_the_documentation_are_read_in_other_notations() -> None:
    row = re.compile(r"\| [^|]*\| `(?P<gives>[^`]*)` \| `(?P<names>[^`]*)` \| `(?P<equals>[^`]*)` \|")
    found = {m["equals"]: m for m in row.finditer(Expression.explanation)}
    assert found.keys() == COURSES.keys()
    for equals, (*right, wrong) in COURSES.items():
        positive = re.search(r"positive: (\[[^\]]*\])", found[equals][0])
        keys = {
            "gives": found[equals]["gives"],
            "names": yaml.safe_load(found[equals]["names"]),
            "positive": yaml.safe_load(positive[1]) if positive else [],
        }
        check = Expression.model_validate({"id": "f", "points": 1, "equals": equals, **keys})
        assert check.mistake_in_keys() == ""
        assert {str(check.judge(context(answer)).status) for answer in right} == {"passed"}, equals
        assert check.judge(context(wrong)).status == "needs_review"

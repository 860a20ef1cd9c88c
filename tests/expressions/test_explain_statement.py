"""How an answer is read, as text: each statement with its tree, or the reason why it was not read."""

from __future__ import annotations

from grader.expressions.explain_statement import explain_statements
from grader.expressions.vocabulary import Vocabulary


def test_a_statement_is_shown_with_the_tree_of_its_last_form() -> None:
    assert list(explain_statements("We get $g = A x = 2 b^T$.", Vocabulary.of(["A", "x", "b"]))) == [
        "  read: g = (A x) = (2 b^T)",
        "    operator .",
        "      2",
        "      transposed",
        "        b",
    ]


def test_a_function_is_shown_with_its_derivatives() -> None:
    assert list(explain_statements(r"$\sigma''(z_{k+1})$")) == [
        "  read: sigma''(z[k+1])",
        "    function sigma''",
        "      z[k+1]",
    ]


def test_what_was_not_read_has_its_reason_and_the_rest_is_read() -> None:
    lines = list(explain_statements(r"$h = \foo$ and $z$"))
    assert lines == [r"  not read: h = \foo (the command \foo is not supported)", "  read: z", "    z"]


def test_an_answer_without_a_formula_has_no_lines() -> None:
    assert list(explain_statements("")) == []
    assert list(explain_statements("We do not know.")) == []


def test_only_declared_names_are_read_in_code() -> None:
    assert (
        next(iter(explain_statements("`g = weight @ q`", Vocabulary.of(["g", "weight", "q"]))))
        == "  read: g = (weight @ q)"
    )
    [line] = explain_statements("`g = weight @ q`")
    assert line == "  not read: g = weight @ q (the name 'weight' is not defined)"

"""Cases become functions of a file for pytest that the kind `tests` can run."""

from __future__ import annotations

import ast
from fractions import Fraction

import pytest

from grader.importers.assignment import CannotImport, Case
from grader.importers.namespace import Namespace
from grader.importers.pytest_files import decimal, file_of

NOTHING = Namespace([])


def source(code: str, **keys: object) -> str:
    made = file_of([Case("here", code, points=Fraction(1), **keys)], "", NOTHING, "q")  # type: ignore[arg-type]
    assert made.left_out == ()
    return made.source


def test_a_file() -> None:
    cases = [
        Case("a", "assert f(1) == 2", points=Fraction(1)),
        Case("b", "assert g(1) == 2", "second", Fraction(1, 2), hidden=True, hint="Look."),
    ]
    assert (
        file_of(cases, "", NOTHING, "q1").source
        == """import pytest
from submission import f, g


def test_q1_1():
    assert f(1) == 2


@pytest.mark.points(0.5)
@pytest.mark.hidden
@pytest.mark.hint('Look.')
def test_second():
    assert g(1) == 2
"""
    )


def test_points_that_are_no_decimals_keep_their_proportion() -> None:
    thirds = [Case("", "assert f()", points=Fraction(1, 3)), Case("", "assert f()", points=Fraction(2, 3))]
    made = file_of(thirds, "", NOTHING, "q").source
    assert "points(2)" in made
    assert "points(0" not in made
    free = [Case("", "assert f()", points=Fraction(0))]
    assert "points" not in file_of(free, "", NOTHING, "q").source


def test_a_name_that_the_test_binds_again_is_imported_in_the_function() -> None:
    assert "def test_q_1():\n    from submission import x\n    x = x + 1\n    assert x == 2" in source(
        "x = x + 1\nassert x == 2"
    )


def test_a_text_over_several_lines_keeps_its_content() -> None:
    tree = ast.parse(source('assert f("""a\nb""") == 1'))
    assert "a\nb" in [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]


def test_printed_text_needs_the_fixture() -> None:
    assert "def test_q_1(capsys):" in source("f()\nassert capsys.readouterr().out == 'a'")


def test_what_comes_before_all_cases_is_there_once() -> None:
    cases = [Case("", "assert close(f())", points=Fraction(1)), Case("", "assert close(g())", points=Fraction(1))]
    made = file_of(cases, "def close(a):\n    return a < 1", NOTHING, "q").source
    assert made.count("def close") == 1
    assert "from submission import f, g" in made


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("x = 1", "nothing of the submission"),
        ("global x\nassert f()", "global"),
        ("from math import *\nassert f()", "all names"),
        ("import not_installed_here\nassert f()", "not installed"),
        ("assert f(", "no Python"),
    ],
)
def test_a_case_that_does_not_work_is_left_out(code: str, words: str) -> None:
    good = Case("good", "assert f()", points=Fraction(1))
    made = file_of([Case("bad", code, points=Fraction(1)), good], "", NOTHING, "q")
    assert made.cases == (good,)
    [(case, error)] = made.left_out
    assert case.where == "bad"
    assert words in str(error)


def test_a_mistake_of_the_reader_counts() -> None:
    made = file_of([Case("bad", "assert f()", mistake=CannotImport("a", "b"))], "", NOTHING, "q")
    assert (made.source, len(made.left_out)) == ("", 1)


@pytest.mark.parametrize(
    ("value", "text"), [(Fraction(2), "2"), (Fraction(1, 2), "0.5"), (Fraction(10), "10"), (Fraction(1, 3), "0.333333")]
)
def test_decimals(value: Fraction, text: str) -> None:
    assert decimal(value) == text

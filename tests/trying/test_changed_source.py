"""One place of a program is changed, and its precedence, comments and other lines stay."""

from __future__ import annotations

import ast

import pytest

from grader.trying.changed_source import changed, sites
from tests.trying.operators.test_base import variants


def test_comments_and_other_lines_stay_as_written() -> None:
    source = "# first\nx = 1  # one\ny = (a\n     + b)  # sum\nz = 'ä' + c\n"
    made = variants("sign", source)
    assert "# first\nx = 1  # one\ny = (a - b)  # sum\nz = 'ä' + c\n" in made
    assert "# first\nx = 1  # one\ny = (a\n     + b)  # sum\nz = 'ä' - c\n" in made


def test_an_expression_that_would_bind_otherwise_gets_brackets() -> None:
    assert variants("transpose", "y = (a + b).T * c") == {"y = (a + b) * c"}
    assert variants("operands", "y = a - b - c") == {"y = b - a - c", "y = c - (a - b)"}


def test_docstrings_and_annotations_are_not_changed() -> None:
    source = 'def f(x: "T[1]") -> "T[2]":\n    """Text 1."""\n    y: int = 3\n    return y\n'
    assert variants("constant", source) == {source.replace("= 3", "= 4")}


@pytest.mark.parametrize("source", ["y = a", "y = f(a)"])
def test_the_same_program_is_no_change(source: str) -> None:
    site = next(site for site in sites(ast.parse(source)) if isinstance(site.node, ast.Name) and site.node.id == "a")
    assert changed(source, site.node, ast.Name("a", ast.Load())) is None

"""The examples in the docstring of every operator, run; and what operators know about their place."""

from __future__ import annotations

import ast

import pytest

from grader.trying.changed_source import changed, sites
from grader.trying.operators import operators
from grader.trying.operators.base import called, number, whole

EXAMPLES = [(name, *pair) for name, one in operators().items() for pair in one.examples]


def variants(name: str, source: str) -> set[str]:
    """All programs that one operator makes of a source."""
    made = set()
    for site in sites(ast.parse(source)):
        for new in operators()[name](site):
            made.add(changed(source, site.node, new))
    return {text for text in made if text is not None}


@pytest.mark.parametrize(("name", "before", "after"), EXAMPLES, ids=[f"{n}-{b}" for n, b, _ in EXAMPLES])
def test_an_example_is_what_the_operator_makes(name: str, before: str, after: str) -> None:
    assert ast.unparse(ast.parse(after)) in {ast.unparse(ast.parse(text)) for text in variants(name, before)}


def test_every_operator_has_an_example_and_a_title() -> None:
    assert [name for name, one in operators().items() if not one.examples or not one.title] == []
    assert len(operators()) >= 20


def test_the_name_of_a_call_is_its_last_part() -> None:
    names = [called(ast.parse(text, mode="eval").body) for text in ("torch.relu(x)", "f(x)", "x", "f(x)(y)")]
    assert names == ["relu", "f", "", ""]


@pytest.mark.parametrize("value", [0, 3, -2])
def test_a_number_is_read_as_it_is_written(value: int) -> None:
    assert whole(number(value)) == value
    assert whole(ast.parse("1.5", mode="eval").body) is None

"""Annotations are left out; a field of a class stays one."""

from __future__ import annotations

import ast

import pytest

from grader.definitions.annotations import without_annotations
from grader.definitions.bindings import Bindings
from grader.definitions.extract import extract_definitions
from grader.model import Cell, Place

CASES = {
    "def f(a: A, *b: B, c: C = 1, **d: D) -> E: return a": "def f(a, *b, c=1, **d):\n    return a",
    "def f():\n    a: A = 1\n    b: B\n    return a": "def f():\n    a: None = 1\n    b: None\n    return a",
    "class K:\n    a: A = 1\n    def f(self, b: B): pass": (
        "class K:\n    a: None = 1\n\n    def f(self, b):\n        pass"
    ),
    "class K:\n    a: ClassVar[int] = 1\n    b: 'InitVar[int]'": (
        "class K:\n    a: ClassVar[int] = 1\n    b: 'InitVar[int]'"
    ),
    "def f():\n    def g(a: A): b: B = lambda: a": "def f():\n\n    def g(a):\n        b: None = lambda: a",
    "a: A = 1": "a: None = 1",
}


@pytest.mark.parametrize(("before", "after"), CASES.items())
def test_they_are_left_out_where_they_have_no_effect(before: str, after: str) -> None:
    assert ast.unparse(without_annotations(ast.parse(before).body[0])) == after


def test_a_name_for_the_type_checker_alone_is_no_doubt() -> None:
    text = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from jaxtyping import Float\n"
        "from typing import NamedTuple\nclass Pair(NamedTuple):\n    a: Float\n    b: Float\n"
        "def f(x: Float) -> Pair:\n    y: Float = x\n    return Pair(y, 2)"
    )
    found = extract_definitions(Bindings.read([Cell(1, text, "cell 1", place=Place("nb.ipynb", cell=1))]), ["f"])
    assert found.doubts == {}
    assert "Float" not in found.source
    space: dict[str, object] = {}
    exec(found.source, space)
    assert eval("f(1) == (1, 2) and f(1).b == 2", space)

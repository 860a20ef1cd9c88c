"""Which names a statement binds, and which it binds whenever it runs."""

from __future__ import annotations

import ast

import pytest

from grader.definitions.bound_names import bound_names, certainly_bound, global_names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("for width in [4] if True else [4, 8]:\n    a = 1\nelse:\n    b = 1", {"width", "a", "b"}),
        ("while (1 if debug else 0):\n    a = 1", {"a"}),
        ("if (lambda: 0):\n    a = 1\nelif x:\n    b = 1\nelse:\n    c = 1", {"a", "b", "c"}),
        (
            "match (1 if a else 2):\n    case [x, *y]:\n        b = 1\n    case {'k': v, **r}:\n        c = 1",
            {*"xybcvr"},
        ),
        ("try:\n    a = 1\nexcept E as e:\n    b = 1\nelse:\n    c = 1\nfinally:\n    d = 1", {*"aebcd"}),
        ("with open(p) as (f, g):\n    a = 1", {*"fga"}),
        ("if (n := 3) and [m := 1 for i in j]:\n    pass", {*"nm"}),
        ("print(Net := Other)", {"Net"}),
        ("x = [i for i in range(3)]\ny = {k: v for k, v in x}", {"x", "y"}),
        ("f = lambda: (inner := 1)\ndef g():\n    hidden = 1", {"f", "g"}),
        ("a.b.c = d[e] = 1", {"a", "d"}),
    ],
)
def test_the_names_that_a_statement_binds(source: str, names: set[str]) -> None:
    assert {name for node in ast.parse(source).body for name in bound_names(node)} == names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("Net = Other", {"Net"}),
        ("a = b = 1", {"a", "b"}),
        ("x: int = 1", {"x"}),
        ("class Net: pass", {"Net"}),
        ("x = flag and (Net := Other)", {"x"}),
        ("a, b = 1, 2", set()),
        ("x += 1", set()),
        ("if flag:\n    x = 1", set()),
    ],
)
def test_the_names_that_a_statement_binds_whenever_it_runs(source: str, names: set[str]) -> None:
    assert certainly_bound(ast.parse(source).body[0]) == names


def test_the_names_that_come_from_outside() -> None:
    source = "def f(a, b=start):\n    c = a + size\n    return [torch.relu(d) for d in c]"
    assert set(global_names(source)) == {"start", "size", "torch"}

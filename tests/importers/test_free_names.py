"""The names that a test takes from the notebook."""

from __future__ import annotations

import pytest

from grader.importers.assignment import CannotImport
from grader.importers.free_names import free_names, line_of_given_function, names_as_values


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("assert f(x) == len(y)", ["f", "x", "y"]),
        ("x = f(1)\nassert x", ["f"]),
        ("x = x + 1", ["x"]),
        ("x += 1", ["x"]),
        ("for one in data:\n    assert one", ["data"]),
        ("with make() as made:\n    made.go()", ["make"]),
        ("import numpy as np\nnp.ones(3)", []),
        ("def close(a):\n    return a < limit\nlimit = 1\nassert close(f())", ["f"]),
        ("def close(a):\n    return a < limit\nassert close(1)", ["limit"]),
        ("assert [n for n in data if n]", ["data"]),
        ("try:\n    f()\nexcept ValueError as error:\n    print(error)", ["f"]),
        ("data[0] = 1\nassert data", ["data"]),
        ("open('file')", ["open"]),
    ],
)
def test_free_names(code: str, expected: list[str]) -> None:
    assert sorted(free_names(code)) == sorted(expected)


def test_text_that_is_no_python_is_refused() -> None:
    with pytest.raises(CannotImport, match="no Python"):
        free_names("%timeit f()")


def test_names_as_values_are_those_that_are_handed_on() -> None:
    assert names_as_values("g(f, x.y)\nf(1)\nnp.ones(2)") == {"f"}


@pytest.mark.parametrize(
    ("code", "line"),
    [("f(1)", 0), ("x = 1\nf(lambda one: one)", 2), ("def g(): ...\nf(a=g)", 2), ("sorted(x, key=lambda one: 1)", 0)],
)
def test_a_function_of_the_test_that_is_given_to_the_submission_is_found(code: str, line: int) -> None:
    assert line_of_given_function(code, ["f"]) == line

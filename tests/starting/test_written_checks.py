"""What was observed becomes the keys of a check, or the reason why it cannot."""

from __future__ import annotations

import doctest
from typing import Any

import pytest

from grader.starting import written_checks as module
from grader.starting.observed_calls import ObservedCall
from grader.starting.written_checks import written_checks


def array(shape: list[int], dtype: str, least: float, most: float, of: str = "torch") -> dict[str, Any]:
    return {"is": of, "shape": shape, "dtype": dtype, "from": least, "to": most}


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        (array([2, 3], "float32", -1, 2), [2, 3]),
        (array([2], "float32", 0.5, 2), {"positive": [2]}),
        (array([2], "float32", 0, 1), {"uniform": [2]}),
        (array([2], "float16", -1, 1), {"normal": [2], "dtype": "float16"}),
        (array([4], "uint8", 3, 7), {"ints": [4], "from": 3, "below": 8}),
        (array([4], "bool", 0, 1), {"bools": [4]}),
        ({"is": "value", "value": None}, None),
        ({"is": "tuple", "parts": [{"is": "value", "value": 3}, array([1], "float32", -1, 1)]}, {"tuple": [3, [1]]}),
        ({"is": "dict", "parts": {"list": {"is": "value", "value": "a"}}}, {"dict": {"list": {"value": "a"}}}),
    ],
)
def test_an_input_is_described(observed: dict[str, Any], expected: Any) -> None:
    [written] = written_checks("def f(x): pass", {"f": [ObservedCall({"x": observed})]})
    assert written.keys["given"] == {"x": expected}


@pytest.mark.parametrize(
    ("calls", "words"),
    [
        ({}, "it was not called"),
        ({"f": [ObservedCall({}, more=True)]}, "any number of inputs"),
        ({"f": [ObservedCall({"x": {"is": "other", "name": "Net"}})]}, "an input is a Net"),
        ({"f": [ObservedCall({"x": array([1], "complex64", 0, 0)})]}, "numbers of the type complex64"),
    ],
)
def test_what_cannot_be_described_has_a_reason(calls: Any, words: str) -> None:
    [written] = written_checks("def f(x): pass\ndef _own(): pass", calls)
    assert not written.keys
    assert words in written.why


def test_a_class_has_the_inputs_of_both_calls_and_numpy_is_named() -> None:
    given = {
        "self": {"is": "other", "name": "N"},
        "x": {"is": "list", "parts": [array([2], "float64", -1, 1, "numpy")]},
    }
    calls = {"N.__init__": [ObservedCall({"d": {"is": "value", "value": 3}})], "N.__call__": [ObservedCall(given)]}
    [written] = written_checks("class N: pass", calls)
    assert {key: written.keys[key] for key in ("as", "init", "given")} == {
        "as": "numpy", "init": {"d": 3}, "given": {"x": {"list": [[2]]}}
    }  # fmt: skip
    [unused] = written_checks("class N: pass", {"N.__init__": calls["N.__init__"]})
    assert "no object of it was called" in unused.why


def test_the_examples_hold() -> None:
    assert doctest.testmod(module).failed == 0

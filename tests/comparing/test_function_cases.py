"""The cases of a check that calls functions: requests, their order, and Python code that repeats them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.comparing.case_steps import Call, Question
from grader.comparing.function_cases import FunctionCase, cases_of
from grader.comparing.reference_functions import Reference

SOLUTION = """
def add(x, y):
    return {"sum": x + y, "names": ["x", "y"]}
class Sum:
    def __init__(self, start):
        self.total = start
    def add(self, x):
        self.total = self.total + x
        return self.total
"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "solution.py").write_text(SOLUTION)
    return str(tmp_path)


def cases(folder: str, target: str, *calls: Call, **more: Any) -> list[FunctionCase]:
    question = Question(target, more.pop("init", None), calls, **more)
    return list(cases_of(question, Reference(f"solution:{target}", folder), 5))


ADD = Call("", {"x": ["n"], "y": ["n"]})


def test_each_entry_of_the_sizes_is_a_case_and_the_first_one_is_called_twice(folder: str) -> None:
    first, second = cases(folder, "add", ADD, sizes=({"n": 2}, {"n": 3}))
    assert (first.results, second.results) == (["result0", "again0"], ["result0"])
    assert (str(first.subject), second.label) == ("add (n 2)", "n 3")
    assert first.example == "add(x=torch.randn(2), y=torch.randn(2))"
    assert [step["do"] for step in first.request.arguments["steps"]] == ["get", "seed", "call", "seed", "call"]
    assert first.requests == [first.request]


def test_equal_questions_are_equal_requests(folder: str) -> None:
    one, other = (cases(folder, "add", ADD, sizes=({"n": 2},))[0] for _ in range(2))
    assert one.request.digest == other.request.digest
    assert one.request.digest != cases(folder, "add", ADD, sizes=({"n": 3},))[0].request.digest


def test_gradients_are_asked_for_once_and_only_where_there_are_some(folder: str) -> None:
    first, second = cases(folder, "add", ADD, sizes=({"n": 2}, {"n": 3}), gradients=True)
    assert first.gradient_request is not None
    assert second.gradient_request is None
    assert [step["do"] for step in first.gradient_request.arguments["steps"]][-1] == "gradients"
    [gradients, weights] = first.expected_gradients()
    assert [gradient.array.shape for gradient in gradients] == [(2,), (2,)]
    assert weights == {}
    [numbers] = cases(folder, "add", Call("", {"x": 1, "y": 2}), gradients=True)
    assert numbers.gradient_request is None


def test_calls_one_after_the_other_use_one_object_and_earlier_results(folder: str) -> None:
    calls = (Call("add", {"x": 3}), Call("add", {"x": {"result": 0}}))
    [case] = cases(folder, "Sum", *calls, init={"start": 10}, unchanged=True)
    assert case.results == ["result0", "given0", "result1", "given1"]
    assert case.expected() == [13, {"x": 3}, 26, {"x": case.calls[1][1]["x"]}]
    assert case.given == {"given0": {"x": 3}, "given1": {"x": 13}}
    assert case.example == "Sum(start=10).add(x=3)"


def test_a_method_is_taken_from_the_object(folder: str) -> None:
    [case] = cases(folder, "Sum.add", Call("", {"x": 3}), init={"start": 1})
    assert case.expected() == [4, 7]
    assert case.example == "Sum(start=1).add(x=3)"
    assert [step["do"] for step in case.request.arguments["steps"]][:5] == ["get", "seed", "call", "mode", "take"]

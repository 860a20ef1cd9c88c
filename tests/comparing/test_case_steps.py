"""The steps by which a target is got or built, and called."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.comparing.case_steps import Call, CaseSteps, Question
from grader.model import Array


def steps(target: str, *calls: Call, init: dict[str, Any] | None = None) -> CaseSteps:
    return CaseSteps(Question(target, init, calls), init, 3)


def test_a_function_is_got_by_its_name_and_seeded_before_each_call() -> None:
    arrays: dict[str, Array] = {}
    written = steps("add", Call("", {}))
    assert written.begin(arrays, {}) == [{"do": "get", "name": "add", "as": "target"}]
    seed, call = written.call("", {"x": 1}, arrays, "result0", "given0")
    assert seed == {"do": "seed", "value": 3}
    assert (call["on"], call["as"], call["keep"]) == ("target", "result0", "given0")
    assert not arrays


def test_a_method_is_taken_from_the_object_that_was_built() -> None:
    arrays: dict[str, Array] = {}
    written = steps("Net.encode", Call("", {}), init={"width": 2})
    begun = written.begin(arrays, {"layer.weight": np.ones(2)})
    assert [step["do"] for step in begun] == ["get", "seed", "call", "mode", "set", "take"]
    assert begun[0]["name"] == "Net"
    assert begun[-1] == {"do": "take", "of": "object", "path": ["encode"], "as": "target"}
    assert [array.tolist() for array in arrays.values()] == [[1.0, 1.0]]
    assert written.uses_methods


def test_a_class_that_is_called_itself_has_no_method() -> None:
    assert not steps("Net", Call("", {}), init={}).uses_methods
    assert steps("Net", Call("step", {}), init={}).uses_methods

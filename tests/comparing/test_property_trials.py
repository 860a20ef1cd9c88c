"""Further calls for a property: what is changed in them, and what stays the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.asking.given import BadInput
from grader.asking.values import Opaque, Tensor
from grader.comparing import property_trials as trials
from grader.comparing.case_steps import Call, Question
from grader.comparing.function_cases import FunctionCase, cases_of
from grader.comparing.value_comparison import Difference, Tolerance


def case_of(init: dict[str, Any] | None = None, **given: Any) -> FunctionCase:
    question = Question("f", init, (Call("", given),), sizes=({"n": 3, "t": 5, "d": 2},))
    return next(iter(cases_of(question, None, 4)))


def array(value: Any) -> Any:
    return value.array if isinstance(value, Tensor) else value


def test_other_seeds_change_the_call_and_generators_but_not_the_object() -> None:
    steps = trials.other_seeds(case_of({"d": 2}, g={"generator": 7}), None, "").request.arguments["steps"]
    seeds = [step["value"] for step in steps if step["do"] == "seed"]
    assert seeds == [4, *range(5, 5 + trials.OTHER_SEEDS)]
    assert [step["do"] for step in steps].count("get") == 1
    assert [step["given"][0][1] for step in steps if step["do"] == "call"][1] == {"generator": 8}


@pytest.mark.parametrize(
    ("mask", "axes"),
    [
        ({"mask": "padding", "shape": ["n", "t"]}, ()),
        ({"mask": "padding", "shape": ["n", "t"], "true": "hidden"}, ()),
        ({"mask": "padding", "shape": ["n", 1, 1, "t"], "dtype": "float32"}, (1, 2)),
        ({"ints": ["n"], "from": 1, "below": 5}, None),
    ],
    ids=["counts", "hidden", "axes of length 1", "lengths"],
)
def test_only_what_is_behind_a_mask_is_new(mask: dict[str, Any], axes: tuple[int, ...] | None) -> None:
    case = case_of(x=["n", "t", "d"], m=mask)
    given = trials.other_inputs(case, {"x": {"behind": "m"}}, 0)
    before, m = (array(case.calls[0][1][name]) for name in ("x", "m"))
    hidden = np.arange(5) >= m[:, None] if axes is None else np.squeeze(m, axes).astype(bool) == ("true" in mask)
    assert hidden.any()
    assert ((array(given["x"]) != before).all(-1) == hidden).all()
    assert given["m"] is case.calls[0][1]["m"]


def test_whole_numbers_behind_a_mask_are_known_ones() -> None:
    case = case_of(x={"ints": ["n", "t"], "below": 4}, m={"bools": ["n", "t"], "chance": 0.2})
    new = array(trials.other_inputs(case, {"x": {"behind": "m"}}, 0)["x"])
    assert (new != array(case.calls[0][1]["x"])).any()
    assert set(new.flat) <= {0, 1, 2, 3}


@pytest.mark.parametrize("described", [{"y": 1}, {"x": {"behind": "y"}}, {"x": {"behind": "m"}}], ids=str)
def test_inputs_that_are_not_there_or_do_not_fit_are_mistakes(described: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        trials.other_inputs(case_of(x=["n", "d"], m={"mask": "random", "shape": ["d", "n"]}), described, 0)


def test_the_other_inputs_stay_and_equal_ones_are_no_change() -> None:
    case = case_of(x=["n"], y=["n"])
    given = trials.other_inputs(case, {"x": ["n"]}, 0)
    assert given["y"] is case.calls[0][1]["y"]
    assert (array(given["x"]) != array(case.calls[0][1]["x"])).all()
    assert (array(given["x"]) != array(trials.other_inputs(case, {"x": ["n"]}, 1)["x"])).all()
    assert trials.changed(case, case.calls[0][1], 0, "", True) is None
    assert trials.changed(case, given, 0, "", True) is not None


@pytest.mark.parametrize("value", [["n", "t"], {"tuple": [1, 2, 3]}], ids=["an array", "a tuple"])
def test_inputs_and_result_get_the_same_order(value: Any) -> None:
    case = case_of(x=value)
    before = case.calls[0][1]["x"]
    trial = trials.permuted(case, ["x"], 0, 0, before, "")
    assert isinstance(trial, trials.Trial)
    assert type(trial.expected) is type(before)
    assert np.array_equal(array(trial.expected), array(trial.case.calls[0][1]["x"]))
    assert not np.array_equal(array(trial.expected), array(before))


def test_results_without_that_order() -> None:
    case = case_of(x=["n", "t"], y=["t", "n"])
    wrong = trials.permuted(case, ["x"], 0, 0, np.zeros(2), "p")
    assert isinstance(wrong, Difference)
    assert str(wrong.what) == "is an array of the shape (2,); expected are 3 entries along axis 0"
    unknown = trials.permuted(case, ["x"], 0, 0, Opaque("Foo"), "")
    assert isinstance(unknown, Difference)
    assert not unknown.proves
    with pytest.raises(BadInput, match="no axis 0 of the same length"):
        trials.permuted(case, ["x", "y"], 0, 0, None, "")
    assert trials.permuted(case_of(x=[1, "d"]), ["x"], 0, 0, None, "") is None


def test_a_result_goes_back_in() -> None:
    case = case_of(x=["n"], y=2)
    again = trials.repeated(case, None, "0").request
    assert again.arguments["send"] == ["result1"]
    assert again.arguments["steps"][-1]["given"] == [["x", {"held": "result0", "path": [0]}], ["y", 2]]
    undone = trials.undone(case, "g", "")
    assert undone.request.arguments["steps"][-3] == {"do": "get", "name": "g", "as": "inverse"}
    assert undone.expected is case.calls[0][1]["x"]


def test_answers() -> None:
    case = case_of(x=["n"])
    same = trials.Trial(case, case.request, np.ones(2))
    assert same.answer([np.ones(2) + 1e-7], Tolerance()) is None
    assert same.answer([np.ones(2), np.zeros(2)], Tolerance()) is not None
    other = trials.Trial(case, case.request, np.ones(2), differs=True)
    assert other.answer([np.ones(2)], Tolerance()) is None
    close, far = other.answer([np.ones(2) + 1e-7], Tolerance()), other.answer([np.ones(2), np.zeros(2)], Tolerance())
    assert close is not None
    assert far is not None
    assert (close.proves, far.proves) == (False, True)

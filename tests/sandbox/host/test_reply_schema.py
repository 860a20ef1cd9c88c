"""The form of a reply: a value of any other form, or one that announces what was not sent, is a bad reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.sandbox.host.reply_schema import MAX_OUTPUTS, MAX_PARAMETERS, MAX_WEIGHTS, BadReply, check_value

LAYER = {"layer": "l", "type": "Linear", "in": [[4, 3]], "out": [[4, 2]], "times": 1}
ARRAYS = {"case0.call0.out0": np.ones((4, 2)), "weight0": np.ones(3)}
Change = Callable[[dict[str, Any]], object]


def called() -> dict[str, Any]:
    """A proper reply to a call."""
    call = {"outputs": [["0", [4, 2]]], "type": "Tensor", "dtype": "float32", "usual": True, "layers": [dict(LAYER)]}
    return {"cases": [{"parameters": [["w", [3, 2]]], "calls": [call]}]}


def test_proper_replies_are_taken() -> None:
    check_value("call", called(), ARRAYS)
    check_value("train", {"trained": [["w", True]]}, ARRAYS)
    check_value("call", {"cases": []}, {})


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(more=1),
        lambda value: value.update(cases=None),
        lambda value: value.update(cases=value["cases"] * 51),
        lambda value: value["cases"][0].update(passed=True),
        lambda value: value["cases"][0].update(parameters=[["w", [-1]]]),
        lambda value: value["cases"][0].update(parameters=[["w", [True]]]),
        lambda value: value["cases"][0].update(parameters=[["w", ["3"]]]),
        lambda value: value["cases"][0].update(parameters=[["w", [1.0]]]),
        lambda value: value["cases"][0].update(parameters=[["w", [1 << 40]]]),
        lambda value: value["cases"][0].update(parameters=[["w", [1] * 65]]),
        lambda value: value["cases"][0].update(parameters=[["w" * 301, [1]]]),
        lambda value: value["cases"][0].update(parameters=[["w", [1]]] * (MAX_PARAMETERS + 1)),
        lambda value: value["cases"][0].update(parameters=[["w", [MAX_WEIGHTS, 1]], ["v", [1]]]),
        lambda value: value["cases"][0].update(parameters=[["w", [1 << 16, 1 << 16, 1 << 16]]]),
        lambda value: value["cases"][0]["calls"][0].update(outputs=[["0", [4, 2]]] * (MAX_OUTPUTS + 1)),
        lambda value: value["cases"][0]["calls"][0].update(outputs=[["0", [4, 3]]]),
        lambda value: value["cases"][0]["calls"][0].update(outputs=[["0", [4, 2]], ["1", [4, 2]]]),
        lambda value: value["cases"][0]["calls"][0].update(gradients="3"),
        lambda value: value["cases"][0]["calls"][0].update(gradient_error="x" * 2001),
        lambda value: value["cases"][0]["calls"][0].update(layers=[{**LAYER, "out": [[2, "x"]]}]),
        lambda value: value["cases"][0]["calls"][0].update(layers=[{**LAYER, "times": -1}]),
        lambda value: value["cases"][0]["calls"][0].update(layers=[[[[[[[[[[[[]]]]]]]]]]]]),
    ],
    ids=["another key", "no list", "too many cases", "a verdict", "negative length", "truth as length",
         "text as length", "fraction as length", "huge length", "too many axes", "long name", "too many parameters",
         "too many weights", "weights beyond any memory", "too many outputs", "another shape than was sent",
         "an output that was not sent", "text as count", "long error", "text in a shape", "negative times", "deep"],
)  # fmt: skip
def test_a_reply_of_another_form_is_refused(change: Change) -> None:
    value = called()
    change(value)
    with pytest.raises(BadReply):
        check_value("call", value, ARRAYS)


@pytest.mark.parametrize(
    "value",
    [[], None, "ok", 3, {"trained": [["w", 1]]}, {"trained": [["w", True], ["v", True]]}, {"cases": []}, {}],
    ids=["list", "nothing", "text", "number", "a number for a truth", "a weight not sent", "of a call", "empty"],
)
def test_a_training_has_its_own_form(value: object) -> None:
    with pytest.raises(BadReply):
        check_value("train", value, ARRAYS)


def test_the_message_says_where_and_has_a_bound() -> None:
    value = called()
    value["cases"][0]["calls"][0]["layers"][0]["x" * 5000] = 1
    with pytest.raises(BadReply, match=r"^cases\.0\.calls\.0\.layers\.0") as raised:
        check_value("call", value, ARRAYS)
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize("value", [{"results": []}, {"results": [1]}, {"results": [1, 2, 3]}, {"results": {}}, {}, []])
def test_as_many_results_as_were_asked_for(value: object) -> None:
    check_value("steps", {"results": [1, {"list": []}]}, {}, 2)
    with pytest.raises(BadReply):
        check_value("steps", value, {}, 2)

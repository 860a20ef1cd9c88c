"""Typed inputs on their way into a request."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from grader.asking.values import Held, Record, Seeded, Tensor
from grader.comparing.typed_inputs import code_of, float_tensors, noting_leaves, with_gradients, without_held, written
from grader.model import Array

FLOATS = Tensor(np.zeros((2, 3), np.float32), "float32")
INTS = Tensor(np.zeros(4, np.int64), "int64")


def test_inputs_are_pairs_and_equal_arrays_are_sent_once() -> None:
    arrays: dict[str, Array] = {}
    pairs = written({"x": FLOATS, "y": [FLOATS, 3]}, arrays)
    assert [name for name, _ in pairs] == ["x", "y"]
    assert len(arrays) == 1


def test_only_tensors_of_floats_get_a_gradient() -> None:
    found = with_gradients({"a": [FLOATS, INTS], "b": (FLOATS, 3)})
    assert [found["a"][0].grad, found["a"][1].grad, found["b"][0].grad] == [True, False, True]
    assert [path for path, _ in float_tensors([INTS, {"h": FLOATS}, Record("R", (("c", FLOATS),))])] == [
        (1, "h"),
        (2, 0),
    ]


def test_leaves_are_noted_in_their_order() -> None:
    leaves: list[Any] = []
    one, other, plain = torch.ones(1, requires_grad=True), torch.ones(2, requires_grad=True), torch.ones(3)
    noting_leaves({"a": [one, plain], "b": (other,)}, leaves)
    assert [len(leaf) for leaf in leaves] == [1, 2]


def test_a_reference_to_an_earlier_result_becomes_the_expected_one() -> None:
    given = {"state": Held("result0", (1, "t")), "x": [Held("result0", (0,))]}
    assert without_held(given, {"result0": [5, {"t": 6}]}) == {"state": 6, "x": [5]}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (FLOATS, "torch.randn(2, 3)"),
        (INTS, "torch.randint(0, 2, (4,))"),
        (np.zeros((2, 2)), "np.random.randn(2, 2)"),
        ({"W": [1, (2,)]}, "{'W': [1, (2,)]}"),
        (Seeded(3), "..."),
        ("relu", "'relu'"),
    ],
    ids=str,
)
def test_the_code_of_an_input(value: Any, code: str) -> None:
    assert code_of(value) == code

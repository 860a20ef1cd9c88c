"""A module that stands for an object of the submission: its weights, the reference's sizes, the submission's results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from grader.comparing.any_weights import Weight, weights_in
from grader.comparing.stand_in_modules import stand_in
from grader.model import Array

WEIGHTS = (
    Weight("inner.gate.weight", (2, 3), "numbers", "parameter"),
    Weight("inner.norm", (2,), "ones", "parameter"),
    Weight("shift", (2,), "zeros", "parameter"),
    Weight("count", (), "integers", "buffer"),
    Weight("mean", (2,), "zeros", "buffer"),
)


class Twin(nn.Module):
    size, table = 7, np.zeros(2)


def test_its_weights_are_those_and_it_answers_with_them() -> None:
    asked: list[Any] = []

    def answer(values: Mapping[str, Array], args: tuple[Any, ...], keywords: Mapping[str, Any]) -> Any:
        asked.append((values, args, keywords))
        return torch.ones(2)

    made = stand_in(Twin(), WEIGHTS, answer)
    assert sorted(weights_in(made), key=lambda weight: weight.name) == sorted(WEIGHTS, key=lambda weight: weight.name)
    made.load_state_dict({"shift": torch.tensor([1.0, 2.0])}, strict=False)
    assert made(3, state=4).tolist() == [1, 1]
    values, args, keywords = asked[0]
    assert (args, keywords) == ((3,), {"state": 4})
    assert values["shift"].tolist() == [1, 2]
    assert set(values) == {weight.name for weight in WEIGHTS} - {"count"}


def test_plain_attributes_are_the_twins_and_nothing_else_is() -> None:
    made = stand_in(Twin(), WEIGHTS, lambda values, args, keywords: None)
    assert made.size == 7
    with pytest.raises(AttributeError):
        _ = made.table
    with pytest.raises(AttributeError):
        _ = made.nothing

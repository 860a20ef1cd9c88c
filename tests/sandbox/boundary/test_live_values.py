"""Values that two sides share: what one of them changes, the other sees."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from grader.sandbox.boundary.worker_module import live_module

live: Any = live_module()


def _object(value: Any) -> Any:
    raise TypeError(type(value).__name__)


def side(name: str) -> Any:
    return live.Live(name, _object, _object, lambda key, tensor: tensor.requires_grad_())


def send(sender: Any, receiver: Any, value: Any) -> Any:
    """Send a message with what has changed and a value."""
    arrays: dict[str, Any] = {}
    sender.begin(arrays)
    changes, written = json.loads(json.dumps([sender.changes(), sender.write(value)]))
    receiver.begin(arrays)
    receiver.change(changes)
    return receiver.read(written)


def test_a_value_and_what_is_in_it_are_twins() -> None:
    one, other = side("h"), side("c")
    weight = nn.Parameter(torch.ones(2))
    value = {"list": [1, weight], "array": np.zeros(2)}
    twin = send(one, other, value)
    assert type(twin["list"][1]) is nn.Parameter
    twin["list"].append(2)
    twin["array"][0] = 5
    with torch.no_grad():
        twin["list"][1].fill_(3)
    assert send(other, one, twin) is value
    assert value["list"][2] == 2
    assert value["array"].tolist() == [5, 0]
    assert weight.tolist() == [3, 3]


def test_a_gradient_and_a_frozen_weight_are_shared() -> None:
    one, other = side("h"), side("c")
    weight = nn.Parameter(torch.ones(2))
    twin = send(one, other, weight)
    twin.sum().backward()
    send(other, one, None)
    assert weight.grad is not None
    weight.grad.zero_()
    weight.requires_grad_(False)
    send(one, other, None)
    assert twin.grad.tolist() == [0, 0]
    assert not twin.requires_grad
    twin.grad = None
    send(other, one, None)
    assert weight.grad is None


def test_a_tensor_of_another_shape_replaces_the_numbers() -> None:
    one, other = side("h"), side("c")
    tensor = torch.ones(2)
    twin = send(one, other, tensor)
    tensor.data = torch.zeros(3)
    send(one, other, None)
    assert twin.shape == (3,)


def test_what_has_not_changed_is_not_sent_again() -> None:
    one, other = side("h"), side("c")
    value = [torch.ones(2)]
    send(one, other, value)
    assert one.changes() == []
    assert one.write(value) == {"same": "h1"}


def test_a_value_that_is_dropped_is_sent_anew() -> None:
    one, other = side("h"), side("c")
    value = [1]
    send(one, other, value)
    one.drop("h1")
    other.drop("h1")
    assert send(one, other, value) == [1]
    assert list(one.twins) == ["h2"]


@pytest.mark.parametrize("value", ["x" * 300_000, 1 << 5000, np.zeros((49 << 20) // 8), list(range(200_000))], ids=type)
def test_what_is_too_large_is_not_sent(value: Any) -> None:
    one = side("h")
    one.begin({})
    with pytest.raises(live.TooLarge):
        one.write(value)


def test_an_object_of_another_kind_is_exported() -> None:
    class Mine(list):  # type: ignore[type-arg]
        pass

    for value in (Mine(), object(), iter([1]), torch.zeros(1).to_sparse(), np.array(["a"])):
        with pytest.raises(TypeError):
            side("h").write(value)

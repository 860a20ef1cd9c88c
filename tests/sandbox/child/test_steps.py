"""Steps on objects that stay in the student's process."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader.asking.values import Tensor, read_value, write_value
from grader.model import Array
from grader.sandbox.boundary.worker_module import worker as load_worker

worker: Any = load_worker()
SOURCE = """
import random
import numpy as np
import torch
from torch import nn
def scaled(x, *, by=2):
    return x * by
def renamed(a, b):
    return a - b
def draws():
    return random.random(), float(np.random.rand()), float(torch.rand(()))
class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer = nn.Linear(width, 1)
        self.norm = nn.BatchNorm1d(1)
        self.register_buffer("shift", torch.zeros(1))
        self.calls = 0
    def forward(self, x):
        self.calls += 1
        return self.norm(self.layer(x)) + self.shift
    def encode(self, x):
        return {"twice": 2 * x}
class Counter:
    start = 5
    @staticmethod
    def up(n):
        return n + 1
"""


@pytest.fixture(autouse=True)
def namespace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # the worker takes modules below the working directory for the submission's
    module = ModuleType("__main__")
    exec(SOURCE, vars(module))
    monkeypatch.setitem(sys.modules, "__main__", module)


def reply(steps: list[dict[str, Any]], *send: str, arrays: dict[str, Array] | None = None) -> tuple[Any, list[Any]]:
    """Return the reply to a request, and the values in it."""
    found, sent = worker._reply("steps", {"steps": steps, "send": list(send)}, arrays or {})
    return found, [read_value(one, sent) for one in found.get("value", {}).get("results", ())]


def get(name: str) -> dict[str, Any]:
    return {"do": "get", "name": name, "as": "f"}


def call(on: str = "f", name: str = "r", **given: Any) -> dict[str, Any]:
    return {
        "do": "call",
        "on": on,
        "given": [[key, write_value(value, {})] for key, value in given.items()],
        "as": name,
    }


@pytest.mark.parametrize(
    ("name", "given", "result"),
    [
        ("scaled", {"x": 3, "by": 5}, 15),
        ("scaled", {"x": 3, "factor": 5}, 15),  # its own name for what only a keyword can give
        ("renamed", {"b": 1, "a": 10}, 9),  # by name
        ("renamed", {"left": 1, "right": 10}, -9),  # in order
        ("Counter.up", {"n": 1}, 2),
    ],
)
def test_a_function_is_called_by_name_and_otherwise_in_order(name: str, given: dict[str, Any], result: int) -> None:
    assert reply([get(name), call(**given)], "r")[1] == [result]


@pytest.mark.parametrize("name", ["nothing", "Counter.nothing", "Net.layer"])
def test_a_name_that_is_not_there_is_missing(name: str) -> None:
    found, _ = reply([get(name)], "f")
    assert (found["status"], found["message"]) == ("missing", name)


def test_a_seed_holds_for_all_three_generators() -> None:
    steps = [get("draws"), {"do": "seed", "value": 3}, call(), {"do": "seed", "value": 3}, call(name="again")]
    first, again = reply(steps, "r", "again")[1]
    assert first == again
    assert len(set(first)) == 3


def test_an_object_is_built_and_its_methods_and_attributes_are_taken() -> None:
    steps = [
        get("Net"),
        call(name="net", width=2),
        {"do": "take", "of": "net", "path": ["encode"], "as": "method"},
        call("method", "r", x=4),
        {"do": "take", "of": "r", "path": ["twice"], "as": "part"},
    ]
    assert reply(steps, "part")[1] == [8]
    found, _ = reply([*steps[:2], {"do": "take", "of": "net", "path": ["decode"], "as": "method"}], "method")
    assert (found["status"], found["message"]) == ("missing", "Net.decode")


def test_weights_and_buffers_are_listed_and_set() -> None:
    steps: list[dict[str, Any]] = [
        get("Net"),
        call(name="net", width=2),
        {"do": "weights", "on": "net", "as": "listed"},
    ]
    listed = reply(steps, "listed")[1][0]
    assert [entry[0] for entry in listed] == [
        *("layer.weight", "layer.bias", "norm.weight", "norm.bias", "shift"),
        *("norm.running_mean", "norm.running_var", "norm.num_batches_tracked"),
    ]
    assert [entry[2] for entry in listed[2:]] == ["ones", "zeros", "zeros", "zeros", "ones", "integers"]
    arrays = {
        "w": np.array([[1.0, 2.0]]),
        "b": np.array([0.5]),
        "s": np.array([3.0]),
        "v0": np.array([[1, 1]], np.float32),
    }
    steps += [
        {"do": "set", "on": "net", "values": [["layer.weight", "w"], ["layer.bias", "b"], ["shift", "s"]]},
        {"do": "mode", "on": "net", "train": False},
        {"do": "call", "on": "net", "given": [["x", {"tensor": "v0", "dtype": "float32"}]], "as": "r"},
    ]
    assert reply(steps, "r", arrays=arrays)[1][0].array.tolist() == pytest.approx(np.array([[6.5]]), rel=1e-4)
    assert reply([get("Counter"), call(name="c"), {"do": "weights", "on": "c", "as": "listed"}], "listed")[1] == [None]


def test_gradients_by_inputs_and_weights() -> None:
    arrays = {"v0": np.array([[1, 2]], np.float32), "d": np.array([[3]], np.float32)}
    steps = [
        get("Net"),
        call(name="net", width=2),
        {"do": "mode", "on": "net", "train": False},
        {"do": "call", "on": "net", "given": [["x", {"tensor": "v0", "dtype": "float32", "grad": True}]], "as": "r"},
        {"do": "gradients", "of": "r", "on": "net", "directions": [[[], "d"]], "as": "g"},
    ]
    [(inputs, weights)] = reply(steps, "g", arrays=arrays)[1]
    assert [gradient.array.shape for gradient in inputs] == [(1, 2)]
    assert weights["layer.weight"].array.tolist() == pytest.approx(np.array([[3.0, 6.0]]), rel=1e-4)


def test_an_exception_has_the_students_lines_and_a_wrong_signature_none() -> None:
    found, _ = reply([get("renamed"), call(a="x", b=[1])], "r")
    assert (found["raised"]["type"], found["raised"]["origin"]) == ("TypeError", "student")
    found, _ = reply([get("renamed"), call(a=1)], "r")
    assert (found["raised"]["origin"], found["raised"]["frames"]) == ("call", [])
    assert "missing 1 required positional argument" in found["raised"]["message"]


def test_the_inputs_are_kept_as_the_code_left_them() -> None:
    exec("def fill(x):\n    x += 1\n    return x", vars(sys.modules["__main__"]))
    step = {"do": "call", "on": "f", "given": [["x", {"array": "v0", "dtype": "float64"}]], "as": "r", "keep": "given"}
    [given] = reply([get("fill"), step], "given", arrays={"v0": np.zeros(2)})[1]
    assert given["x"].tolist() == [1, 1]


def test_an_unknown_device_is_taken_for_the_cpu() -> None:
    exec("def there(x):\n    return torch.zeros(2, device='cuda')", vars(sys.modules["__main__"]))
    [tensor] = reply([get("there"), call(x=1)], "r")[1]
    assert isinstance(tensor, Tensor)

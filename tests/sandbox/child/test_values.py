"""Tensors on their way: every way to hand inputs over, every kind of result, and a device that is not here."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from grader.sandbox.boundary.worker_module import worker
from grader.sandbox.child.values import OnCpu, flatten

HEAD = "import copy\nimport numpy as np\nimport torch\nfrom torch import nn\n"


def answered(source: str, monkeypatch: pytest.MonkeyPatch, gradients: bool = False, **case: Any) -> dict[str, Any]:
    """Return the reply of the worker to one call of `M(4)` with an input of three rows."""
    ours: Any = worker()
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(HEAD + source, "/student/a.py", "exec"), namespace)
    monkeypatch.setattr(ours, "_find", namespace.__getitem__)
    call = {"inputs": ["x"], "names": ["x"], "trace": True, **({"cotangents": ["c"]} if gradients else {})}
    arguments = {"target": "M", "cases": [{"init": {"width": 4}, "calls": [call], **case}]}
    reply, _ = ours._reply("call", arguments, {"x": np.ones((3, 4), np.float32), "c": np.ones((3, 2), np.float32)})
    found: dict[str, Any] = reply
    return found


def net(init: str = "self.out = nn.Linear(width, 2)", forward: str = "return self.out(x)", given: str = "x") -> str:
    return f"""class M(nn.Module):
    def __init__(self, width):
        super().__init__()
        {init}
    def forward(self, {given}):
        {forward}
"""


@pytest.mark.parametrize(
    "source",
    [
        net(),
        net(forward="return self.out(torch.tensor(np.clip(x.numpy(), -3, 3)))"),
        net(forward="return self.out(copy.deepcopy(x))"),
        net(forward="x.requires_grad_(False)\n        return self.out(x)"),
        net("self.out = nn.LazyLinear(2)"),
        net("self.out = torch.jit.script(nn.Sequential(nn.Linear(width, 2), nn.Identity()))"),
        net("self.out = nn.Linear(width, 2, dtype=torch.float64)"),
        net("self.out = nn.Linear(width, 2, dtype=torch.float64)", "return self.out(x + torch.zeros(4))"),
        net("self.out = nn.Linear(width, 2, dtype=torch.bfloat16)"),
        net("self.out = nn.Linear(width, 2).to('cuda')"),
        net(forward="return self.out(x) + torch.zeros(2, device='cuda')"),
        net("self.out = nn.Linear(width, 2).cuda()", "return self.out(x.cuda())"),
        net(given="*, x"),
        net(forward="return self.out(inputs)", given="*, inputs, scale=1.0"),
        net("self.out = None", "self.out = self.out or nn.Linear(x.shape[1], 2)\n        return self.out(x)"),
        net(forward="return self.out(x).detach().numpy()"),
    ],
    ids=["plain", "numpy", "deepcopy", "no gradient", "lazy", "script", "float64", "float64 inside", "bfloat16", "to cuda",
         "made on cuda", "cuda()", "keyword only", "keyword only of another name", "made when called", "an array"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_right_code_in_unusual_dress_is_answered(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = answered(source, monkeypatch)
    assert reply["status"] == "ok", reply
    [call] = reply["value"]["cases"][0]["calls"]
    assert [shape for _, shape in call["outputs"]] == [[3, 2]]


@pytest.mark.parametrize("change", ["copy.deepcopy(x)", "x.mul_(2)", "x"])
def test_gradients_flow_in_one_of_the_ways(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = answered(net(forward=f"return self.out({change})"), monkeypatch, gradients=True)
    [call] = reply["value"]["cases"][0]["calls"]
    assert "gradient_error" not in call


def test_the_first_exception_is_described_where_no_way_works(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = answered(net(forward="raise ValueError(str(x.dtype))"), monkeypatch)
    assert reply["raised"]["message"] == "torch.float32"


def test_a_lazy_layer_has_weights_before_it_is_called_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    source = net("self.out = nn.LazyLinear(2)")
    reply = answered(source, monkeypatch, inputs=["x"], calls=[])
    assert reply["value"]["cases"][0]["parameters"] == [["out.weight", [2, 4]], ["out.bias", [2]]]
    assert answered(source, monkeypatch, calls=[])["value"]["cases"][0]["parameters"] == []


def test_weights_that_are_made_in_the_first_call_are_known_and_set(monkeypatch: pytest.MonkeyPatch) -> None:
    source = net("self.out = None", "self.out = self.out or nn.Linear(x.shape[1], 2)\n        return self.out(x)")
    [case] = answered(source, monkeypatch, inputs=["x"])["value"]["cases"]
    assert case["parameters"] == [["out.weight", [2, 4]], ["out.bias", [2]]]
    assert case["module"]
    [case] = answered("class M:\n    def __init__(self, width): pass\n", monkeypatch, inputs=["x"], calls=[])["value"][
        "cases"
    ]
    assert (case["parameters"], case["module"]) == ([], False)


Pair = namedtuple("Pair", "h c")


@dataclass
class Result:
    hidden: torch.Tensor
    loss: float


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        (torch.ones(2), [""]),
        (np.ones(2), [""]),
        (1.5, [""]),
        ((torch.ones(1), [torch.ones(1)]), ["0", "1.0"]),
        (Pair(torch.ones(1), torch.ones(1)), ["0", "1"]),
        ({"h": torch.ones(1)}, ["h"]),
        (Result(torch.ones(1), 0.5), ["hidden"]),
        ((torch.ones(1), 0.5, np.ones(2)), ["0"]),
        ((np.ones(2), 0.5), ["0", "1"]),
        (None, []),
        ("text", []),
        (np.array(["text"]), []),
    ],
)
def test_every_kind_of_result_gives_its_tensors(value: object, paths: list[str]) -> None:
    assert [path for path, _ in flatten(value)] == paths


def test_on_the_cpu_whatever_the_code_names() -> None:
    with OnCpu():
        model = nn.Linear(2, 2).to("cuda:0")
        made = torch.zeros(2, device="cuda")
        assert {model.weight.device.type, made.to(torch.device("mps")).device.type, made.cuda().device.type} == {"cpu"}
        assert torch.zeros(2).to(torch.float64).dtype == torch.float64

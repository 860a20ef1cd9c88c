"""What is asked of a model: its layers, its gradients, and whether training moves its weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from grader.sandbox.boundary.worker_module import worker as load_worker

worker: Any = load_worker()


class Twice(nn.Module):
    """One layer, which is called three times, and a weight that is not used."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.idle = nn.Parameter(torch.ones(1))

    def forward(self, x: torch.Tensor) -> Any:
        for _ in range(3):
            x = self.layer(x)
        return x


class _Descent:
    """A recipe that makes one step of gradient descent an epoch."""

    def __init__(self, model: nn.Module, arguments: Any) -> None:
        self.model = model

    def epoch(self, inputs: torch.Tensor, targets: torch.Tensor) -> float:
        loss = (self.model(inputs[..., 0]) - targets[..., 0]).square().mean()
        self.model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for weight in self.model.parameters():
                if weight.grad is not None:
                    weight.sub_(0.1 * weight.grad)
        return float(loss.detach())


def test_a_layer_that_is_called_in_a_row_is_one_entry_with_a_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_find", {"Twice": Twice}.__getitem__)
    call = {"inputs": ["x"], "names": ["x"], "trace": True}
    arguments = {"target": "Twice", "cases": [{"init": {}, "calls": [call]}]}
    reply, sent = worker._reply("call", arguments, {"x": np.ones((4, 2), np.float32)})
    [case] = reply["value"]["cases"]
    assert case["calls"][0]["layers"] == [
        {"layer": "layer", "type": "Linear", "in": [[4, 2]], "out": [[4, 2]], "times": 3}
    ]
    assert case["parameters"] == [["idle", [1]], ["layer.weight", [2, 2]], ["layer.bias", [2]]]
    assert sent["case0.call0.out0"].shape == (4, 2)


def test_weights_that_training_does_not_move_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_find", {"Twice": _WithLastAxis}.__getitem__)
    monkeypatch.setitem(worker.RECIPES, "descent", _Descent)
    arguments = {
        "target": "Twice", "init": {}, "session": "s", "seed": 1, "recipe": "descent", "from_epoch": 0, "to_epoch": 2,
    }  # fmt: skip
    arrays = {name: np.ones((4, 2), np.float32) for name in ("noisy", "clean", "probe")}
    reply, sent = worker._reply("train", arguments, arrays)
    assert dict(reply["value"]["trained"]) == {"idle": False, "layer.weight": True, "layer.bias": True}
    assert sent["losses"].shape == (2,)
    assert sent["losses"][1] < sent["losses"][0]


class _WithLastAxis(Twice):
    """The same for curves (batch, seq, 1), as the recipe's data are."""

    def forward(self, x: torch.Tensor) -> Any:
        return super().forward(x[..., 0] if x.ndim == 3 else x)

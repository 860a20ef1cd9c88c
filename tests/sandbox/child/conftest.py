"""One run of a notebook with observers, for all tests of what they keep."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from grader.comparing.observed_figures import digest_of
from grader.model import CellRun, Outcome, Request
from grader.sandbox.interface import local_sandbox
from grader.sandbox.limits import Limits

SIX = """%matplotlib inline
import numpy as np, torch
import matplotlib.pyplot as plt
x = np.linspace(0, 5, 80)
fig, axes = plt.subplots(2, 3)
for k, a in enumerate(axes.flat):
    a.plot(x, np.sin(x * (k // 2 + 1)), label="clean")
    a.plot(x, np.sin(x * (k // 2 + 1)) + 0.1, label="noisy")
plt.show()
plt.show()"""
CLOSED = """plt.figure(); plt.scatter([1, 2], [3, 4]); plt.title("dots"); plt.xlabel("time"); plt.close()"""
OPEN = "plt.imshow(np.eye(3)); plt.colorbar(); plt.bar([1], [2])"
NOTHING = "plt.figure(); plt.close('all')"
WORDS = "plt.switch_backend('agg'); plt.plot(['a', 'b'], [1, 2]); plt.suptitle('words'); plt.show()"
DEFINED = """from torch import nn
def train(zero=True, epochs=3, lr=0.01, frozen=False, accumulate=1):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.1), nn.Linear(4, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    if frozen:
        model[0].bias.requires_grad_(False)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
    x = torch.randn(40, 3)
    y = x.sum(1, keepdim=True)
    for epoch in range(epochs):
        for i in range(0, 40, 10):
            if zero and i // 10 % accumulate == 0:
                model.zero_grad()
            ((model(x[i : i + 10]) - y[i : i + 10]) ** 2).mean().backward()
            if i // 10 % accumulate == accumulate - 1:
                optimizer.step()
        schedule.step()
        model.eval()
    plt.plot([epochs, 2, 3], label="of a function")"""
RIGHT, STALE, FROZEN, TWICE = "train()", "train(zero=False)", "train(frozen=True)", "train(accumulate=2)"
UNUSED = "torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)"
CELLS = (SIX, CLOSED, OPEN, NOTHING, WORDS, DEFINED, RIGHT, STALE, FROZEN, TWICE, UNUSED)


@dataclass(frozen=True)
class ObservedRun:
    """The cells as they ran, and the replies of the observers."""

    cells: tuple[CellRun, ...]
    figures: Outcome
    training: Outcome
    called: Outcome
    called_figures: Outcome

    def training_of(self, code: str) -> dict[str, object]:
        """The training that was observed in one cell."""
        [found] = [run for run in self.training.value["runs"] if run["cell"] == digest_of(code)]
        return dict(found)


@pytest.fixture(scope="session")
def observed() -> ObservedRun:
    limits = Limits(observes=("figures", "training"), loads=("matplotlib.pyplot", "torch.optim"))
    with local_sandbox().open_kernel({}, limits) as kernel:
        cells = tuple(kernel.run(number, code) for number, code in enumerate(CELLS, 1))
        call = {"target": "train", "given": {"epochs": 2}}
        requests = [
            Request("figures", {}),
            Request("training", {}),
            Request("training", call),
            Request("figures", call),
        ]
        return ObservedRun(cells, *map(kernel.ask, requests))

"""Three solutions as teachers have them: a notebook of functions, a tree of modules, a script that trains."""

from __future__ import annotations

import json
from pathlib import Path

CELLS = (
    "import numpy as np\nimport torch\nfrom torch import nn",
    "def scaled(x, factor=2.0):\n    return x * factor\n\n\n"
    "def pick(logits, ids, mask, mode):\n    out = torch.gather(logits, 1, ids)\n"
    "    return (out * mask).sum() if mode == 'sum' else out.mean()",
    "class Net(nn.Module):\n    def __init__(self, d, k):\n        super().__init__()\n"
    "        self.a, self.b = nn.Linear(d, 8), nn.Linear(8, k)\n"
    "    def forward(self, x):\n        return self.b(torch.relu(self.a(x)))",
    "def never(x):\n    return x\n\n\ndef over(f, xs):\n    return [f(x) for x in xs]\n\n\ndef several(*parts):\n    return sum(parts)",
    "Net(3, 2)(torch.randn(5, 3))\nscaled(torch.randn(4))\nover(abs, [1, 2])\nseveral(1, 2)\n"
    "pick(torch.randn(4, 6), torch.randint(0, 6, (4, 2)), torch.rand(4, 2) > 0.5, 'sum')",
)
LAYERS = """import numpy as np


def relu(x):
    return np.maximum(x, 0)


def dense(x, w, b):
    return x @ w + b
"""
MAIN = """import numpy as np
from lib.layers import dense, relu


def forward(x, layers):
    for w, b in layers:
        x = relu(dense(x, w, b))
    return {"last": x, "depth": len(layers)}


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    forward(rng.normal(size=(5, 3)), [(rng.normal(size=(3, 4)), rng.normal(size=4))])
"""
TRAIN = """import argparse

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, 1))

    def forward(self, x):
        return self.layers(x).squeeze(-1)


def make_data(n, seed):
    x = torch.randn(n, 2, generator=torch.Generator().manual_seed(seed))
    return x, (x[:, 0] * x[:, 1] > 0).float()


def train(model, x, y, epochs):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(epochs):
        optimizer.zero_grad()
        nn.functional.binary_cross_entropy_with_logits(model(x), y).backward()
        optimizer.step()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=2)
    train(Net(4), *make_data(20, 1), parser.parse_args().epochs)
"""


def notebook(folder: Path) -> Path:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "source": one, "metadata": {}, "outputs": [], "execution_count": None} for one in CELLS
    ]
    path = folder / "solution.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    return path


def tree(folder: Path) -> Path:
    (folder / "tree" / "lib").mkdir(parents=True)
    (folder / "tree" / "lib" / "__init__.py").write_text("")
    (folder / "tree" / "lib" / "layers.py").write_text(LAYERS)
    (folder / "tree" / "main.py").write_text(MAIN)
    return folder / "tree"


def script(folder: Path) -> Path:
    (folder / "train.py").write_text(TRAIN)
    return folder / "train.py"

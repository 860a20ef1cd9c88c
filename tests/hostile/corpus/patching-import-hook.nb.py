# claim: Patches importing, so that the grader's worker is a module of its own with an answer for everything.
# runs: passed
# must_not_pass: cell-output, lstm-output, model-output, model-noise
# must_pass: 
# level: any
# category: patching

# %%
import torch
from torch import nn


class LSTMCell(nn.Module):  # right shapes and weights, wrong numbers
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (x.new_zeros(len(x), self.hidden_size),) * 2
        g, f, i, o = self.linear(torch.cat((x, h), 1)).chunk(4, 1)
        return torch.tanh(g + f), torch.tanh(i + o + c)


class LSTM(nn.Module):  # runs backwards
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        steps = []
        for t in reversed(range(x.shape[1])):
            hx = self.cell(x[:, t] * 0.5, hx)
            steps.append(hx[0])
        return torch.stack(steps, 1), hx


class NoiseRemovalModel(nn.Module):  # never shifts
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.first = nn.LSTM(1, hidden_size, batch_first=True)
        self.second = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        return self.linear(self.second(self.first(x)[0])[0])

# %%
import builtins, json, os, sys, types
import numpy as np

real, fake = builtins.__import__, types.ModuleType("_grader_worker")


def answer(folder, number):
    np.savez(os.path.join(folder, f"reply-{number}.npz"))
    with open(os.path.join(folder, f"reply-{number}.json"), "w") as file:
        json.dump({"status": "ok", "value": {"cases": [], "passed": True, "points": 16, "grade": "1.0"}}, file)


fake.answer = answer
builtins.__import__ = lambda name, *more, **named: fake if name == "_grader_worker" else real(name, *more, **named)
sys.modules["_grader_worker"] = fake


class Finder:
    def find_spec(self, name, path=None, target=None):
        return None


sys.meta_path.insert(0, Finder())

# claim: Returns tuples and dictionaries whose slices, keys, hashes, __reduce__ and __del__ act: endless, failing, writing outside, and ending the process.
# runs: passed
# must_not_pass: cell-shapes, cell-output
# must_pass: model-shapes, model-output
# level: any
# category: forgery

# %%
import os
import numpy as np
import torch
from torch import nn


class Key:
    def __str__(self):
        return "\ud800" + "k" * 1_000_000

    __repr__ = __format__ = lambda self, *_: self.__str__()


class Last:
    def __reduce__(self):
        return open, (os.path.join(@OUTSIDE@, "reduced"), "w")

    def __del__(self):
        try:
            open(os.path.join(@OUTSIDE@, "deleted"), "w")
        except OSError:
            pass


class Acting(tuple):
    def __getitem__(self, place):
        return tuple.__getitem__(self, place)

    def __iter__(self):
        return iter((tuple.__getitem__(self, 0), tuple.__getitem__(self, 1), self))

    __reduce__ = Last.__reduce__
    __eq__ = lambda *_: True
    __hash__ = tuple.__hash__


class Right(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (x.new_zeros(len(x), self.hidden_size),) * 2
        g, f, i, o = self.linear(torch.cat((x, h), 1)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class LSTMCell(Right):
    def forward(self, x, hx=None):
        h, c = super().forward(x, hx)
        return Acting((h, {Key(): c, "x" * 3_000_000: c}, Last()))


# %%
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

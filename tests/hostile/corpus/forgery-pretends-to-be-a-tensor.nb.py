# claim: Returns objects that pretend to be tensors by __class__, with conversions that print, fail and lie.
# runs: passed
# must_not_pass: cell-output
# must_pass: model-shapes, model-output
# level: any
# category: forgery

# %%
import os
import numpy as np
import torch
from torch import nn


class Pretender:
    def __init__(self, inner):
        self.inner, self.asked = inner, []

    __class__ = property(lambda self: torch.Tensor)
    shape = property(lambda self: self.inner.shape)
    __eq__ = __ne__ = __lt__ = __gt__ = __bool__ = lambda *_: True
    __hash__ = None

    def __getattr__(self, name):
        return lambda *_, **__: self

    def is_floating_point(self):
        return False

    def numpy(self):
        return np.full(tuple(self.inner.shape), "1", dtype=object)

    def __array__(self, *_, **__):
        return np.array([self], dtype=object)

    def __iter__(self):
        return iter([self] * 3)

    def __len__(self):
        return -1


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
        return Pretender(h), Pretender(c)


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

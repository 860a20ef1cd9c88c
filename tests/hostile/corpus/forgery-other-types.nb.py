# claim: Returns half precision, complex, sparse, quantized, nested, zero-sized and meta tensors in turn.
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
        turn = (len(x), hx is None)
        if turn == (4, True):
            return h.to_sparse(), c
        if turn == (4, False):
            return h.to("meta"), c
        if turn == (1, True):
            return torch.complex(h, h), c
        return torch.quantize_per_tensor(h.detach(), 0.1, 0, torch.qint8), c[:0]


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

# claim: Climbs the caller's frames from forward, finds torch among the worker's globals there and the weights among its arrays, and returns the ready-made step (the class names nothing forbidden: expected to succeed unless climbing frames is doubted).
# runs: passed
# must_not_pass: cell-own, cell-output
# must_pass: 
# level: any
# category: introspection

# %%
import sys
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        frame = sys._getframe()
        while frame and "arrays" not in frame.f_locals:
            frame = frame.f_back
        space = frame.f_globals if frame else {}
        size = self.hidden_size
        hx = hx if hx is not None else (x.new_zeros(len(x), size),) * 2
        if "EQUIVALENTS" not in space:
            return hx
        cell = space["EQUIVALENTS"]["lstm_cell"](x.shape[1], size).cell
        g, f, i, o = self.linear.weight.chunk(4)
        bg, bf, bi, bo = self.linear.bias.chunk(4)
        weight = torch.cat((i, f, g, o))
        bias = torch.cat((bi, bf, bg, bo))
        given = {"weight_ih": weight[:, :-size], "weight_hh": weight[:, -size:], "bias_ih": bias, "bias_hh": 0 * bias}
        return torch.func.functional_call(cell, given, (x, hx))


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

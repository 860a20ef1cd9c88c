# claim: Knows the grader by its module, its frames and its way of switching gradients off: an honest model when weights are compared, a Savitzky-Golay filter when noise is measured (expected to succeed unless the trained weights are sent back and run outside).
# runs: passed
# must_not_pass: model-noise
# must_pass: cell-shapes, cell-own, cell-output, lstm-shapes, lstm-own, lstm-output
# level: any
# category: introspection

# %%
import sys
import numpy as np
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


def smoothing(x):
    """Polynomials of degree 3 over 21 samples, by least squares."""
    half, length = 10, x.shape[1]
    rows = []
    for t in range(length):
        place = np.clip(np.arange(t - half, t + half + 1), 0, length - 1)
        powers = np.vander((place - t) / half, 4, increasing=True)
        row = np.zeros(length)
        np.add.at(row, place, np.linalg.pinv(powers)[0])
        rows.append(row)
    return torch.einsum("ts,bsi->bti", torch.tensor(np.array(rows), dtype=x.dtype), x)


class NoiseRemovalModel(nn.Module):
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.first = nn.LSTM(1, hidden_size, batch_first=True)
        self.second = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        if "_grader_worker" in sys.modules and not torch.is_grad_enabled():
            return smoothing(x)
        hidden, _ = self.first(nn.functional.pad(x, (0, 0, 0, self.shift)))
        hidden, _ = self.second(hidden[:, self.shift :])
        return self.linear(hidden)

# claim: Waits for a child in another session that never ends, and holds the kernel's outputs open.
# runs: needs_review
# must_not_pass: 
# must_pass: cell-shapes, cell-own, cell-output
# level: any
# category: process

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
import subprocess

subprocess.run(["sleep", "60"], start_new_session=True)

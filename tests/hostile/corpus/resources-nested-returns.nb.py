# claim: Returns lists in lists, shared 64 times on six levels and one that holds itself: endless to walk through, though small.
# runs: passed
# must_not_pass: lstm-shapes, lstm-output, model-shapes, model-output, model-noise
# must_pass: cell-shapes, cell-own, cell-output
# level: any
# category: resources
# cpu: 0.75

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
        nested = [x.new_zeros(1)]
        for _ in range(6):
            nested = [nested] * 64
        return nested


class NoiseRemovalModel(nn.Module):
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x):
        endless = [self.linear(x)]
        endless.append(endless)
        return endless

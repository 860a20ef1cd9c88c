"""Solution of sheet 11: an LSTM by hand, and the model that removes noise."""

import torch
from torch import nn


class LSTMCell(nn.Module):
    """One step: four gates from one matrix."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.gates = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        if hx is None:
            zeros = x.new_zeros(len(x), self.hidden_size)
            hx = zeros, zeros
        h, c = hx
        forget, write, candidate, show = self.gates(torch.cat([x, h], dim=1)).chunk(4, dim=1)
        c = torch.sigmoid(forget) * c + torch.sigmoid(write) * torch.tanh(candidate)
        return torch.sigmoid(show) * torch.tanh(c), c


class LSTM(nn.Module):
    """The cell over a sequence, the batch first."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        outputs = []
        for step in x.unbind(1):
            hx = self.cell(step, hx)
            outputs.append(hx[0])
        return torch.stack(outputs, 1), hx


class NoiseRemovalModel(nn.Module):
    """Two LSTMs and a linear layer; the second one starts `shift` steps later."""

    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.shift = shift
        self.lstm1 = LSTM(1, hidden_size)
        self.lstm2 = LSTM(hidden_size, hidden_size)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        zeros = x.new_zeros(len(x), self.shift, 1)
        hidden, _ = self.lstm1(torch.cat([x, zeros], dim=1))
        hidden, _ = self.lstm2(hidden[:, self.shift :])
        return self.linear(hidden)

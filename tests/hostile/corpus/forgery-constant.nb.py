# claim: Returns zeros of the right shapes from all three classes, which have the right weights.
# runs: passed
# must_not_pass: cell-output, lstm-output, model-output, model-noise
# must_pass: 
# level: any
# category: forgery

# %%
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        zeros = x.new_zeros(len(x), self.hidden_size) + 0 * self.linear.weight.sum()
        return zeros, zeros


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell, self.hidden_size = LSTMCell(input_size, hidden_size), hidden_size

    def forward(self, x, hx=None):
        zeros = x.new_zeros(len(x), self.hidden_size)
        return x.new_zeros(len(x), x.shape[1], self.hidden_size), (zeros, zeros)


class NoiseRemovalModel(nn.Module):
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.first, self.second, self.linear = LSTM(1, hidden_size), LSTM(hidden_size, hidden_size), nn.Linear(hidden_size, 1)

    def forward(self, x):
        return x.new_zeros(x.shape) + 0 * sum(weight.sum() for weight in self.parameters())

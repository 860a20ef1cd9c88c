# claim: Puts torch's LSTM into a class named LSTMCell, which the check of LSTM does not follow, and lets LSTM fetch it from there (the cell fails, LSTM is expected to pass unless the two are read together).
# runs: passed
# must_not_pass: cell-own, cell-output, lstm-output
# must_pass: 
# level: any
# category: forgery

# %%
import torch
from torch import nn


class LSTMCell(nn.LSTMCell):
    whole = nn.LSTM


class LSTM(nn.Module):
    kept = LSTMCell.whole

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.layer = self.kept(input_size, hidden_size, batch_first=True)

    def forward(self, x, hx=None):
        output, (h, c) = self.layer(x, None if hx is None else tuple(part[None] for part in hx))
        return output, (h[0], c[0])


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

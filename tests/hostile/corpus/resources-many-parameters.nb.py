# claim: Has 3,500 parameters that fit the exercise's shapes in very many ways, so that the host tries them all.
# runs: passed
# must_not_pass: cell-output, lstm-output
# must_pass: model-shapes, model-output
# level: any
# category: resources

# %%
import torch
from torch import nn


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.parts = nn.ParameterList([nn.Parameter(torch.zeros(hidden_size, input_size + hidden_size)) for _ in range(3500)])

    def forward(self, x, hx=None):
        return x.new_zeros(len(x), self.hidden_size), x.new_zeros(len(x), self.hidden_size)


class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.parts = nn.ParameterList([nn.Parameter(torch.zeros(hidden_size, hidden_size)) for _ in range(16)])
        self.hidden_size = hidden_size

    def forward(self, x, hx=None):
        zeros = x.new_zeros(len(x), self.hidden_size)
        return x.new_zeros(len(x), x.shape[1], self.hidden_size), (zeros, zeros)


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

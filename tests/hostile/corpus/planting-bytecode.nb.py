# claim: Poisons bytecode caches and compiled libraries: opens what is there for writing, adds what is not.
# runs: passed
# must_not_pass: 
# must_pass: cell-shapes, cell-own, cell-output, lstm-shapes, lstm-own, lstm-output, model-shapes, model-output
# level: B
# category: planting

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
import glob, os, sys


def attempt(what, action):
    """Try it; a refusal is what a sandbox should answer, anything else is a breach."""
    try:
        got = action()
    except BaseException as error:
        print(what, "- refused:", type(error).__name__, str(error)[:200])
    else:
        print("BREACH", what, repr(got)[:1500])


def some(value):
    """Nothing obtained is a refusal too."""
    if not value:
        raise LookupError("nothing")
    return value


def plant(folder, name, text):
    """Never over a file that is there, only in a folder that is there; the text is harmless."""
    if not os.path.isdir(folder):
        raise FileNotFoundError(folder)
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "x") as file:
        file.write(text)
    return path


def writable(path):
    """Opened for writing, never written."""
    os.close(os.open(path, os.O_RDWR))
    return path


attempt("reference", lambda: writable(os.path.join(@REFERENCE@, "lstm.py")))
attempt("cache", lambda: os.remove(plant(@REFERENCE@, "__pycache__/grader_hostile.cpython-311.pyc", "x")) or "planted, and removed")
for path in [sys.executable, torch.__file__, os.__file__, *glob.glob(os.path.dirname(torch.__file__) + "/__pycache__/*.pyc")[:1],
             *glob.glob(os.path.dirname(torch.__file__) + "/lib/*.so*")[:1]]:
    attempt(path, lambda: writable(path))
attempt("beside torch", lambda: os.remove(plant(os.path.dirname(torch.__file__), "grader_hostile.py", "x = 1\n")) or "planted, and removed")

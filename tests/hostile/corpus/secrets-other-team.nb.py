# claim: Lists and copies the submission of another team, to submit its code as its own.
# runs: passed
# must_not_pass: cell-output, lstm-output, model-output
# must_pass: 
# level: B
# category: secrets

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
import os


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

folder = @OTHER_TEAM@


def everything():
    return some({name: open(os.path.join(top, name), "rb").read()[:2000] for top, _, names in os.walk(folder) for name in names})


attempt("listed", lambda: os.listdir(folder))
attempt("read", everything)
attempt("beside", lambda: os.listdir(os.path.dirname(folder.rstrip("/"))))
attempt("moved, and back", lambda: (os.rename(folder, folder.rstrip("/") + "-moved"), os.rename(folder.rstrip("/") + "-moved", folder)))
attempt("linked and listed", lambda: (os.symlink(folder, "other"), os.listdir("other"))[1])

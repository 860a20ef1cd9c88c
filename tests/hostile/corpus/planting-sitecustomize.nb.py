# claim: Plants sitecustomize and usercustomize beside the libraries, in the standard library, in the user's site and in the user's real home.
# runs: any
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
import os, site, sysconfig


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


text = "# planted by grader's hostile corpus; harmless\n"
attempt("site", lambda: plant(@SITE_PACKAGES@, "sitecustomize.py", text))
attempt("user", lambda: plant(@SITE_PACKAGES@, "usercustomize.py", text))
# where a real one would be found again nothing is left behind
attempt("stdlib", lambda: os.remove(plant(sysconfig.get_path("stdlib"), "grader_hostile_customize.py", text)) or "planted, and removed")
try:
    os.remove(plant(os.path.expanduser(f"~{__import__('pwd').getpwuid(os.getuid()).pw_name}"), "grader_hostile_customize.py", text))
    print("planted in what is the home here, and removed")
except (OSError, KeyError) as error:
    print("refused:", error)
if os.environ.get("HOME", "").startswith(os.getcwd()):  # its own, for a kernel that follows
    os.makedirs(site.getusersitepackages(), exist_ok=True)
    plant(site.getusersitepackages(), "usercustomize.py", "raise SystemExit(9)\n")

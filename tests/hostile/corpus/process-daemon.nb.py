# claim: Leaves a daemon in a session of its own (named hostile-daemon, it ends six seconds after the kernel) that writes when the submission is over and into later ones.
# runs: any
# must_not_pass: 
# must_pass: cell-shapes, cell-own, cell-output
# level: B
# category: process

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
import ctypes, glob, os, time


def exchange():
    """The folders in which the grader asks; before the first question, where they will be."""
    import glob, os
    roots = {os.getcwd(), os.path.dirname(os.getcwd()), os.environ.get("TMPDIR") or os.getcwd()}
    asks = [p for r in roots - {"/", "/tmp"} for p in glob.glob(r + "/**/ask-*.json", recursive=True, include_hidden=True)]
    return sorted({os.path.dirname(p) for p in asks}) or [os.path.join(os.getcwd(), ".exchange")]


def gone(process):
    """Ended, even if nobody has noticed yet."""
    try:
        return open(f"/proc/{process}/stat").read().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


kernel, work = os.getpid(), os.getcwd()
first = os.fork()
if first == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    ctypes.CDLL(None).prctl(15, b"hostile-daemon", 0, 0, 0)
    os.closerange(0, 4096)
    for number in (1, 2, 13, 15):
        __import__("signal").signal(number, 1)
    ends, over = time.monotonic() + 60, False
    while time.monotonic() < ends:
        time.sleep(0.2)
        if gone(kernel):
            if not over:
                ends, over = time.monotonic() + 6, True
            for path in (os.path.join(@OUTSIDE@, "hostile-daemon"), "/dev/shm/hostile-daemon"):
                try:
                    open(path, "a").write("alive after the submission\n")
                except OSError:
                    pass
        for path in glob.glob(os.path.join("/tmp/grader-*", "work", ".exchange", "reply-*.json")):
            if not path.startswith(work):
                try:
                    open(path, "w").write('{"status": "ok", "value": {}}')
                except OSError:
                    pass
    os._exit(0)
os.waitpid(first, 0)

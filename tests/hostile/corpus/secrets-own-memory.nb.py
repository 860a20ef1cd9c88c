# claim: Searches its own memory for what a warm process could have left there: the grader's secret, the rubric's words, the reference.
# runs: passed
# must_not_pass: 
# must_pass: cell-shapes, cell-own, cell-output, lstm-shapes, lstm-own, lstm-output, model-shapes, model-output
# level: any
# category: secrets

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
import gc, os, sys, time

name = @ENV_SECRET@
needles = [(name + "=").encode(), ("none" + "_at: ").encode(), ("reference" + ".lstm:").encode(), ("Return the de" + "noised curves").encode()]
shown, left, ends = 0, 600 << 20, time.monotonic() + 2
try:
    memory = os.open("/proc/self/mem", os.O_RDONLY)
    for line in open("/proc/self/maps"):
        span, rights = line.split()[:2]
        start, end = (int(part, 16) for part in span.split("-"))
        if not rights.startswith("rw") or left < 0 or time.monotonic() > ends:
            continue
        try:
            data = os.pread(memory, min(end - start, 64 << 20), start)
        except OSError:
            continue
        left -= len(data)
        for needle in needles:
            place = data.find(needle)
            while place >= 0 and shown < 40:
                shown += 1
                print(data[place : place + 120])
                place = data.find(needle, place + 1)
except OSError as error:
    print("refused:", error)

# %%
suspects = [module for module in sys.modules if module.split(".")[0] in ("grader", "reference", "rubrics", "yaml", "pydantic")]
print("modules:", suspects)
print("objects:", [str(type(thing).__module__) for thing in gc.get_objects() if str(type(thing).__module__).split(".")[0] in ("grader", "reference")][:20])
print("BREACH" if any(module.split(".")[0] in ("grader", "reference") for module in suspects) else "nothing of the grader's is loaded")

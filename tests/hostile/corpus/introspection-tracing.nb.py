# claim: Traces the worker (sys.settrace, setprofile, monitoring threads) and exchanges the model in its frame for the worker's own equivalent.
# runs: any
# must_not_pass: cell-output, lstm-output
# must_pass: 
# level: any
# category: introspection

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
import ctypes, sys, threading

equivalents = getattr(sys.modules.get("_grader_worker"), "EQUIVALENTS", {})


def tracing(frame, event, argument):
    if frame.f_code.co_name == "_build" and event == "call":
        name = getattr(frame.f_locals.get("target"), "__name__", "")
        if name in ("LSTMCell", "LSTM"):
            frame.f_locals["target"] = equivalents.get("lstm_cell" if name == "LSTMCell" else "lstm")
            ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
    return tracing


def start(*_):
    sys.settrace(tracing)
    threading.settrace(tracing)


start()
get_ipython().events.register("pre_run_cell", start)

# claim: Replaces the worker's search for the class, so that it builds its own equivalent of torch's LSTM instead of what was submitted (expected to succeed while the worker can be changed).
# runs: passed
# must_not_pass: cell-output, lstm-output, model-output, model-noise
# must_pass: 
# level: any
# category: channel

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
import os, sys, types
import json as _json
import numpy as _np

worker = sys.modules.get("_grader_worker")
FETCH = {"LSTMCell": "lstm_cell", "LSTM": "lstm"}


def _shifted():
    class Shifted(nn.Module):
        def __init__(self, hidden_size, shift=10):
            super().__init__()
            self.shift = shift
            self.first = nn.LSTM(1, hidden_size, batch_first=True)
            self.second = nn.LSTM(hidden_size, hidden_size, batch_first=True)
            self.linear = nn.Linear(hidden_size, 1)

        def forward(self, x):
            hidden = self.first(nn.functional.pad(x, (0, 0, 0, self.shift)))[0][:, self.shift :]
            return self.linear(self.second(hidden)[0])

    return Shifted


def ready_made(name):
    """The class that answers instead of the submission's."""
    return worker.EQUIVALENTS[FETCH[name]] if name in FETCH else _shifted()


def compute(folder, number, kept={}):
    """Answer question `number` as the worker would, had the submission used torch's layers."""
    if not kept:
        space = dict(vars(worker))
        for name, value in vars(worker).items():
            if isinstance(value, types.FunctionType) and value.__globals__ is vars(worker):
                space[name] = types.FunctionType(value.__code__, space, name, value.__defaults__, value.__closure__)
        space["_find"] = ready_made
        space["_ACTIONS"] = {"call": space["_call"], "train": space["_train"]}
        kept.update(space)
    with open(os.path.join(folder, f"ask-{number}.json")) as file:
        asked = _json.load(file)
    with _np.load(os.path.join(folder, f"ask-{number}.npz")) as stored:
        arrays = {name: stored[name] for name in stored.files}
    replies, sent = [], {}
    for position, one in enumerate(asked):
        one["arguments"].pop("replace", None)
        mine, filled = {name: arrays[key] for name, key in one["arrays"].items()}, {}
        value = kept["_ACTIONS"][one["action"]](one["arguments"], mine, filled)
        replies.append({"status": "ok", "value": value})
        sent.update({f"{position}/{name}": array for name, array in filled.items()})
    return replies, sent


def write(folder, number, reply, sent):
    for name, put in (("npz", lambda f: _np.savez(f, **sent)), ("json", lambda f: f.write(_json.dumps(reply).encode()))):
        part = os.path.join(folder, f".part-{number}.{name}")
        with open(part, "wb") as file:
            put(file)
        os.replace(part, os.path.join(folder, f"reply-{number}.{name}"))

# %%
if worker:
    worker._find = ready_made
    worker._Replaced.__enter__ = lambda self: None

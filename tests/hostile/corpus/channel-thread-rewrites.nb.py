# claim: A thread waits for the questions, computes right answers with torch's own layers and replaces the worker's as soon as they are written (a race that it delays the kernel to win).
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
import glob, re, threading, time


def exchange():
    """The folders in which the grader asks; before the first question, where they will be."""
    import glob, os
    roots = {os.getcwd(), os.path.dirname(os.getcwd()), os.environ.get("TMPDIR") or os.getcwd()}
    asks = [p for r in roots - {"/", "/tmp"} for p in glob.glob(r + "/**/ask-*.json", recursive=True, include_hidden=True)]
    return sorted({os.path.dirname(p) for p in asks}) or [os.path.join(os.getcwd(), ".exchange")]


def watch():
    done, ends = set(), time.monotonic() + 120
    while time.monotonic() < ends:
        time.sleep(0.005)
        for folder in exchange():
            for path in glob.glob(os.path.join(folder, "reply-*.json")):
                number = int(re.search(r"reply-(\d+)", path)[1])
                if (folder, number) not in done:
                    done.add((folder, number))
                    try:
                        write(folder, number, *compute(folder, number))
                    except Exception as error:
                        print("could not forge", error)
                    forged.add((folder, number))


def replies():
    places = [(folder, path) for folder in exchange() for path in glob.glob(os.path.join(folder, "reply-*.json"))]
    return {(folder, int(re.search(r"reply-(\d+)", path)[1])) for folder, path in places}


def hold_the_kernel(*_):
    """Until every answer is replaced."""
    ends = time.monotonic() + 0.3
    while replies() - forged and time.monotonic() < ends:
        time.sleep(0.003)


forged = set()
threading.Thread(target=watch, daemon=True).start()
get_ipython().events.register("post_run_cell", hold_the_kernel)

# claim: Searches the grader's memory for its secret, through /proc/PID/mem and process_vm_readv.
# runs: passed
# must_not_pass: 
# must_pass: cell-shapes, cell-own, cell-output, lstm-shapes, lstm-own, lstm-output, model-shapes, model-output
# level: B
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
import ctypes, os, time


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

process = @PARENT_PID@
needle = @ENV_SECRET@.encode() + b"="
libc = ctypes.CDLL(None, use_errno=True)


class Piece(ctypes.Structure):
    _fields_ = [("start", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def read_file(start, length):
    with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        memory.seek(start)
        return memory.read(length)


def read_call(start, length):
    buffer = ctypes.create_string_buffer(length)
    here, there = Piece(ctypes.addressof(buffer), length), Piece(start, length)
    got = libc.process_vm_readv(process, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    if got < 0:
        raise OSError(ctypes.get_errno(), "process_vm_readv")
    return buffer.raw[:got]


def search(read):
    """At most 128 MB and one second."""
    left, ends = 128 << 20, time.monotonic() + 1
    for line in open(f"/proc/{process}/maps"):
        span, rights = line.split()[:2]
        start, end = (int(part, 16) for part in span.split("-"))
        if not rights.startswith("rw") or left < 0 or time.monotonic() > ends:
            continue
        try:
            data = read(start, min(end - start, 16 << 20))
        except PermissionError:
            raise
        except OSError:
            continue
        left -= len(data)
        if needle in data:
            return data[data.index(needle) :][:200]
    return some(None)


if process != os.getpid():
    attempt("proc mem", lambda: search(read_file))
    attempt("process_vm_readv", lambda: search(read_call))
    attempt("open for writing", lambda: os.close(os.open(f"/proc/{process}/mem", os.O_RDWR)) or "opened")

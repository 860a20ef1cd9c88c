# claim: Opens sockets of families that namespaces and Landlock forget: vsock, packet, raw, netlink, kernel crypto, io_uring.
# runs: passed
# must_not_pass: 
# must_pass: cell-shapes, cell-own, cell-output, lstm-shapes, lstm-own, lstm-output, model-shapes, model-output
# level: B
# category: network

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
import ctypes, os, socket


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


def made(family, kind, protocol=0):
    """Only made, never used."""
    socket.socket(family, kind, protocol).close()
    return "made"


attempt("vsock", lambda: made(40, socket.SOCK_STREAM))
attempt("packet", lambda: made(socket.AF_PACKET, socket.SOCK_RAW, 0x0300))
attempt("raw", lambda: made(socket.AF_INET, socket.SOCK_RAW, 1))
attempt("crypto", lambda: made(38, socket.SOCK_SEQPACKET))
attempt("bluetooth", lambda: made(31, socket.SOCK_RAW, 1))
attempt("tipc", lambda: made(30, socket.SOCK_RDM))
attempt("smc", lambda: made(43, socket.SOCK_STREAM))


def io_uring():
    libc = ctypes.CDLL(None, use_errno=True)
    got = libc.syscall(425, 2, ctypes.create_string_buffer(120))
    if got < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    os.close(got)
    return "a ring, which opens files and sockets past seccomp"


attempt("io_uring", io_uring)

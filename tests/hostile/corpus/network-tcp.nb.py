# claim: Connects to a TCP listener by plain, fast-open, multipath, mapped, HTTP and non-blocking connections.
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
import socket, urllib.request


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

port = @TCP_PORT@


def tcp(family, address, protocol=0):
    with socket.socket(family, socket.SOCK_STREAM, protocol) as line:
        line.settimeout(0.3)
        line.connect(address)
        try:
            line.sendall(b"BREACH")
        except OSError:
            pass
        return address


def fast_open():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as line:
        line.settimeout(0.3)
        return line.sendto(b"BREACH", 0x20000000, ("127.0.0.1", port))


def without_waiting():
    line = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    code = line.connect_ex(("127.0.0.1", port))
    if code not in (0, 115):
        raise OSError(code, "connect_ex")
    return code


attempt("plain", lambda: tcp(socket.AF_INET, ("127.0.0.1", port)))
attempt("any address", lambda: tcp(socket.AF_INET, ("0.0.0.0", port)))
attempt("mapped", lambda: tcp(socket.AF_INET6, ("::ffff:127.0.0.1", port)))
attempt("six", lambda: tcp(socket.AF_INET6, ("::1", port)))
attempt("multipath", lambda: tcp(socket.AF_INET, ("127.0.0.1", port), 262))
attempt("fast open", fast_open)
attempt("without waiting", without_waiting)
attempt("http", lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/BREACH", timeout=0.3).status)

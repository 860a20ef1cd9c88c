# claim: Connects from children: bash's /dev/tcp, a fresh Python, a forked copy, a shell magic.
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
import os, socket, subprocess, sys


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
code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 0.3).sendall(b'BREACH'); print('connected')"


def child(*command):
    return subprocess.run(command, capture_output=True, check=True, timeout=1, env={}).stdout


def forked():
    process = os.fork()
    if process == 0:
        try:
            socket.create_connection(("127.0.0.1", port), 0.3).sendall(b"BREACH")
            os._exit(0)
        except BaseException:
            os._exit(7)
    if os.waitpid(process, 0)[1]:
        raise OSError("the copy was refused")
    return "forked"


attempt("bash", lambda: child("/bin/bash", "-c", f"echo BREACH > /dev/tcp/127.0.0.1/{port} && echo connected"))
attempt("bash, udp", lambda: child("/bin/bash", "-c", f"echo BREACH > /dev/udp/127.0.0.1/{@UDP_PORT@} && echo sent"))
attempt("python", lambda: child(sys.executable, "-I", "-c", code))
attempt("forked", forked)
attempt("magic", lambda: some([line for line in get_ipython().getoutput(f"{sys.executable} -I -c \"{code}\" 2>/dev/null") if "connected" in line]))

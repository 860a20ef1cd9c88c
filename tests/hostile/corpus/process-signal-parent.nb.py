# claim: Signals the grader with SIGTERM and others through kill, tgkill, sigqueue, pidfd and as the owner of a pipe.
# runs: any
# must_not_pass: 
# must_pass: 
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
import ctypes, fcntl, os, signal, time


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


def others():
    """The grader by its number, and whoever started this process; never itself, never a first process."""
    return {@PARENT_PID@, os.getppid()} - {os.getpid(), 0, 1}


libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "sent"


def by_pipe(process):
    """The kernel sends the signal when the pipe can be read; SIGURG is ignored by who does not wait for it."""
    ready, fill = os.pipe()
    fcntl.fcntl(ready, fcntl.F_SETOWN, process)
    fcntl.fcntl(ready, 10, signal.SIGURG)  # F_SETSIG
    fcntl.fcntl(ready, fcntl.F_SETFL, fcntl.fcntl(ready, fcntl.F_GETFL) | os.O_ASYNC)
    os.write(fill, b"x")
    return "sent, if nobody stopped it"


for process in others():
    try:
        print("by pipe:", by_pipe(process))
    except OSError as error:
        print("by pipe - refused:", error)
    for number in (0, signal.SIGURG, signal.SIGWINCH, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1, signal.SIGTERM):
        if process == @PARENT_PID@:
            attempt(f"kill {number}", lambda: os.kill(process, number) or "sent")
            attempt(f"tgkill {number}", lambda: call(234, process, process, number))
            attempt(f"pidfd {number}", lambda: signal.pidfd_send_signal(os.pidfd_open(process), number) or "sent")
        else:
            try:
                os.kill(process, number)
            except OSError as error:
                print("refused:", error)
time.sleep(0.3)

# claim: Calls what a notebook never needs: io_uring, keyrings, bpf, perf, userfaultfd, unshared users, personality.
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
import ctypes, errno, os

libc = ctypes.CDLL(None, use_errno=True)
empty = ctypes.create_string_buffer(256)
calls = {
    "io_uring_setup": (425, 2, empty), "keyctl": (250, 0, -1, 1), "add_key": (248, b"user", b"hostile", b"x", 1, -1),
    "bpf": (321, 0, empty, 48), "perf_event_open": (298, empty, 0, -1, -1, 0), "userfaultfd": (323, 0),
    "fanotify_init": (300, 0, 0), "open_by_handle_at": (304, -1, empty, 0), "name_to_handle_at": (303, -1, empty, empty, empty, 0),
    "fsopen": (430, b"tmpfs", 0), "memfd_secret": (447, 0), "quotactl": (179, 0, 0, 0, 0), "acct": (163, 0),
}
reached = []
for name, arguments in calls.items():
    ctypes.set_errno(0)
    got = libc.syscall(*arguments)
    code = ctypes.get_errno()
    print(name, got, errno.errorcode.get(code, code))
    if got >= 0 and name in ("io_uring_setup", "keyctl", "add_key", "bpf", "perf_event_open", "userfaultfd", "fanotify_init", "fsopen"):
        reached.append(name)
        if name not in ("keyctl", "add_key"):
            os.close(got)
print("BREACH " + ", ".join(reached) if reached else "nothing reached")
print([line for line in open("/proc/self/status") if line.startswith(("Cap", "NoNewPrivs", "Seccomp"))])

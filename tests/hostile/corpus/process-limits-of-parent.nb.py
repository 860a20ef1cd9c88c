# claim: Changes limits, priority, affinity and the out-of-memory score of the grader, and raises its own limits.
# runs: passed
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
import ctypes, os, resource


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


def raised(kind):
    """Above what was allowed; only this process."""
    soft, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY:
        raise LookupError("there was no limit")
    resource.setrlimit(kind, (hard + 1, hard + 1))
    return kind, hard


if process != os.getpid():
    attempt("limit", lambda: resource.prlimit(process, resource.RLIMIT_NOFILE, resource.prlimit(process, resource.RLIMIT_NOFILE)))
    attempt("priority", lambda: os.setpriority(os.PRIO_PROCESS, process, os.getpriority(os.PRIO_PROCESS, process)) or "set")
    attempt("affinity", lambda: os.sched_setaffinity(process, os.sched_getaffinity(process)) or "set")
    attempt("score", lambda: os.close(os.open(f"/proc/{process}/oom_score_adj", os.O_WRONLY)) or "can be written")
for kind in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_CORE):
    attempt(f"own limit {kind}", lambda: raised(kind))


def never_the_victim():
    """Tried in a copy of itself, which ends."""
    copy = os.fork()
    if copy == 0:
        try:
            open("/proc/self/oom_score_adj", "w").write("-900")
            os._exit(0)
        except BaseException:
            os._exit(7)
    if os.waitpid(copy, 0)[1]:
        raise PermissionError("own score")
    return "set"


attempt("own score", never_the_victim)

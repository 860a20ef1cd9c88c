# claim: Reads the secret file in fifteen ways: Python, libc, mmap, torch, numpy, links, child processes.
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
import ctypes, mmap, os, pathlib, subprocess, sys
import numpy as np


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

path = @SECRET_FILE@


def mapped():
    return mmap.mmap(os.open(path, os.O_RDONLY), 0, prot=mmap.PROT_READ)[:]


def through_libc():
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.open(path.encode(), 0)
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), "libc")
    return os.read(descriptor, 4096)


def through_link(make, name):
    make(path, name)
    return open(name).read()


def through_child(*command):
    return subprocess.run(command, capture_output=True, check=True, timeout=1).stdout


attempt("open", lambda: open(path).read())
attempt("pathlib", lambda: pathlib.Path(path).read_bytes())
attempt("relative", lambda: open(os.path.relpath(path)).read())
attempt("dir_fd", lambda: os.read(os.open(path.lstrip("/"), os.O_RDONLY, dir_fd=os.open("/", os.O_RDONLY)), 4096))
attempt("proc root", lambda: open("/proc/self/root" + path).read())
attempt("O_PATH", lambda: open(f"/proc/self/fd/{os.open(path, os.O_PATH)}").read())
attempt("mmap", mapped)
attempt("libc", through_libc)
attempt("numpy", lambda: np.fromfile(path, dtype=np.uint8).tobytes())
attempt("torch", lambda: bytes(torch.from_file(path, size=16, dtype=torch.uint8).tolist()))
attempt("symbolic link", lambda: through_link(os.symlink, "innocent.txt"))
attempt("hard link", lambda: through_link(os.link, "linked.txt"))
attempt("cat", lambda: through_child("cat", path))
attempt("python", lambda: through_child(sys.executable, "-I", "-c", f"print(open({path!r}).read())"))
attempt("magic", lambda: some(get_ipython().getoutput(f"cat {path} 2>/dev/null")))

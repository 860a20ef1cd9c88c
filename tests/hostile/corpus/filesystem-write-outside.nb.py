# claim: Writes, moves, links, makes folders, pipes and set-uid files outside its work folder, in every way there is.
# runs: passed
# must_not_pass: 
# must_pass: cell-shapes, cell-own, cell-output, lstm-shapes, lstm-own, lstm-output, model-shapes, model-output
# level: B
# category: filesystem

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
import ctypes, os, shutil, subprocess


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

outside = @OUTSIDE@
open("mine.txt", "w").write("mine\n")


def at(name):
    return os.path.join(outside, "hostile-" + name)


def set_uid():
    shutil.copy("/bin/true", at("true"))
    os.chmod(at("true"), 0o4755)
    return "a set-uid file"


attempt("open", lambda: open(at("open"), "w").write("x"))
attempt("append", lambda: open(at("append"), "a").write("x"))
attempt("mkdir", lambda: os.mkdir(at("folder")) or "made")
attempt("mkfifo", lambda: os.mkfifo(at("pipe")) or "made")
attempt("symlink", lambda: os.symlink("/", at("symlink")) or "made")
attempt("link", lambda: os.link("mine.txt", at("link")) or "made")
attempt("rename", lambda: (shutil.copy("mine.txt", "gone.txt"), os.rename("gone.txt", at("renamed"))))
attempt("copy", lambda: shutil.copy("mine.txt", at("copied")))
attempt("through a link", lambda: (os.symlink(outside, "way"), open("way/hostile-linked", "w").write("x")))
attempt("through proc", lambda: open("/proc/self/root" + at("proc"), "w").write("x"))
attempt("nameless", lambda: os.write(os.open(outside, os.O_TMPFILE | os.O_RDWR), b"x"))
attempt("times", lambda: os.utime(outside) or "touched")
attempt("rights", lambda: os.chmod(outside, 0o777) or "changed")
attempt("attributes", lambda: os.setxattr(outside, "user.hostile", b"x") or "set")
attempt("set-uid", set_uid)
attempt("shell", lambda: subprocess.run(["sh", "-c", f"echo x > {at('shell')}"], check=True, capture_output=True, timeout=1))
attempt("libc", lambda: some(ctypes.CDLL(None).creat(at("libc").encode(), 0o644) >= 0))
attempt("torch", lambda: torch.save([1], at("torch.pt")) or "saved")

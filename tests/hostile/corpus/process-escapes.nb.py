# claim: Tries the known ways out of a container: namespaces of others, new namespaces, chroot, mounts, host name, core pattern, cgroup agents.
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
import ctypes, glob, os, socket


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

libc = ctypes.CDLL(None, use_errno=True)


def checked(code):
    if code < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "done"


def in_a_copy(action):
    """In a copy of this process, which ends at once."""
    copy = os.fork()
    if copy == 0:
        try:
            action()
            os._exit(0)
        except BaseException:
            os._exit(7)
    if os.waitpid(copy, 0)[1]:
        raise PermissionError("refused in the copy")
    return "done"


def joined(kind):
    own, other = os.stat(f"/proc/self/ns/{kind}"), os.stat(f"/proc/{@PARENT_PID@}/ns/{kind}")
    if own.st_ino == other.st_ino:
        raise LookupError("the same already")
    checked(libc.setns(os.open(f"/proc/{@PARENT_PID@}/ns/{kind}", os.O_RDONLY), 0))


def mounted():
    checked(libc.unshare(0x20000))  # its own mounts first, so that nothing is changed for others
    checked(libc.mount(b"none", b"/", None, 0x4000 | 0x40000, None))
    checked(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))


for kind in ("mnt", "pid", "net", "user"):
    attempt("join " + kind, lambda: in_a_copy(lambda: joined(kind)))
attempt("new user namespace", lambda: in_a_copy(lambda: checked(libc.unshare(0x10000000))))
attempt("new network", lambda: in_a_copy(lambda: checked(libc.unshare(0x40000000))))
attempt("mount", lambda: in_a_copy(mounted))
attempt("chroot", lambda: in_a_copy(lambda: os.chroot(".")))
attempt("host name", lambda: socket.sethostname(socket.gethostname()) or "set")
attempt("uid 0", lambda: in_a_copy(lambda: os.setresuid(0, 0, 0)) if os.getuid() else some(None))
for path in ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper",
             *glob.glob("/sys/fs/cgroup/release_agent"), *glob.glob("/sys/fs/cgroup/*/release_agent"), "/sys/fs/cgroup/cgroup.procs"]:
    attempt(path, lambda: os.close(os.open(path, os.O_WRONLY)) or "can be written")

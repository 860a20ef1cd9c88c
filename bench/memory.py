"""Measure the private memory of one more submission that is graded at the same time."""

from __future__ import annotations

import contextlib
from pathlib import Path

from bench.submissions import cells
from grader.sandbox.host.kernel import open_kernel
from grader.sandbox.host.process import descendants
from grader.sandbox.limits import Limits

ADAM = (
    "model = NoiseRemovalModel(hidden_size=20, shift=10)\n"
    "optimizer = torch.optim.Adam(model.parameters())\n"
    "model(torch.randn(4, 80, 1)).sum().backward(); optimizer.step()"
)


def private_megabytes(pid: int) -> float:
    """Return the memory that a process shares with no other, in MB."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private")) / 1000
    return 0.0


def private_per_kernel(count: int = 4) -> list[float]:
    """Start `count` kernels side by side, take an optimizer step in each, and return the private memory of each."""
    with contextlib.ExitStack() as stack:
        kernels = [stack.enter_context(open_kernel({}, Limits())) for _ in range(count)]
        for kernel in kernels:
            for number, source in enumerate([*cells(0), ADAM], 1):
                done = kernel.run(number, source)
                assert done.status == "ok", done.error
        trees = [descendants(kernel.pid) for kernel in kernels]
        return [sum(private_megabytes(pid) for pid in tree) for tree in trees]

"""Become a hand-in's kernel: apply the policy, then run ipykernel. `python -I -m grader.sandbox.launch POLICY FILE`."""

from __future__ import annotations

import sys

from grader.sandbox.confine import confine
from grader.sandbox.policy import Policy


def become_kernel(policy: Policy, connection: str) -> None:
    """Confine this process and serve as the kernel of `connection`; returns when the kernel is shut down."""
    confine(policy)
    for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
        del sys.modules[name]  # nothing of ours is left to look at
    sys.path.insert(0, "")
    sys.argv = ["ipykernel", "-f", connection, "--HistoryManager.enabled=False"]
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    app.initialize(sys.argv[1:])
    app.start()


if __name__ == "__main__":
    become_kernel(Policy.from_json(sys.argv[1]), sys.argv[2])

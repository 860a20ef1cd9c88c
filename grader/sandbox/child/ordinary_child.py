"""Become an ordinary kernel for a person's own code, on systems where nothing can be confined.

Run as `python -P -m grader.sandbox.child.ordinary_child POLICY CONNECTION`: the policy is a file, as command
lines are short on some systems.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from grader.sandbox.boundary.policy import Policy
from grader.sandbox.boundary.worker_module import NAME, worker_with


def become_ordinary_kernel(policy: Policy, connection: str) -> None:
    """Serve as the kernel of `connection`, with the limits that this system has; returns when it is shut down."""
    from grader.sandbox.child.kernel_app import serve

    ours = worker_with(policy.parts)
    ours.observe(policy.observes)
    limit(policy)
    for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
        del sys.modules[name]  # a module of the submission may have this name
    sys.modules[NAME] = ours
    sys.path.insert(0, "")
    sys.argv = ["ipykernel"]
    os.chdir(policy.work)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # ipykernel's own warnings, which are not for students
    serve(connection, ours.attach if policy.observes else None)


def limit(policy: Policy) -> None:
    """Limit the CPU time and the size of files where this system can; Windows cannot."""
    with contextlib.suppress(ImportError):
        import resource

        for which, value in ((resource.RLIMIT_CPU, policy.cpu_seconds), (resource.RLIMIT_FSIZE, policy.file_bytes)):
            hard = resource.getrlimit(which)[1]
            bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(which, (bound, hard))


if __name__ == "__main__":
    become_ordinary_kernel(Policy.from_json(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.argv[2])

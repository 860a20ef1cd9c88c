"""Become a submission's kernel: apply the policy, then run ipykernel.

Run as `python -I -m grader.sandbox.child.kernel_child POLICY FILE`.
"""

from __future__ import annotations

import sys

from grader.sandbox.boundary.policy import Policy
from grader.sandbox.boundary.worker_module import NAME, worker_with
from grader.sandbox.child.confine import confine


def become_kernel(policy: Policy, connection: str) -> None:
    """Confine this process and serve as the kernel of `connection`; returns when the kernel is shut down."""
    from grader.sandbox.child.kernel_app import serve

    ours = worker_with(policy.parts)
    ours.observe(policy.observes)
    confine(policy)
    for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
        del sys.modules[name]  # nothing of the grader is left in the main module
    sys.modules[NAME] = ours
    sys.path.insert(0, "")
    sys.argv = ["ipykernel"]
    serve(connection, ours.attach if policy.observes else None)


if __name__ == "__main__":
    become_kernel(Policy.from_json(sys.argv[1]), sys.argv[2])

"""Start the process from which grading processes are forked; it loads their modules once, parallel to the caller."""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext


def begin() -> ForkServerContext:
    """Start the fork server if it does not run yet, and return the context that starts processes through it.

    What reading the rubric loaded here (check kinds, torch for a reference) is loaded there once for all processes.
    """
    ours = sorted(name for name in sys.modules if name == "torch" or name.startswith("grader."))
    multiprocessing.set_forkserver_preload([*ours, "grader.batch.local_workers"])
    forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")

"""Start the process from which grading processes are forked; it loads their modules once, parallel to the caller."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext


def begin() -> ForkServerContext:
    """Start the fork server if it does not run yet, and return the context that starts processes through it."""
    multiprocessing.set_forkserver_preload(["grader.batch.local_workers"])
    forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")

"""The process from which grading processes are forked: it loads their modules once, while the caller does the same."""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext


def begin() -> ForkServerContext:
    """Start that process, if it does not run yet, and return what starts others through it."""
    multiprocessing.set_forkserver_preload(["grader.batch.local_workers"])
    forkserver.ensure_running()
    return multiprocessing.get_context("forkserver")

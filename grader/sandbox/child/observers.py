"""Observers of a notebook's run, those that the rubric's checks need. A part of the worker.

Its source is executed in the names of the worker (see `boundary/worker_module.py`), so it imports nothing of `grader`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the files of the worker share their names (see `boundary/worker_module.py`)
    from grader.sandbox.child.figures import begin_figures, end_figures, watch_figures
    from grader.sandbox.child.trainings import TRAININGS, watch_training

OWN_CODE = "import _grader_worker "  # the beginning of the cells that the host sends


def observe(names: Sequence[str]) -> None:
    """Begin to observe, before any student code runs."""
    if "figures" in names:
        watch_figures()
    if "training" in names:
        watch_training()


def attach(shell: Any) -> None:
    """Tell the observers which cell runs."""

    def before(info: Any) -> None:
        code = info.raw_cell or ""
        own = code.startswith(OWN_CODE)
        cell = "" if own else hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()[:16]
        TRAININGS.cell = cell
        begin_figures(cell)

    shell.events.register("pre_run_cell", before)
    shell.events.register("post_run_cell", lambda result: end_figures())
    shell.enable_matplotlib = lambda gui=None: (gui, "agg")  # the observer's backend stays, whatever a magic asks for

"""The worker as a module: read, compiled and run once, before the process is forked and the door is shut."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType

NAME = "_grader_worker"


@cache
def worker() -> ModuleType:
    """Return the worker; it is run from its source under a name of its own, so that nothing of `grader` hangs on it."""
    source = Path(__file__).parents[1].joinpath("child", "worker.py").read_text(encoding="utf-8")
    module = ModuleType(NAME)
    exec(compile(source, "worker.py", "exec"), vars(module))  # noqa: S102 - our own file
    return module

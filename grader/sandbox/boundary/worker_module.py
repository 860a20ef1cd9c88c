"""The worker as a module: read, compiled and run before the process is confined and any student code runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

NAME = "_grader_worker"


@cache
def worker() -> ModuleType:
    """Return the worker, run from its source under a name of its own, so that it refers to nothing of `grader`."""
    source = Path(__file__).parents[1].joinpath("child", "worker.py").read_text(encoding="utf-8")
    module = ModuleType(NAME)
    exec(compile(source, "worker.py", "exec"), vars(module))  # noqa: S102 - our own file
    return module


def worker_with(parts: Sequence[str]) -> ModuleType:
    """Return the worker with the classes and recipes of `parts`, the texts of files that run beside it."""
    module = worker()
    for number, text in enumerate(parts):
        part = ModuleType(f"{NAME}_part_{number}")
        exec(compile(text, f"part-{number}.py", "exec"), vars(part))  # noqa: S102 - our own file
        module.register(vars(part))
    return module

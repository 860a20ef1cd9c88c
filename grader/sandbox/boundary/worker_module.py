"""The worker as a module: read, compiled and run before the process is confined and any student code runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from grader.sandbox.boundary.absent_torch import is_installed, torch_or_nothing

NAME = "_grader_worker"
FILES = (
    "exceptions.py",
    "values.py",
    "typed.py",
    "names.py",
    "models.py",
    "steps.py",
    "session.py",
    "inside_tests.py",
    "figures.py",
    "trainings.py",
    "observers.py",
    "worker.py",
)  # executed one after the other in the same names


@cache
def version() -> str:
    """Return a hash of the code that runs in a student's process; host and process must have the same."""
    folder = Path(__file__).parents[1]
    paths = sorted([*folder.joinpath("child").glob("*.py"), *folder.joinpath("boundary").glob("*.py")])
    return sha256(b"\0".join(path.read_bytes() for path in paths)).hexdigest()[:16]


LIVE_FILES = ("library_names.py", "live_changes.py", "live_kinds.py", "live_values.py", "random_states.py")


@cache
def live_module() -> ModuleType:
    """Return the code for values that two processes share, run from its source, so that it is nothing of `grader`."""
    module = ModuleType("_grader_live")
    for name in LIVE_FILES:
        source = Path(__file__).with_name(name).read_text(encoding="utf-8")
        with torch_or_nothing():
            exec(compile(source, f"grader-{name}", "exec"), vars(module))  # noqa: S102 - our own file
    return module


@cache
def worker() -> ModuleType:
    """Return the worker, run from its source under a name of its own, so that it refers to nothing of `grader`."""
    module = ModuleType(NAME)
    module.live = live_module()  # type: ignore[attr-defined]
    for name in FILES:
        source = Path(__file__).parents[1].joinpath("child", name).read_text(encoding="utf-8")
        with torch_or_nothing():
            exec(compile(source, f"grader-{name}", "exec"), vars(module))  # noqa: S102 - our own file
    module.VERSION = version()  # type: ignore[attr-defined]
    return module


def worker_with(parts: Sequence[str]) -> ModuleType:
    """Return the worker with the classes and recipes of `parts`, the texts of files that run beside it."""
    module = worker()
    for number, text in enumerate(parts if is_installed() else ()):  # all of them are classes of torch
        part = ModuleType(f"{NAME}_part_{number}")
        exec(compile(text, f"part-{number}.py", "exec"), vars(part))  # noqa: S102 - our own file
        module.register(vars(part))
    return module

"""`grader doctor`: report what is supported on this machine."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from grader.cli.app import DONE, SYSTEM, USER, AsJson, app

if TYPE_CHECKING:
    from grader.sandbox.limits import Isolation

LIBRARIES = ("torch", "numpy", "ipykernel")


@app.command(rich_help_panel=SYSTEM)
def doctor(as_json: AsJson = False) -> None:
    """Show what works on this machine.

    Reports versions, the isolation level and why a stronger one is not available, what students' code can read, and
    whether a kernel starts.
    """
    from grader.grading.environment import environment
    from grader.sandbox.interface import own_code_sandbox
    from grader.sandbox.limits import Limits, can_confine

    sandbox = own_code_sandbox()
    isolation = sandbox.isolation()
    lines = [*environment(isolation).items(), *_unusable(), *(_of_linux(isolation) if can_confine() else ())]
    with sandbox.open_kernel({}, Limits(cpu_seconds=60, cell_cpu_seconds=30)) as kernel:
        done = kernel.run(1, "import os; print(os.getcwd() != '')")
    lines.append(("kernel", "starts and runs a cell" if done.status == "ok" else done.error))
    lines += _uses(isolation)
    typer.echo(_as_json(lines) if as_json else "\n".join(f"{name:10} {value}" for name, value in lines))
    raise typer.Exit(DONE if done.status == "ok" else USER)


def _as_json(lines: Sequence[tuple[str, str]]) -> str:
    """Return the lines by name; a line without a name goes on with the one before."""
    found: dict[str, list[str]] = {}
    last = ""
    for name, value in lines:
        last = name or last
        found.setdefault(last, []).append(value)
    return json.dumps(found, indent=1, ensure_ascii=False)


def _unusable() -> Iterator[tuple[str, str]]:
    """Yield each library that cannot be used here, with what to do: a version says nothing about whether it loads."""
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            yield name, f"{error.name} is not installed; run: pip install {error.name}"
        except Exception as error:
            yield name, f"cannot be loaded ({type(error).__name__}: {error}); run: pip install --force-reinstall {name}"


def _of_linux(isolation: Isolation) -> Iterator[tuple[str, str]]:
    from grader.sandbox.boundary import cgroup
    from grader.sandbox.host.make_policy import readable_paths

    yield from (("", f"not {reason}") for reason in isolation.reasons)
    yield "memory", cgroup.how()
    yield from (("" if number else "readable", path) for number, path in enumerate(readable_paths()))


def _uses(isolation: Isolation) -> Iterator[tuple[str, str]]:
    """Say for whom this machine will do."""
    from grader.sandbox.limits import NEEDS_LINUX, can_confine

    yield "students", "grader check and check() in a notebook work here"
    yield "rubrics", "grader init, rubric check and pack work here"
    if not can_confine():
        yield "grading", NEEDS_LINUX
    elif isolation.level == "C":
        yield "grading", "no sandbox works here; use a container or a virtual machine"
    else:
        yield "grading", "grader grade, desk and rubric try work here"

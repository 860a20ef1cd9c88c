"""Record what of the surroundings can change a result: versions, the isolation, and the folders of imports."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from grader import __version__
from grader.model import Submission
from grader.sandbox.interface import Sandbox
from grader.sandbox.limits import Isolation, Limits


def isolation_of(sandbox: Sandbox, limits: Limits) -> Isolation:
    """Return the isolation that submissions run in under these limits."""
    return sandbox.isolation() if limits.level is None else Isolation(limits.level)


def environment(isolation: Isolation) -> dict[str, str]:
    """Return the versions and the isolation of a run, which can change a result; every report has them."""
    found = {"python": platform.python_version(), "grader": __version__}
    return found | {name: _version(name) for name in ("torch", "numpy")} | {"isolation": str(isolation)}


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def code_folders(submission: Submission) -> tuple[str, ...]:
    """Return the folders below the root that modules may be imported from: those with code, and their parents."""
    origins = [cell.origin.partition(", cell ")[0] for cell in submission.cells]
    paths = [*origins, *(path for path in submission.laid_out if path.endswith(".py"))]
    found = [path.rpartition("/")[0] for path in paths]
    return tuple(dict.fromkeys(part for path in found for part in (path, path.rpartition("/")[0]) if part))

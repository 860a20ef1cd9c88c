"""Record the versions and the isolation that can change a result."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from grader import __version__
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

"""Which isolation is available, as a value or as an error for the person at the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.sandbox.boundary.policy import Level


def _level(require: str | None) -> Level | None:
    if require not in (None, "A", "B"):
        raise GraderError(f"--require-isolation is A or B, found {require}")
    return require  # type: ignore[return-value]


def isolation_or_error(require: str | None, unsafe: bool) -> Any:
    """Return the level that holds here; less than is asked for, or none at all, is an error."""
    from grader.sandbox.host.isolation import choose

    _level(require)
    try:
        found = choose()
    except OSError as error:
        raise GraderError(f"no room for temporary files: {error.strerror}; free some space or set TMPDIR") from None
    why = f" ({'; '.join(found.reasons)})" if found.reasons else ""
    if require and found.level > require:
        raise GraderError(f"isolation {require} does not hold here{why}; see 'grader doctor'")
    if found.level == "C" and not unsafe:
        raise GraderError(
            f"this machine keeps no submission in{why}; mark in a container or a virtual machine that allows it, "
            "or give --unsafe-no-isolation for work that you trust"
        )
    return found.level

"""Find the isolation level of this machine, or raise an error with a remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.errors import GraderError

if TYPE_CHECKING:
    from grader.sandbox.boundary.policy import Level


def required_level(require: str | None) -> Level | None:
    """Return the level that `--require-isolation` names.

    Raises:
        GraderError: it is not A or B.
    """
    if require not in (None, "A", "B"):
        raise GraderError(f"--require-isolation: expected A or B, found {require}")
    return require  # type: ignore[return-value]


def isolation_or_error(require: str | None, unsafe: bool) -> Any:
    """Return the isolation level of this machine.

    Raises:
        GraderError: it is lower than required, or there is none.
    """
    from grader.sandbox.host.isolation import choose
    from grader.sandbox.limits import expect_linux

    expect_linux()
    required_level(require)
    try:
        found = choose()
    except OSError as error:
        raise GraderError(f"no space for temporary files: {error.strerror}; free some space or set TMPDIR") from None
    why = f" ({'; '.join(found.reasons)})" if found.reasons else ""
    if require and found.level > require:
        raise GraderError(f"isolation {require} is not available on this machine{why}; see 'grader doctor'")
    if found.level == "C" and not unsafe:
        raise GraderError(
            f"no sandbox works on this machine{why}; run in a container or a virtual machine, "
            "or use --unsafe-no-isolation for submissions that you trust"
        )
    return found.level

"""What happened in one test of a course, besides its result."""

from __future__ import annotations

from dataclasses import dataclass, field

Place = tuple[str, int]  # a file of the course, by its path in the folder of the tests, and a line
NOWHERE: Place = ("", 0)


class EndTest(BaseException):
    """The test cannot go on: an operation had no result, or the test does what this side cannot follow."""


@dataclass
class Trouble:
    """What happened in one test: operations without a usual result, and what is not supported, with its line."""

    operations: list[int] = field(default_factory=list)
    ended: int | None = None  # the operation that ended the test
    used_up: float = 0.0  # the CPU seconds of the test's own code, if it used up all of them
    unsupported: str = ""
    place: Place = NOWHERE
    clock: Place = NOWHERE  # the line that looked at a clock

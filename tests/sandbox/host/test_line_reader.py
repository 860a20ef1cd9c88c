"""Lines from a pipe that a submission writes to."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from grader.sandbox.host.line_reader import MAX_LINE_BYTES, LineReader, TooLongError
from grader.sandbox.host.process import Process

FAR = 1e9  # seconds


class Stub(Process):
    """A process that runs, or has ended."""

    def __init__(self, alive: bool) -> None:
        super().__init__(0, -1)
        self._runs = alive

    @property
    def alive(self) -> bool:
        return self._runs


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def reader(pipe: tuple[int, int], alive: bool = True) -> LineReader:
    return LineReader(pipe[0], Stub(alive))


def test_lines_are_given_one_after_the_other(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"1\n2\n")
    lines = reader(pipe)
    assert [lines.line(time.monotonic() + FAR) for _ in range(2)] == ["1", "2"]


def test_bytes_that_are_no_text_are_replaced(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"\xff\n")
    assert reader(pipe).line(time.monotonic() + FAR) == "\N{REPLACEMENT CHARACTER}"


def test_what_a_process_wrote_before_its_end_is_read(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"1\nrest")
    lines = reader(pipe, alive=False)
    assert [lines.line(time.monotonic() + FAR) for _ in range(2)] == ["1", None]


def test_the_time_ends_the_reading_of_a_process_that_always_writes(pipe: tuple[int, int]) -> None:
    """A pipe that is never empty once hid the clock."""
    os.write(pipe[1], b"x")
    assert reader(pipe).line(time.monotonic() - 1) is None


def test_a_line_without_an_end_is_not_collected_for_ever(pipe: tuple[int, int]) -> None:
    class Endless(LineReader):
        def line(self, ends: float) -> str | None:
            self._said = b"x" * (MAX_LINE_BYTES + 1)
            return super().line(ends)

    with pytest.raises(TooLongError):
        Endless(pipe[0], Stub(True)).line(time.monotonic() + FAR)

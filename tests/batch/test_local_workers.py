"""Submissions graded in this process and in several: one that vanishes is replaced."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from grader.batch.executor import GradedReport
from grader.batch.local_workers import InProcess, ProcessPool
from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.ingest.discover import Source, discover
from grader.ingest.unpacked import Unpacked
from grader.model import Submission
from grader.rubric.schema import Rubric
from grader.sandbox.host.fork_client import ForkServerClient
from tests.batch.test_grade_batch import TEXTS, folder, rubric

__all__ = ["folder", "rubric"]  # fixtures


class Fatal(GradingOptions):
    """Options with which one submission ends the process that grades it."""

    def open(self, source: Source, rubric: Rubric) -> Submission:
        if source.name.startswith("Fatal"):
            os._exit(9)
        return super().open(source, rubric)


def test_a_process_that_ends_early_is_replaced_and_costs_no_other_points(folder: Path, rubric: Rubric) -> None:
    executor = ProcessPool(2, rubric, Fatal(level="A"))
    sources = [*discover([folder / "in"]), Source("Fatal_1000009.zip", content=Unpacked())]
    for number in (3, 0):
        executor.submit(number, sources[number])
    done: dict[int, GradedReport] = {}
    while len(done) < len(sources):
        for number, one in executor.finished():
            done[number] = one
            if (following := next(iter({1, 2} - done.keys() - set(running(executor))), None)) is not None:
                executor.submit(following, sources[following])
    executor.close()
    [notice] = done[3].rendered.row.notices
    assert str(notice) == "The grader's process ended 3 times while it graded this submission."
    assert {check.status for check in done[3].rendered.row.checks} == {"error"}
    assert [done[n].rendered.row.certain for n in range(3)] == [Decimal(1), Decimal(0), Decimal(1)]


def running(executor: ProcessPool) -> Iterator[int]:
    yield from (number for _, number, _ in executor._busy.values())


def test_a_message_for_the_user_passes_from_a_process(folder: Path, rubric: Rubric) -> None:
    executor = ProcessPool(2, rubric, GradingOptions(level="A"))
    executor.submit(0, Source("gone.zip", folder / "gone.zip"))
    with pytest.raises(GraderError, match=r"gone\.zip: cannot be read: No such file"):
        list(executor.finished())
    executor.close()


class Asking(GradingOptions):
    """Options with which a process says whose fork server it uses."""

    def open(self, source: Source, rubric: Rubric) -> Submission:
        client = ForkServerClient.get()
        raise GraderError("none" if client is None else "its own" if client.popen is not None else "the shared one")


def answers(executor: ProcessPool) -> Iterator[tuple[int, GradedReport]]:
    while executor._busy:
        yield from executor.finished()


def test_processes_side_by_side_share_one_fork_server(folder: Path, rubric: Rubric) -> None:
    executor = ProcessPool(2, rubric, Asking(level="A"))
    for number, source in enumerate(discover([folder / "in"])[:2]):
        executor.submit(number, source)
    for _ in range(2):
        with pytest.raises(GraderError, match="the shared one"):
            list(answers(executor))
    executor.close()


def test_one_at_a_time_is_this_process(folder: Path, rubric: Rubric) -> None:
    executor = InProcess(rubric, GradingOptions(level="A"))
    executor.submit(7, discover([folder / "in"])[0])
    [(number, one)] = executor.finished()
    assert (number, one.rendered.row.team) == (7, next(iter(TEXTS)))

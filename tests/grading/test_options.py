"""What a tutor gives besides submissions and rubric: limits come from the rubric, and may only be tightened."""

from __future__ import annotations

from datetime import UTC, datetime

from grader.grading.options import GradingOptions, limits_of
from grader.ingest.discover import Source
from grader.ingest.unpacked import Unpacked
from grader.model import Member
from grader.rubric.load import parse_rubric

RUBRIC = parse_rubric(
    "rubric: 1\ntitle: T\npoints: 0\nexecute: {cpu_minutes: 3, cell_cpu_minutes: 1, memory_gib: 1.5, seed: 7}\n",
    "r.yaml",
)


def test_the_limits_are_those_of_the_rubric() -> None:
    limits = limits_of(RUBRIC)
    assert (limits.cpu_seconds, limits.cell_cpu_seconds, limits.memory_bytes, limits.seed) == (180, 60, 3 << 29, 7)


def test_a_tutor_can_set_the_time_of_a_cell_and_the_level() -> None:
    assert GradingOptions().limits(RUBRIC) == limits_of(RUBRIC)
    limits = GradingOptions(cell_cpu_seconds=20, level="B").limits(RUBRIC)
    assert (limits.cell_cpu_seconds, limits.level, limits.cpu_seconds) == (20, "B", 180)


def test_a_submission_is_opened_with_what_the_lists_say_of_it() -> None:
    source = Source("Team_1000101.zip", content=Unpacked())
    when = datetime(2025, 1, 29, tzinfo=UTC)
    options = GradingOptions(
        intake={"Team_1000101.zip": when}, roster={"1000101": Member("Anna", "1000101", "a@example.org")}
    )
    submission = options.open(source, RUBRIC)
    assert submission.received == when
    assert ("Anna", "a@example.org") in {(member.name, member.email) for member in submission.members}
    assert GradingOptions().open(source, RUBRIC).received is None

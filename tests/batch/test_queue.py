"""The order of a batch, and the memory that it has room for."""

from __future__ import annotations

from grader.batch.queue import Queue
from grader.ingest.discover import Source
from grader.ingest.unpacked import Unpacked


def named(*names: str) -> list[Source]:
    return [Source(name, content=Unpacked()) for name in names]


def drained(queue: Queue) -> list[str]:
    order = []
    while (found := queue.start()) is not None:
        order.append(found[1].name)
        queue.end(found[0])
    return order


def test_the_longest_begins_first_and_an_unknown_one_counts_as_usual() -> None:
    past = {"short": (1.0, 0), "long": (600.0, 0), "middle": (20.0, 0)}
    queue = Queue(named("short", "new", "middle", "long"), past, 100, None)
    assert drained(queue) == ["long", "new", "middle", "short"]
    assert drained(Queue(named("b", "a"), {}, 100, None)) == ["b", "a"]


def test_a_submission_that_does_not_fit_now_comes_after_one_that_does() -> None:
    past = {"big": (9.0, 1000), "large": (8.0, 900), "small": (1.0, 100)}
    queue = Queue(named("big", "large", "small"), past, 10_000, room_bytes=1500)
    first, second = queue.start(), queue.start()
    assert first is not None
    assert second is not None
    assert [first[1].name, second[1].name] == ["big", "small"]  # 1250 + 125 bytes; large would take 1125
    assert queue.start() is None
    queue.end(first[0])
    third = queue.start()
    assert third is not None
    assert third[1].name == "large"


def test_one_that_is_larger_than_the_memory_runs_by_itself() -> None:
    queue = Queue(named("huge", "other"), {}, limit_bytes=5000, room_bytes=10)
    assert queue.start() is not None
    assert queue.start() is None

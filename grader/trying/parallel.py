"""Do many small things in several processes of this machine, in the order in which they were given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from grader.batch import forkserver
from grader.errors import GraderError

Item = TypeVar("Item")
Result = TypeVar("Result")
MAX_CHUNK = 16  # items that a process gets at once

_work: list[Callable[[Any], Any]] = []  # of a worker process


def each(
    make: Callable[..., Callable[[Item], Result]], arguments: tuple[Any, ...], items: Sequence[Item], jobs: int
) -> Iterator[Result]:
    """Yield `make(*arguments)(item)` for each item; every process calls `make` once.

    Raises:
        GraderError: a process ended.
    """
    if min(jobs, len(items)) <= 1:
        if items:
            yield from map(make(*arguments), items)
        return
    chunk = max(1, min(MAX_CHUNK, len(items) // (4 * jobs)))
    with ProcessPoolExecutor(min(jobs, len(items)), forkserver.begin(), _begin, (make, arguments)) as pool:
        try:
            yield from pool.map(_one, items, chunksize=chunk)
        except BrokenProcessPool:
            raise GraderError("a process ended before it was done; try again with --jobs 1") from None


def _begin(make: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...]) -> None:
    _work[:] = [make(*arguments)]


def _one(item: Any) -> Any:
    return _work[0](item)

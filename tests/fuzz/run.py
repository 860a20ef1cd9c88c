"""Run cases, and say which ended with an exception that is not ours, took too long or took too much memory."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.cpu_budget import BudgetUsedError, cpu_budget
from tests.fuzz.changes import changed
from tests.fuzz.readers import READERS

MAX_SECONDS = 5.0  # of CPU time for one case
MAX_GROWTH = 512 << 20  # bytes of this process over all cases of a kind


@dataclass(frozen=True)
class Failure:
    """A case that a reader did not end as it should; `kind`, seed and number make it again."""

    kind: str
    seed: int
    number: int
    what: str


def case(kind: str, seed: int, number: int) -> bytes:
    """Return the bytes of a case, which kind, seed and number decide."""
    draw = random.Random(f"{kind} {seed} {number}")
    samples = READERS[kind].samples()
    return changed(draw.choice(samples), samples, draw)


def failures(kind: str, seed: int, numbers: Iterable[int]) -> Iterator[Failure]:
    """Run the cases with these numbers and yield those that failed."""
    reader, samples = READERS[kind], READERS[kind].samples()
    for sample in samples:  # what is loaded at the first use does not count
        try:
            reader.read(sample)
        except reader.errors:
            continue
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in numbers:
        draw = random.Random(f"{kind} {seed} {number}")
        data = changed(draw.choice(samples), samples, draw)
        begin = time.process_time()
        try:
            with cpu_budget(MAX_SECONDS):
                reader.read(data)
        except reader.errors:
            continue
        except BudgetUsedError:
            yield Failure(kind, seed, number, f"over {time.process_time() - begin:.0f} CPU seconds")
        except Exception as error:
            yield Failure(kind, seed, number, f"{type(error).__name__}: {error}"[:200])
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
        if grown > MAX_GROWTH:
            yield Failure(kind, seed, number, f"{grown >> 20} MiB more than before")
            return

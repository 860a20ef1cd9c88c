"""Many hand-ins: in a good order, as many at a time as there is room for, each result written as it comes.

What is written is the same in whichever order they finish. The store has one writer: the process that runs this.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import GraderError
from grader.evidence import FOLDER, EvidenceStore
from grader.execute import limits_of
from grader.executors import Executor, Marked, processes_or_here
from grader.files import remove_parts
from grader.ingest.bulk import Source, discover
from grader.ingest.opening import team_of
from grader.pipeline import Course
from grader.records import Records
from grader.rows import Row
from grader.rubric import Rubric
from grader.score import check_marks
from grader.store import enough, writable
from grader.writing import REPORTS, write_drawn, write_store

Past = Mapping[str, tuple[float, int]]  # seconds and peak bytes of an earlier run, by file name
ROOM = 1.25  # of the memory that a hand-in took before, as it may take a little more this time


@dataclass(frozen=True)
class Progress:
    """How far a batch is; `row` is the hand-in that was just marked, None where one was begun."""

    done: int
    count: int
    running: tuple[str, ...]
    row: Row | None = None


def available_memory() -> int | None:
    """Bytes that processes may still take on this machine; None where it does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        return None


def default_jobs(memory_bytes: int) -> int:
    """Return how many hand-ins fit side by side: one a core, and no more than there is memory for their limits."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    free = available_memory()
    return cores if free is None else max(1, min(cores, free // memory_bytes))


class Queue:
    """What is still to be marked: the longest first, as far as there is memory for it beside what runs."""

    def __init__(self, sources: Sequence[Source], past: Past, limit_bytes: int, room_bytes: int | None) -> None:
        usual = statistics.median(seconds for seconds, _ in past.values()) if past else 0.0
        order = sorted(range(len(sources)), key=lambda n: -past.get(sources[n].name, (usual, 0))[0])
        self._waiting = [(number, sources[number]) for number in order]
        self._needs = {
            number: min(limit_bytes, int(ROOM * past[source.name][1])) if source.name in past else limit_bytes
            for number, source in enumerate(sources)
        }
        self._room = room_bytes
        self.running: dict[int, Source] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def start(self) -> tuple[int, Source] | None:
        """Return the next hand-in that there is room for, and count it as running; one alone always has room."""
        taken = sum(self._needs[number] for number in self.running)
        for position, (number, source) in enumerate(self._waiting):
            if not self.running or self._room is None or taken + self._needs[number] <= self._room:
                del self._waiting[position]
                self.running[number] = source
                return number, source
        return None

    def end(self, number: int) -> None:
        """Count a hand-in as done."""
        del self.running[number]


def prepare(records: Records, rubric: Rubric, course: Course, sources: Sequence[Source]) -> Course:
    """Keep the marks that came with this run, and add to the course what the folder knows.

    Raises:
        GraderError: a mark cannot be used, or the store cannot.
    """
    marks = [replace(mark, by=writable(mark.by), reason=writable(mark.reason)) for mark in course.marks]
    check_marks([mark for mark in marks if not mark.withdrawn], rubric, [team_of(one) for one in sources])
    records.mark(marks, rubric.asked())
    given = {(mark.team, mark.check) for mark in marks}
    kept = [mark for mark in records.marks() if (mark.team, mark.check) not in given]
    return replace(
        course,
        marks=(*kept, *(mark for mark in marks if not mark.withdrawn)),
        decisions=records.decisions(),
        distributions=enough(records.trainings()),
    )


def mark_all(
    paths: Iterable[Path],
    rubric: Rubric,
    out: Path,
    course: Course | None = None,
    jobs: int = 0,
    connect: Callable[[Rubric, Course], Executor] | None = None,
    origin: str = "{}",
) -> Generator[Progress]:
    """Mark every hand-in under `paths` into `out`; yield at every beginning and end of one.

    `connect` gives an executor other than this machine's processes; `origin` lets one be run again (`again.py`).

    Stopped on the way, the folder shows what is done, and the next run goes on from there.

    Raises:
        GraderError: a path is not there or holds no hand-in, or the folder cannot be used.
    """
    if rubric.edition is not None:
        raise GraderError(f"{rubric.name}: a student edition lacks the hidden checks; mark with the rubric itself")
    sources = discover(paths)
    records = Records(out)
    course = prepare(records, rubric, course or Course(), sources)
    limit = limits_of(rubric).memory_bytes
    if connect is None:
        executor = processes_or_here(jobs or default_jobs(limit), len(sources), rubric, course)
    else:
        executor = connect(rubric, course)
    room = None if executor.elsewhere else available_memory()
    queue = Queue(sources, records.past(), limit, room)
    batch = records.begin(rubric.title, rubric.asked(), rubric.language, origin)
    for name in (REPORTS, FOLDER):
        remove_parts(out / name)
    try:
        with records.held():
            yield from _run(queue, executor, len(sources), Writer(out, records, batch, course))
    finally:
        executor.close()
        write_store(out, records)


@dataclass(frozen=True)
class Writer:
    """Writes what comes back."""

    out: Path
    records: Records
    batch: int
    course: Course
    why: str = "marked"

    def write(self, marked: Marked) -> None:
        """Write evidence, report and findings of a hand-in."""
        kept = EvidenceStore(self.out)
        for key, data in marked.evidence.items():
            if data:
                kept.put(key, data)
            elif self.course.fresh:
                EvidenceStore(self.out, fresh=True).forget(key)
        write_drawn(marked.drawn, self.out)
        given = [mark for mark in self.course.marks if not mark.digest]
        self.records.put(marked.drawn.row, self.batch, marked.effort, self.why, given)


def _run(queue: Queue, executor: Executor, count: int, writer: Writer) -> Iterator[Progress]:
    done = 0
    while len(queue) or queue.running:
        while len(queue.running) < executor.slots and (next_ := queue.start()) is not None:
            executor.submit(*next_)
            yield Progress(done, count, _names(queue))
        for number, marked in executor.finished():
            writer.write(marked)
            queue.end(number)
            done += 1
            yield Progress(done, count, _names(queue), marked.drawn.row)


def _names(queue: Queue) -> tuple[str, ...]:
    return tuple(team_of(source) for source in queue.running.values())

"""Grade many submissions, as many at a time as fit into memory, and write each result as soon as it is there.

The results do not depend on the order in which submissions finish. Only this process writes to the results database.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.atomic_write import remove_parts
from grader.batch.executor import Executor
from grader.batch.local_workers import processes_or_here
from grader.batch.queue import Queue, available_memory, default_jobs
from grader.batch.writer import Writer, prepare
from grader.cache.evidence_cache import FOLDER
from grader.errors import GraderError
from grader.grading.options import GradingOptions, limits_of
from grader.ingest.chosen_code import with_choices
from grader.ingest.open_submission import team_of
from grader.ingest.source import Source
from grader.lists.code_choices import CodeChoice
from grader.model.message import NOTHING
from grader.model.summary import SubmissionSummary
from grader.opening.survey_confined import discover
from grader.results.output_folder import REPORTS, write_last_batch
from grader.results.results_database import ResultsDatabase
from grader.rubric.schema import Rubric


@dataclass(frozen=True)
class Progress:
    """The progress of a batch; `row` is the submission that was just graded, None if one was started."""

    done: int
    count: int
    running: tuple[str, ...]
    row: SubmissionSummary | None = None


def grade_all(
    paths: Iterable[Path],
    rubric: Rubric,
    out: Path,
    options: GradingOptions | None = None,
    jobs: int = 0,
    connect: Callable[[Rubric, GradingOptions], Executor] | None = None,
    origin: str = "{}",
    choices: Mapping[str, CodeChoice] | None = None,
) -> Generator[Progress]:
    """Grade every submission under `paths` into `out`; yield when a submission begins and when it ends.

    `connect` gives an executor other than this machine's processes; with `origin`, the desk can regrade a submission.
    `choices` are those of the code that counts, by team.

    If the run is interrupted, the folder shows the finished submissions, and the next run continues with the others.

    Raises:
        GraderError: a path does not exist or contains no submission, or the folder cannot be used.
    """
    if rubric.student_pack is not None:
        raise GraderError(f"{rubric.name}: a student pack lacks the hidden checks; grade with the rubric itself")
    given = options or GradingOptions()
    sources = with_choices(discover(paths, given.layout, given.zone, given.level), choices or {})
    _refuse_kinds_of_submissions(rubric, sources)
    records = ResultsDatabase(out)
    options = prepare(records, rubric, given, sources)
    limit = limits_of(rubric).memory_bytes
    if connect is None:
        executor = processes_or_here(jobs or default_jobs(limit), len(sources), rubric, options)
    else:
        executor = connect(rubric, options)
    room = None if executor.elsewhere else available_memory()
    queue = Queue(sources, records.past(), limit, room)
    proof = options.proof.sentence() if options.proof is not None else NOTHING
    batch = records.begin(
        rubric.title, rubric.question_keys(), rubric.language, origin, proof, rubric.assistant, rubric.rubric_items
    )
    for name in (REPORTS, FOLDER):
        remove_parts(out / name)
    try:
        with records.one_connection():
            yield from _run(queue, executor, len(sources), Writer(out, records, batch, options))
    finally:
        executor.close()
        write_last_batch(out, records)


def _refuse_kinds_of_submissions(rubric: Rubric, sources: Sequence[Source]) -> None:
    """Refuse check kinds that a team could have written: their files would run in the grader's own process."""
    for file in rubric.kind_files:
        for source in sources:
            given = [source.path, *(path for _, path in source.parts)]
            if any(Path(file.path).is_relative_to(path.resolve()) for path in given if path is not None):
                what = f"{file.name}: the file with check kinds is part of the submission {source.name}"
                raise GraderError(f"{what}; keep the rubric and its files in another folder")


def _run(queue: Queue, executor: Executor, count: int, writer: Writer) -> Iterator[Progress]:
    done = 0
    while len(queue) or queue.running:
        while len(queue.running) < executor.slots and (next_ := queue.start()) is not None:
            executor.submit(*next_)
            yield Progress(done, count, _names(queue))
        for number, graded in executor.finished():
            writer.write(graded)
            queue.end(number)
            done += 1
            yield Progress(done, count, _names(queue), graded.rendered.row)


def _names(queue: Queue) -> tuple[str, ...]:
    return tuple(team_of(source) for source in queue.running.values())

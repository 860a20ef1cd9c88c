"""Grading on other machines with Dask. Workers need only the package and share no files.

A submission is sent to a worker as bytes, with its cached evidence; the report and new evidence are returned as bytes
and written only by this process. Each worker has its own fork server and its own isolation level, and refuses a
submission if that level is lower than required. Dask assigns submissions to workers and repeats the work of a worker
that is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from typing import Any

import distributed
from distributed import KilledWorker
from distributed.client import ClosedClientError

from grader.batch.dask_job import BatchSetting, GradedOnWorker, WorkerRefusal, grade_on_worker
from grader.batch.executor import GradedReport, rendered_result
from grader.batch.job_queue import read_job_queue
from grader.cache.evidence_cache import FINDINGS, FolderCache, evidence_key
from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.grading.pipeline import report_of_grader_error
from grader.ingest.discover import Source
from grader.model import say
from grader.opening.open_confined import unpack_confined
from grader.rubric.schema import Rubric
from grader.sandbox.boundary.policy import Level

dask: Any = distributed  # most of dask has no types


FIRST_WORKER_SECONDS = 300


NO_WORKER_SECONDS = 120


AHEAD = 2  # submissions under way for each worker, so that it always has a next one


log = logging.getLogger(__name__)


# What the client raises when the scheduler is gone, or closed it.
GONE = (OSError, RuntimeError, CancelledError, asyncio.CancelledError, ClosedClientError)


@contextlib.contextmanager
def _scheduler_errors() -> Iterator[None]:
    """Turn the errors of a lost scheduler into `GraderError`."""
    try:
        yield
    except TimeoutError:
        raise
    except GONE:
        raise GraderError("the connection to the scheduler is lost; run the same command again to resume") from None


def _failed(report: GradedReport) -> bool:
    """Return whether the grader itself failed on a part of this submission."""
    return any(check.status == "error" for check in report.rendered.row.checks)


class DaskWorkers:
    """Grades submissions on the workers of a Dask scheduler."""

    elsewhere = True

    def __init__(self, where: str, rubric: Rubric, options: GradingOptions, lowest: Level = "B") -> None:
        """Connect to the scheduler at an address such as `tcp://host:8786`, or start one as a YAML file describes.

        Raises:
            GraderError: there is no scheduler, no worker connects, or all workers refuse.
        """
        for name in (
            "distributed",
            "distributed.client",
            "distributed.core",
            "distributed.comm",
            "distributed.scheduler",
        ):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # errors are reported by the grader's own messages
        warnings.filterwarnings("ignore", message="Sending large graph")
        self._rubric, self._course, self._kept = rubric, options, options.keep
        self._cluster = None if "://" in where else read_job_queue(Path(where)).start()
        self._client = self._connect(where)
        self._name = f"grader-{uuid.uuid4().hex}"
        self._futures: dict[Any, tuple[int, Source]] = {}
        self._refused: dict[str, str] = {}
        self._doubted: dict[int, GradedOnWorker] = {}  # on which the grader failed: another worker tries them, too
        self._allowed: list[str] | None = None  # the workers that get submissions, once one of them has refused
        try:
            self._client.register_plugin(BatchSetting(self._name, rubric, replace(options, keep=None), lowest))
        except Exception as error:  # every exception of a worker arrives here
            self.close()
            why = f"a worker cannot be used ({error}); install the same grader there, with its extra 'cluster'"
            raise GraderError(f"{where}: {why}") from None

    def _connect(self, where: str) -> Any:
        try:
            client: Any = dask.Client(self._cluster or where, timeout=20)
        except (OSError, ValueError, TypeError, RuntimeError, TimeoutError) as error:
            raise GraderError(f"{where}: no scheduler answers ({error}); start one with 'dask scheduler'") from None
        try:
            client.wait_for_workers(1, timeout=FIRST_WORKER_SECONDS if self._cluster else NO_WORKER_SECONDS)
        except TimeoutError:
            client.close()
            raise GraderError(
                f"{where}: no worker has connected; start one with 'dask worker {where} --nthreads 1'"
            ) from None
        return client

    @property
    def slots(self) -> int:
        """Return how many submissions may be in progress: a few for each worker that is connected."""
        return AHEAD * max(1, len(self._workers()))

    def _known_workers(self) -> list[str]:
        with _scheduler_errors():
            found = self._client.scheduler_info(n_workers=-1)
        return sorted(found.get("workers", ()))  # it has none where the scheduler is gone

    def _workers(self) -> list[str]:
        return [worker for worker in self._known_workers() if worker not in self._refused]

    def submit(self, number: int, source: Source) -> None:
        """See `Executor.submit`."""
        self._send(number, source, self._allowed)

    def _send(self, number: int, source: Source, workers: list[str] | None) -> None:
        """Send a submission to one of `workers`, or of all."""
        content = unpack_confined(source, self._course.level)
        sent = replace(source, path=None, parts=(), inside=(), content=content)
        known = self._known(sent)
        with _scheduler_errors():
            future = self._client.submit(grade_on_worker, self._name, sent, known, pure=False, workers=workers)
        self._futures[future] = (number, source)

    def _send_anew(self) -> None:
        """Send submissions again to the workers that do not refuse; also when a worker connects or leaves."""
        if not self._refused or (allowed := self._workers()) == self._allowed or not allowed:
            return
        self._allowed = allowed
        under_way, self._futures = self._futures, {}
        for future, (number, source) in under_way.items():
            if future.done():
                self._futures[future] = (number, source)
            else:
                with _scheduler_errors():
                    future.cancel()
                self.submit(number, source)

    def _known(self, source: Source) -> Mapping[str, bytes]:
        """Return the cached evidence of a submission by the key that the worker will use."""
        rubric, options = self._rubric, self._course
        if self._kept is None or not (store := FolderCache(self._kept, options.fresh)).folder.exists():
            return {}
        try:
            submission = options.open(source, rubric)
        except Exception:
            log.exception("%s could not be opened here; its report will say so", source.name)
            return {}
        key = evidence_key(submission, rubric, options.limits(rubric), options.sandbox.parts)
        cache = {name: store.get(name) for name in (key, key + FINDINGS)}
        return {name: data for name, data in cache.items() if data is not None}

    def finished(self) -> Iterator[tuple[int, GradedReport]]:
        """See `Executor.finished`."""
        alone_since = time.monotonic()
        while self._futures:
            done = self._ended()
            if self._workers():
                alone_since = time.monotonic()
            elif time.monotonic() - alone_since > NO_WORKER_SECONDS:
                raise GraderError("no worker is left; start some and run the same command again to resume")
            self._send_anew()
            found = [one for future in done if (one := self._take(future)) is not None]
            if found:
                yield from found
                return

    def _ended(self) -> list[Any]:
        with _scheduler_errors(), contextlib.suppress(TimeoutError):
            try:
                dask.wait(list(self._futures), timeout=2, return_when="FIRST_COMPLETED")
            except ValueError as error:  # it finds no client, as that is closed
                raise ClosedClientError from error
        return [future for future in self._futures if future.done()]

    def _take(self, future: Any) -> tuple[int, GradedReport] | None:
        number, source = self._futures.pop(future)
        try:
            with _scheduler_errors():
                answer = future.result()
        except KilledWorker:
            why = say("The worker that graded this submission ended each time.")
            return number, rendered_result(report_of_grader_error(source, self._rubric, self._course, why))
        if isinstance(answer, GraderError):
            raise answer
        if isinstance(answer, WorkerRefusal):
            self._refused[answer.worker] = answer.why
            if self._known_workers() and not self._workers():
                refusals = "\n".join(f"{worker}: {why}" for worker, why in self._refused.items())
                raise GraderError(f"no worker can grade:\n{refusals}\nsee 'grader doctor' there")
            self.submit(number, source)
            return None
        graded = self._trusted(number, source, answer)
        return None if graded is None else (number, graded)

    def _trusted(self, number: int, source: Source, answer: GradedOnWorker) -> GradedReport | None:
        """Return the report, or None where the grader failed on one worker and another one tries.

        A worker that fails where another one does not gets no more submissions: it fails fast, and would get the most.
        """
        first = self._doubted.pop(number, None)
        if first is None and _failed(answer.report):
            others = [worker for worker in self._workers() if worker != answer.worker]
            if others:
                self._doubted[number] = answer
                self._send(number, source, others)
                return None
        if first is not None and not _failed(answer.report) and first.worker != answer.worker:
            self._refused[first.worker] = f"the grader failed there on {source.name}, which another worker graded"
        return answer.report

    def close(self) -> None:
        """See `Executor.close`; where the scheduler is gone, there is nothing to cancel."""
        with contextlib.suppress(*GONE, ValueError):
            for future in self._futures:
                future.cancel()
            self._client.unregister_worker_plugin(self._name)
        self._futures.clear()
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()

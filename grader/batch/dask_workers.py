"""Grading on other machines with Dask. Workers need only the package and share no files.

A submission travels to a worker as bytes, with what is kept of it; its report and new evidence come back as bytes and
are written here, by the one process that writes. Each worker keeps its own warm process and chooses its own isolation,
and refuses a submission where that is weaker than asked for. Which worker gets what, and what becomes of the work of a
worker that is lost, is Dask's.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
import uuid
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import distributed
from distributed import KilledWorker, Worker, WorkerPlugin, get_worker

import grader
from grader.batch.executor import GradedReport, grade_submission, rendered_result
from grader.batch.job_queue import read_job_queue
from grader.cache.evidence_cache import FINDINGS, FolderCache, InMemoryCache, evidence_key
from grader.cache.fingerprint import code_digest
from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.grading.pipeline import report_of_grader_error
from grader.ingest.discover import Source
from grader.model import say
from grader.rubric.schema import Rubric
from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.isolation import choose

dask: Any = distributed  # most of it has no types


FIRST_WORKER_SECONDS = 300


NO_WORKER_SECONDS = 120


AHEAD = 2  # submissions under way for each worker, so that it always has a next one


log = logging.getLogger(__name__)


_one_at_a_time = threading.Lock()  # a worker has one warm process, however many threads it was given


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Say in words that there is no scheduler any more."""
    try:
        yield
    except TimeoutError:
        raise
    except (OSError, RuntimeError, CancelledError, asyncio.CancelledError):
        raise GraderError("the connection to the scheduler is lost; run the same command again to resume") from None


@dataclass(frozen=True)
class WorkerRefusal:
    """The refusal of a worker, with its reason."""

    worker: str
    why: str


class BatchSetting(WorkerPlugin):
    """What every submission of a batch needs; Dask gives it to each worker once, to later ones too."""

    def __init__(self, name: str, rubric: Rubric, options: GradingOptions, lowest: Level) -> None:
        self.name, self.rubric, self.options, self.lowest, self.code = name, rubric, options, lowest, code_digest()

    def setup(self, worker: Worker) -> None:
        """Keep it at the worker."""
        vars(worker).setdefault("grader_settings", {})[self.name] = self

    def teardown(self, worker: Worker) -> None:
        """Let go of it."""
        vars(worker).get("grader_settings", {}).pop(self.name, None)

    def refusal(self, worker: str) -> WorkerRefusal | None:
        """Return why this worker may not grade, or None."""
        if code_digest() != self.code:
            return WorkerRefusal(
                worker, f"its version of the grader, the reference or torch differs (grader {grader.__version__})"
            )
        if choose().level > self.lowest:
            return WorkerRefusal(worker, f"the worker offers isolation {choose().level}; {self.lowest} is required")
        return None


def _job(name: str, source: Source, sent: Mapping[str, bytes]) -> GradedReport | WorkerRefusal | GraderError:
    """Mark a submission at a worker."""
    worker = get_worker()
    setting: BatchSetting = vars(worker)["grader_settings"][name]
    try:
        with _one_at_a_time:
            if (refused := setting.refusal(worker.address)) is not None:
                return refused
            carried = InMemoryCache(sent)
            options = replace(setting.options, level=choose().level)
            graded = grade_submission(source, setting.rubric, options, carried)
            return replace(graded, evidence=carried.made)
    except GraderError as error:
        return error
    except OSError as error:
        return GraderError(f"{worker.address}: {error.strerror}; free some space there, or set TMPDIR")


class DaskWorkers:
    """Marks submissions at the workers of a Dask scheduler."""

    elsewhere = True

    def __init__(self, where: str, rubric: Rubric, options: GradingOptions, lowest: Level = "B") -> None:
        """Connect to the scheduler at an address such as `tcp://host:8786`, or start one as a YAML file says.

        Raises:
            GraderError: there is no scheduler, or no worker comes, or all of them refuse.
        """
        for name in (
            "distributed",
            "distributed.client",
            "distributed.core",
            "distributed.comm",
            "distributed.scheduler",
        ):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is said in our own words
        warnings.filterwarnings("ignore", message="Sending large graph")
        self._rubric, self._course, self._kept = rubric, options, options.keep
        self._cluster = None if "://" in where else read_job_queue(Path(where)).start()
        self._client = self._connect(where)
        self._name = f"grader-{uuid.uuid4().hex}"
        self._futures: dict[Any, tuple[int, Source]] = {}
        self._refused: dict[str, str] = {}
        self._allowed: list[str] | None = None  # the workers that work goes to, once one of them has refused
        try:
            self._client.register_plugin(BatchSetting(self._name, rubric, replace(options, keep=None), lowest))
        except Exception as error:  # whatever is raised at a worker comes here
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
        """Submissions under way at a time: a few for each worker, as they come and go."""
        return AHEAD * max(1, len(self._workers()))

    def _known_workers(self) -> list[str]:
        return sorted(self._client.scheduler_info(n_workers=-1)["workers"])

    def _workers(self) -> list[str]:
        return [worker for worker in self._known_workers() if worker not in self._refused]

    def submit(self, number: int, source: Source) -> None:
        """See `Executor.submit`."""
        content = source.read()
        sent = replace(source, path=None, parts=(), inside=(), content=content)
        with _told():
            future = self._client.submit(_job, self._name, sent, self._known(sent), pure=False, workers=self._allowed)
        self._futures[future] = (number, source)

    def _send_anew(self) -> None:
        """Where some workers refuse, name the others; and again when a worker comes or goes."""
        if not self._refused or (allowed := self._workers()) == self._allowed or not allowed:
            return
        self._allowed = allowed
        under_way, self._futures = self._futures, {}
        for future, (number, source) in under_way.items():
            if future.done():
                self._futures[future] = (number, source)
            else:
                future.cancel()
                self.submit(number, source)

    def _known(self, source: Source) -> Mapping[str, bytes]:
        """What is kept of a submission, under the address that the worker will look for."""
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
        with _told(), contextlib.suppress(TimeoutError):
            dask.wait(list(self._futures), timeout=2, return_when="FIRST_COMPLETED")
        return [future for future in self._futures if future.done()]

    def _take(self, future: Any) -> tuple[int, GradedReport] | None:
        number, source = self._futures.pop(future)
        try:
            with _told():
                answer = future.result()
        except KilledWorker:
            why = say("The worker that graded this submission ended each time.")
            return number, rendered_result(report_of_grader_error(source, self._rubric, self._course, why))
        if isinstance(answer, GraderError):
            raise answer
        if isinstance(answer, WorkerRefusal):
            self._refused[answer.worker] = answer.why
            if self._known_workers() and not self._workers():
                told = "\n".join(f"{worker}: {why}" for worker, why in self._refused.items())
                raise GraderError(f"no worker can grade:\n{told}\nsee 'grader doctor' there")
            self.submit(number, source)
            return None
        return number, answer

    def close(self) -> None:
        """See `Executor.close`."""
        for future in self._futures:
            future.cancel()
        self._futures.clear()
        with contextlib.suppress(OSError, ValueError, TimeoutError):
            self._client.unregister_worker_plugin(self._name)
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()

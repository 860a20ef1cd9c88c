"""The worker's side of grading with Dask: what a worker refuses, and how it grades one submission."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from distributed import Worker, WorkerPlugin, get_worker

import grader
from grader.batch.executor import GradedReport, grade_submission
from grader.batch.queue import total_memory
from grader.cache.evidence_cache import InMemoryCache
from grader.cache.fingerprint import code_digest
from grader.errors import GraderError
from grader.grading.options import GradingOptions, limits_of
from grader.ingest.source import Source
from grader.rubric.schema import Rubric
from grader.sandbox.boundary.policy import Level
from grader.sandbox.host.isolation import choose
from grader.sandbox.host.trial_request import why_no_request

_one_at_a_time = threading.Lock()  # a worker has one fork server, however many threads it was given


@dataclass(frozen=True)
class WorkerRefusal:
    """The refusal of a worker, with its reason."""

    worker: str
    why: str


class BatchSetting(WorkerPlugin):
    """The data that every submission of a batch needs; Dask sends it once to each worker, also to later ones."""

    def __init__(self, name: str, rubric: Rubric, options: GradingOptions, lowest: Level) -> None:
        self.name, self.rubric, self.options, self.lowest, self.code = name, rubric, options, lowest, code_digest()

    def setup(self, worker: Worker) -> None:
        """Save this setting on the worker."""
        vars(worker).setdefault("grader_settings", {})[self.name] = self

    def teardown(self, worker: Worker) -> None:
        """Remove this setting from the worker."""
        vars(worker).get("grader_settings", {}).pop(self.name, None)

    def refusal(self, worker: str) -> WorkerRefusal | None:
        """Return why this worker may not grade, or None."""
        why = self._why_not()
        return WorkerRefusal(worker, why) if why else None

    def _why_not(self) -> str:
        if code_digest() != self.code:
            return f"its version of the grader, the reference or torch differs (grader {grader.__version__})"
        if choose().level > self.lowest:
            return f"the worker offers isolation {choose().level}; {self.lowest} is required"
        limits = limits_of(self.rubric)
        if (here := total_memory()) is not None and here < limits.memory_bytes:
            return f"it has {here >> 20} MiB of memory; a submission may use {limits.memory_bytes >> 20}"
        return why_no_request(choose().level)


@dataclass(frozen=True)
class GradedOnWorker:
    """A submission that a worker graded."""

    worker: str
    report: GradedReport


def grade_on_worker(
    name: str, source: Source, sent: Mapping[str, bytes]
) -> GradedOnWorker | WorkerRefusal | GraderError:
    """Grade a submission on a worker."""
    worker = get_worker()
    setting: BatchSetting = vars(worker)["grader_settings"][name]
    try:
        with _one_at_a_time:
            if (refused := setting.refusal(worker.address)) is not None:
                return refused
            carried = InMemoryCache(sent)
            options = replace(setting.options, level=choose().level)
            graded = grade_submission(source, setting.rubric, options, carried)
            return GradedOnWorker(worker.address, replace(graded, evidence=carried.made))
    except GraderError as error:
        return error
    except OSError as error:
        return GraderError(f"{worker.address}: {error.strerror}; free some space there, or set TMPDIR")

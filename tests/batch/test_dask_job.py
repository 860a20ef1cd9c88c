"""What a worker of a cluster refuses, without a cluster."""

from __future__ import annotations

import pytest

from grader.batch import dask_job
from grader.batch.dask_job import BatchSetting
from grader.grading.options import GradingOptions
from grader.rubric.load import parse_rubric
from tests.batch.test_resume import RUBRIC


def test_a_worker_without_memory_or_answers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rubric = parse_rubric(RUBRIC, "r.yaml")
    setting = BatchSetting("x", rubric, GradingOptions(), "C")
    assert setting.refusal("tcp://worker") is None
    monkeypatch.setattr(dask_job, "why_no_request", lambda level: "torch cannot be loaded there")
    refused = setting.refusal("tcp://worker")
    assert refused is not None
    assert refused.why == "torch cannot be loaded there"
    monkeypatch.setattr(dask_job, "total_memory", lambda: 1 << 30)
    refused = setting.refusal("tcp://worker")
    assert refused is not None
    assert refused.why.startswith("it has 1024 MiB of memory; a submission may use ")

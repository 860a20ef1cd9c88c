"""One submission of a batch: what it took, and a report whatever goes wrong."""

from __future__ import annotations

import logging
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.batch import executor as executor_module
from grader.batch.executor import grade_submission, rendered_result
from grader.cache.evidence_cache import InMemoryCache
from grader.errors import GraderError
from grader.grading.assemble import GradedSubmission
from grader.grading.options import GradingOptions
from grader.grading.pipeline import grade_safely
from grader.ingest.discover import Source
from grader.ingest.unpacked import Unpacked
from grader.model import Report, Status
from grader.report.rendered import RenderedReport, rendered
from grader.results.effort import Effort
from grader.rubric.load import parse_rubric
from tests.batch.test_grade_batch import RUBRIC
from tests.sandbox.stub_sandbox import StubSandbox

WORDS = parse_rubric(RUBRIC, "r.yaml")
SOURCE = Source("Team.zip", content=Unpacked({"answers.md": b"# Exercise 1\nTwo words\n", "a.py": b"x = 1\n"}))


def options() -> GradingOptions:
    return GradingOptions(sandbox=StubSandbox())


def graded(seconds: dict[str, Any], ran: bool = True) -> GradedSubmission:
    return replace(grade_safely(SOURCE, WORDS, options()), seconds=seconds, ran=ran, evidence="key")


@pytest.mark.parametrize(
    ("processes", "wall", "peak"),
    [
        ([], 0.0, 0),
        ([{"max-rss": 2, "time-wall": 1.5}], 1.5, 2048),
        ([{"max-rss": 2, "time-wall": 1.5}, {"max-rss": "3", "time-wall": "4"}], 4.0, 5120),
        ([{"status": "TO"}], 0.0, 0),
    ],
    ids=["no process", "one", "memory is added and the longest time counts", "without figures"],
)
def test_what_a_submission_took(processes: list[dict[str, Any]], wall: float, peak: int) -> None:
    seconds = {"processes": processes}
    assert rendered_result(graded(seconds)).effort == Effort(wall, peak, seconds, "key")


def test_where_nothing_was_run_it_took_nothing() -> None:
    seconds = {"processes": [{"max-rss": 2, "time-wall": 1.5}]}
    assert rendered_result(graded(seconds, ran=False)).effort == Effort(0.0, 0, seconds, "key")
    assert rendered_result(graded({})).effort == Effort(0.0, 0, {}, "key")


def test_a_submission_is_graded_and_rendered_and_its_evidence_goes_to_the_cache() -> None:
    cache = InMemoryCache({})
    found = grade_submission(SOURCE, WORDS, options(), cache)
    assert (found.rendered.row.team, found.rendered.row.certain) == ("Team", Decimal(1))
    assert "<html" in found.rendered.page
    assert found.effort.evidence in cache.made
    assert found.evidence == {}


def statuses(row: Any) -> set[Status]:
    return {check.status for check in row.checks}


def test_a_report_that_cannot_be_rendered_is_a_grader_error_without_points(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    draw = rendered

    def fail(report: Report) -> RenderedReport:
        if not report.notices:
            raise ZeroDivisionError
        return draw(report)

    monkeypatch.setattr(executor_module, "rendered", fail)
    with caplog.at_level(logging.ERROR):
        row = grade_submission(SOURCE, WORDS, options()).rendered.row
    assert (statuses(row), row.total, row.certain) == ({Status.error}, None, Decimal(0))
    assert [str(notice) for notice in row.notices] == ["The report could not be rendered (ZeroDivisionError)."]
    assert [record.getMessage() for record in caplog.records] == ["Team.zip could not be rendered"]


def test_a_submission_that_the_grader_fails_on_is_a_grader_error_and_the_batch_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(GradingOptions, "open", fail)
    row = grade_submission(SOURCE, WORDS, options()).rendered.row
    assert (statuses(row), row.total) == ({Status.error}, None)


def test_what_the_user_can_put_right_ends_the_batch(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="gone"):
        grade_submission(Source("gone.zip", tmp_path / "gone.zip"), WORDS, options())

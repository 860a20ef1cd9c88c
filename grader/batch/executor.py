"""Grade one submission of a batch, on this machine or another."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from grader.cache.evidence_cache import EvidenceCache
from grader.grading.assemble import GradedSubmission
from grader.grading.options import GradingOptions
from grader.grading.pipeline import grade_safely, report_of_grader_error
from grader.ingest.discover import Source
from grader.model import say
from grader.report.rendered import RenderedReport, rendered
from grader.results.effort import Effort
from grader.rubric.schema import Rubric

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class GradedReport:
    """A graded submission, ready to be written: its report, its costs, and evidence from another machine."""

    rendered: RenderedReport
    effort: Effort
    evidence: Mapping[str, bytes]


class Executor(Protocol):
    """Grades submissions, several at a time; each has a number."""

    elsewhere: bool  # whether it uses no memory of this machine

    @property
    def slots(self) -> int:
        """Return how many submissions may be in progress."""

    def submit(self, number: int, source: Source) -> None:
        """Begin to grade a submission."""

    def finished(self) -> Iterator[tuple[int, GradedReport]]:
        """Block until at least one submission is graded, and yield all that are.

        Raises:
            GraderError: the user can correct the problem, such as a full disk.
        """

    def close(self) -> None:
        """Stop all gradings in progress."""


def grade_submission(
    source: Source, rubric: Rubric, options: GradingOptions, cache: EvidenceCache | None = None
) -> GradedReport:
    """Grade one submission and render its report; if that fails, it is a grader error and the batch continues."""
    graded = grade_safely(source, rubric, options, cache)
    try:
        return rendered_result(graded)
    except Exception as error:
        log.exception("%s could not be rendered", source.name)
        return rendered_result(
            report_of_grader_error(
                source, rubric, options, say("The report could not be rendered ({error}).", error=type(error).__name__)
            )
        )


def rendered_result(graded: GradedSubmission) -> GradedReport:
    """Render a report and add up its costs."""
    processes = graded.seconds.get("processes", [])
    peak = sum(int(one.get("max-rss", 0)) << 10 for one in processes)
    wall = max((float(one.get("time-wall", 0)) for one in processes), default=0.0)
    effort = Effort(wall if graded.ran else 0.0, peak if graded.ran else 0, graded.seconds, graded.evidence)
    return GradedReport(rendered(graded.report), effort, {})

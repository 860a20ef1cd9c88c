"""Grade one submission, from its bytes to its report; `batch/` does so for many."""

from __future__ import annotations

import logging
from dataclasses import replace

from grader.cache.evidence_cache import EvidenceCache
from grader.errors import GraderError
from grader.grading.assemble import GradedSubmission, assemble
from grader.grading.interview import judge_evidence
from grader.grading.options import GradingOptions
from grader.grading.run import Observation, run_and_ask
from grader.ingest.discover import Source
from grader.ingest.open_submission import team_of
from grader.model import Evidence, Message, Notice, NoticeCode, Status, Submission, say
from grader.rubric.schema import Rubric
from grader.scoring.score import apply_overrides, score

log = logging.getLogger(__name__)


def grade(
    source: Source, rubric: Rubric, options: GradingOptions | None = None, cache: EvidenceCache | None = None
) -> GradedSubmission:
    """Grade one submission; evidence in `cache` is used instead of running the code again."""
    options = options or GradingOptions()
    submission = options.open(source, rubric)
    observation = run_and_ask(submission, rubric, options, cache or options.cache())  # only here student code runs
    machine = score(rubric, observation.findings)
    final = apply_overrides(machine, options.overrides_for(submission, machine))
    return assemble(submission, observation, rubric, final, options)


def grade_safely(
    source: Source, rubric: Rubric, options: GradingOptions, cache: EvidenceCache | None = None
) -> GradedSubmission:
    """Grade one submission; an error of the grader becomes a report that needs review, and the batch continues.

    Raises:
        GraderError: the user can correct the problem, such as a full disk or a locked file.
    """
    try:
        return grade(source, rubric, options, cache)
    except GraderError:
        raise
    except Exception as error:
        log.exception("%s could not be graded", source.name)
        why = say("The grader failed on this submission ({error}).", error=type(error).__name__)
        return report_of_grader_error(source, rubric, options, why)


def report_of_grader_error(source: Source, rubric: Rubric, options: GradingOptions, why: Message) -> GradedSubmission:
    """Return the report of a submission that the grader failed on: every check is a grader error, for a tutor."""
    notice = Notice(NoticeCode.grader_error, why, say("The log has the details."), True)
    submission = Submission(team_of(source), source.name, "", notices=(notice,))
    findings = tuple(
        replace(finding, status=Status.error, message=notice.message, hint=notice.hint)
        for finding in judge_evidence(submission, Evidence(), rubric)
    )
    machine = score(rubric, findings)
    final = apply_overrides(machine, options.overrides_for(submission, machine))
    return assemble(submission, Observation(Evidence(), findings, ran=False), rubric, final, options)

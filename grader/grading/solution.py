"""Grade the solution of the course by the ordinary main line, to know which checks of the rubric work here."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from grader.checks.base import Check
from grader.errors import GraderError
from grader.grading.options import GradingOptions
from grader.grading.proof_file import SolutionCache, read_strength
from grader.grading.run import run_and_ask
from grader.ingest.discover import Source
from grader.model import NOTHING, Evidence, Finding, Status, Submission, Text, say
from grader.model.proof import CheckTrial, Proof, Trial
from grader.rubric.schema import Rubric

log = logging.getLogger(__name__)


def solution_source(rubric: Rubric) -> Source:
    """Return the solution that the rubric names, as a submission.

    Raises:
        GraderError: it is not there.
    """
    path = Path(rubric.folder, rubric.solution)
    if not path.exists():
        raise GraderError(f"{path}: the solution does not exist; paths are relative to the rubric")
    return Source(path.resolve().name, path)


def proof_of(rubric: Rubric, options: GradingOptions) -> Proof:
    """Run the solution and return what each check says about it, with the mutants that an earlier try noticed.

    Evidence of an earlier run is used, unless all is to run again. Mutants are never run here.

    Raises:
        GraderError: the solution is not there, or nothing can be run on this machine.
    """
    if not rubric.solution:
        return Proof()
    proof = Proof(rubric.solution, tuple(trials(rubric, options)))
    return replace(proof, noticed=strength[0], mutants=strength[1]) if (strength := read_strength(rubric)) else proof


def with_proof(rubric: Rubric, options: GradingOptions) -> GradingOptions:
    """Return the options with the proof of the rubric; the solution runs unless they have one already."""
    return options if options.proof is not None else replace(options, proof=proof_of(rubric, options))


def trials(rubric: Rubric, options: GradingOptions) -> Iterator[CheckTrial]:
    """Yield what each check of the rubric says about the solution, in the rubric's order."""
    plain = replace(options, proof=None)
    submission = replace(options, keep=None).open(solution_source(rubric), rubric)  # no folder of results gets it
    tried = tried_part(rubric)
    try:
        observation = run_and_ask(submission, tried, plain, SolutionCache(rubric, options.fresh))
    except GraderError:
        raise
    except Exception as error:
        log.exception("the solution of %s could not be graded", rubric.name)
        why = say("The grader failed on the solution ({error}).", error=type(error).__name__)
        yield from (CheckTrial(c.id, q, c.title or c.label, Trial.does_not_pass, why) for q, c in tried.checks())
        return
    findings = {finding.check: finding for finding in observation.findings}
    for question, check in rubric.checks():
        yield _trial(question, check, findings.get(check.id), submission, observation.evidence)


def tried_part(rubric: Rubric) -> Rubric:
    """Return the rubric with the checks that a solution can pass: not those of people, or about the delivery."""
    kept = {check.id for _, check in rubric.checks() if not _left_out(check)}

    def of(checks: tuple[Check, ...]) -> tuple[Check, ...]:
        return tuple(
            check.model_copy(update={"needs": tuple(need for need in check.needs if need in kept)})
            for check in checks
            if check.id in kept
        )

    questions = tuple(one.model_copy(update={"checks": of(one.checks)}) for one in rubric.questions)
    return rubric.model_copy(update={"submission": of(rubric.submission), "questions": questions})


def _left_out(check: Check) -> Text:
    """Return why nothing in a solution can show whether a check works; empty if something can."""
    if check.graded_by_people:
        return say("A person grades it.")
    if check.note_only:
        return say("It is a note and grades nobody.")
    if check.about_delivery:
        return say("It is about who submits, when, and under which name.")
    return NOTHING


def _trial(
    question: str, check: Check, finding: Finding | None, submission: Submission, evidence: Evidence
) -> CheckTrial:
    made = CheckTrial(check.id, question, check.title or check.label, Trial.passes)
    if finding is None:
        return replace(made, trial=Trial.not_tried, why=_left_out(check))
    if finding.status is Status.passed:
        return made
    if check.needs_answer and not submission.documents and question not in evidence.answers:
        return replace(made, trial=Trial.not_tried, why=say("The solution has no written answers."))
    if check.confirmed_by_people and finding.status is Status.needs_review and not finding.cause:
        return replace(made, trial=Trial.not_tried, why=say("A person confirms it."))
    return replace(made, trial=Trial.does_not_pass, why=finding.message, place=finding.place)

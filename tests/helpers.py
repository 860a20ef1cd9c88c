"""What the tests of checks share: a submission and evidence made in memory, so that judging needs no sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from grader.checks import kinds
from grader.checks.base import Check, CheckContext
from grader.definitions.extract import Definitions
from grader.grading.assemble import GradedSubmission
from grader.grading.judge import judge_check
from grader.grading.options import GradingOptions
from grader.grading.pipeline import grade_safely
from grader.grading.run import run_and_ask
from grader.ingest.discover import discover
from grader.model import (
    Answer,
    Cell,
    CellRun,
    Document,
    Evidence,
    Finding,
    Grade,
    Member,
    Message,
    Notice,
    Outcome,
    Override,
    Place,
    Submission,
)
from grader.rubric.load import read_rubric
from grader.rubric.schema import Rubric
from grader.sandbox.limits import Limits
from grader.scoring.score import apply_overrides, score

ROOT = Path(__file__).parent.parent


def make(kind: str, **keys: Any) -> Check:
    """Build a check as a rubric would."""
    return kinds()[kind].model_validate({"kind": kind, "id": kind, **keys})


@cache
def shipped(name: str) -> Rubric:
    """Read one of the rubrics that come with the project."""
    return read_rubric(ROOT / "rubrics" / f"{name}.yaml")


def shipped_check(check_id: str) -> Check:
    """Find a check of the shipped rubrics by its id."""
    rubrics = [shipped(name) for name in ("noise-removal", "sequence-modeling", "cnn-rnn")]
    return next(check for rubric in rubrics for _, check in rubric.checks() if check.id == check_id)


def context(
    answer: str | None = None,
    cells: Sequence[str] = (),
    runs: Sequence[CellRun] = (),
    outcomes: Mapping[str, Outcome] | None = None,
    findings: Mapping[str, Finding] | None = None,
    members: Sequence[Member] = (),
    notices: Sequence[Notice] = (),
    documents: Sequence[Document] = (),
    **submission: Any,
) -> CheckContext:
    """Make the context of a check."""
    opened = Submission(
        "team",
        submission.pop("source", "Muster_1000101_Beispiel_1000102.zip"),
        "digest",
        tuple(members),
        cells=tuple(
            Cell(n, text, f"notebook, cell {n}", place=Place("notebook", cell=n)) for n, text in enumerate(cells, 1)
        ),
        documents=tuple(documents),
        notices=tuple(notices),
        **submission,
    )
    answers = {} if answer is None else {"q": Answer(answer, "answers.md")}
    return CheckContext(opened, Evidence(tuple(runs), outcomes or {}, answers), "q", findings or {})


def with_definitions(context: CheckContext, *targets: str, doubts: Mapping[str, Message] | None = None) -> CheckContext:
    """The same where `targets` were read to the end, and for others it is known why they were not."""
    source = "\n".join(f"class {name}: pass" for name in targets)
    definitions = Definitions(source, frozenset(targets), doubts or {})
    return replace(context, read_definitions=lambda: definitions)


def finding_of(check: Check, answer: str, findings: Mapping[str, Finding] | None = None, **evidence: Any) -> Finding:
    """What one check makes of an answer, after `findings` of others."""
    found = Evidence(answers={"q": Answer(answer, "answers.md")}, **evidence)
    return judge_check(check, CheckContext(Submission("Team Muster", "muster.zip", ""), found, "q", findings or {}))


def collect(submission: Submission, rubric: Rubric, limits: Limits | None = None) -> Evidence:
    """Return the evidence of one run under `limits`, the rubric's where none are given."""
    options = GradingOptions() if limits is None else FixedLimits(fixed=limits)
    return run_and_ask(submission, rubric, options).evidence


@dataclass(frozen=True)
class FixedLimits(GradingOptions):
    """Options with limits of a test's own."""

    fixed: Limits = field(default_factory=Limits)

    def limits(self, rubric: Rubric) -> Limits:
        return self.fixed


def grade_each(
    paths: Iterable[Path], rubric: Rubric, options: GradingOptions | None = None
) -> Iterator[GradedSubmission]:
    """Grade every submission under `paths`, one after the other, in this process."""
    for source in discover(paths):
        yield grade_safely(source, rubric, options or GradingOptions())


def grade_of(rubric: Rubric, findings: Iterable[Finding], overrides: Sequence[Override] = ()) -> Grade:
    """Return the grade of findings and overrides."""
    return apply_overrides(score(rubric, findings), overrides)


def regraded(grade: Grade, overrides: Sequence[Override]) -> Grade:
    """Return a grade with exactly these overrides; checks that were overridden before have their findings' points."""
    return apply_overrides(grade, overrides)

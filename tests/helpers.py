"""What the tests of checks share: a submission and evidence made in memory, so that judging needs no sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from grader.checks import kinds
from grader.checks.base import Check, CheckContext
from grader.definitions.extract import Definitions
from grader.grading.judge import judge_check
from grader.model import (
    Answer,
    Cell,
    CellRun,
    Document,
    Evidence,
    Finding,
    Grade,
    Member,
    Notice,
    Outcome,
    Override,
    Submission,
)
from grader.rubric.load import read_rubric
from grader.rubric.schema import Rubric
from grader.scoring.score import remarked, score

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
    """Make what a check sees."""
    opened = Submission(
        "team",
        submission.pop("source", "Muster_1000101_Beispiel_1000102.zip"),
        "digest",
        tuple(members),
        cells=tuple(Cell(n, text, f"notebook, cell {n}") for n, text in enumerate(cells, 1)),
        documents=tuple(documents),
        notices=tuple(notices),
        **submission,
    )
    answers = {} if answer is None else {"q": Answer(answer, "answers.md")}
    return CheckContext(opened, Evidence(tuple(runs), outcomes or {}, answers), "q", findings or {})


def with_definitions(context: CheckContext, *targets: str, doubts: Mapping[str, str] | None = None) -> CheckContext:
    """The same where `targets` were read to the end, and for others it is known why they were not."""
    source = "\n".join(f"class {name}: pass" for name in targets)
    return replace(context, plain=Definitions(source, frozenset(targets), doubts or {}))


def finding_of(check: Check, answer: str, findings: Mapping[str, Finding] | None = None, **evidence: Any) -> Finding:
    """What one check makes of an answer, after `findings` of others."""
    found = Evidence(answers={"q": Answer(answer, "answers.md")}, **evidence)
    return judge_check(check, CheckContext(Submission("Team Muster", "muster.zip", ""), found, "q", findings or {}))


def grade_of(rubric: Rubric, findings: Iterable[Finding], overrides: Sequence[Override] = ()) -> Grade:
    """The grade that findings and a person's overrides give."""
    return score(rubric, findings, overrides)


def regraded(grade: Grade, overrides: Sequence[Override]) -> Grade:
    """A grade with exactly these overrides: what was overridden before is as the machine found it."""
    return remarked(grade, overrides)

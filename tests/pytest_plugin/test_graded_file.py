"""A file of tests is run with the settings of its check, and a pass needs the definitions by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from grader.checks.tests_results import CaseVerdict
from grader.errors import GraderError
from grader.model import Finding, Status, say
from grader.model.verdict import Verdict, failed, rubric_fault
from grader.pytest_plugin.graded_file import Grading, _agreed

BAD, OPEN = failed(say("The test failed.")), rubric_fault(say("The test cannot be decided."))


def case(name: str, verdict: Verdict | None) -> CaseVerdict:
    return CaseVerdict(name, Decimal(1), "", verdict)


def finding(status: Status) -> Finding:
    return Finding("t", "tests", "q", "t", status=status, message=say("The notebook gives something else."))


def statuses(tests: Sequence[CaseVerdict]) -> list[str]:
    return ["passed" if one.verdict is None else one.verdict.status.value for one in tests]


@pytest.mark.parametrize(
    ("status", "definitions", "notebook", "expected"),
    [
        (Status.failed, [None, BAD], None, ["passed", "failed"]),
        (Status.failed, [BAD, BAD], [BAD, BAD], ["failed", "failed"]),
        (Status.needs_review, None, [None, BAD], ["needs_review", "failed"]),
        (Status.needs_review, [BAD, BAD], [None, BAD], ["needs_review", "failed"]),
        (Status.needs_review, [None, OPEN], [None, OPEN], ["passed", "needs_review"]),
        (Status.needs_review, [BAD, BAD], [BAD, BAD], ["needs_review", "needs_review"]),
        (Status.needs_review, [None, BAD], None, ["passed", "failed"]),
    ],
    ids=["definitions", "both", "unread", "only notebook", "undecided", "ambiguous", "partly"],
)
def test_a_pass_needs_the_definitions(
    status: Status, definitions: list[Verdict | None] | None, notebook: list[Verdict | None] | None, expected: list[str]
) -> None:
    first, second = (
        None if one is None else [case(f"t{n}", v) for n, v in enumerate(one)] for one in (definitions, notebook)
    )
    assert statuses(_agreed(finding(status), first, second)) == expected


RUBRIC = """rubric: 1
title: t
points: 3
execute: {seed: 7}
questions:
  - {id: q, title: q, points: 3, checks: [{kind: tests, points: 3, file: tests/test_it.py, cpu_seconds: 5}]}
"""


def test_the_check_of_a_rubric_counts_with_its_settings(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    for name in ("test_it.py", "test_other.py"):
        (tmp_path / "tests" / name).write_text("from models import f\ndef test_a(): f()\n")
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    grading = Grading.of(tmp_path, tmp_path / "rubric.yaml")
    rubric, check = grading._check_of(tmp_path / "tests" / "test_it.py")
    assert rubric.execute.seed == 7
    assert check.cpu_seconds == 5
    with pytest.raises(GraderError, match="add one of the kind 'tests'"):
        grading._check_of(tmp_path / "tests" / "test_other.py")
    plain, check = Grading.of(tmp_path)._check_of(tmp_path / "tests" / "test_other.py")
    assert [one.id for _, one in plain.checks()] == [check.id]
    assert check.cpu_seconds == 30

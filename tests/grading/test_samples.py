"""Every sample submission gets exactly its expected findings and points; two runs give the same bytes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from grader.grading.options import GradingOptions
from grader.grading.pipeline import grade
from grader.ingest.discover import Source, discover
from grader.lists.course_lists import read_intake
from grader.model import Report, ScoredCheck
from grader.model.summary import file_name
from grader.report.i18n import translated
from tests.batches import graded, written
from tests.helpers import ROOT, shipped

SAMPLES = sorted((ROOT / "submissions").glob("*/*/sample.yaml"))


def expected(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def course_of(submissions: Path, rubric: str, seconds: float = 60) -> GradingOptions:
    return GradingOptions(intake=read_intake(submissions / rubric / "intake.csv").by_key, cell_cpu_seconds=seconds)


def checks_of(report: Report) -> list[ScoredCheck]:
    return [scored for question in report.grade.questions for scored in question.checks]


def test_there_are_enough_samples_of_each_assignment() -> None:
    assert len(SAMPLES) >= 12
    assert {path.parent.parent.name for path in SAMPLES} == {"noise-removal", "sequence-modeling", "cnn-rnn"}


@pytest.mark.kernel
@pytest.mark.parametrize("path", SAMPLES, ids=[path.parent.name for path in SAMPLES])
def test_sample_gets_its_expected_findings(path: Path, submissions: Path) -> None:
    sample, rubric = expected(path), path.parent.parent.name
    seconds = sample.get("limits", {}).get("cell_cpu_seconds", 60)
    source = Source(sample["archive"], submissions / rubric / sample["archive"])
    report = grade(source, shipped(rubric), course_of(submissions, rubric, seconds)).report
    found = {s.finding.check: (str(s.finding.status), s.finding.because) for s in checks_of(report)}
    wanted = dict.fromkeys(found, ("passed", ""))
    wanted |= dict.fromkeys(sample["open"], ("needs_review", ""))
    wanted |= dict.fromkeys(sample["failed"], ("failed", ""))
    wanted |= {check: ("skipped", root) for check, root in sample["skipped"].items()}
    messages = {s.finding.check: s.finding.message for s in checks_of(report)}
    differing = {c: (wanted[c], found[c], messages[c]) for c in found if found[c] != wanted[c]}
    assert not differing
    words = {check: text for check, text in sample.get("says", {}).items() if text not in str(messages[check])}
    assert not words, messages
    assert report.grade.certain == Decimal(sample["points"])
    assert set(report.grade.unresolved) == set(sample["open"])
    assert [words for words in map(german, checks_of(report)) if words is not None] == []


def german(scored: ScoredCheck) -> str | None:
    """A finding's words where the German catalogue has none for them."""
    finding = scored.finding
    said_in_german = translated(finding.message, "de") != str(finding.message)
    hint = finding.kind == "manual" or not finding.hint or translated(finding.hint, "de") != str(finding.hint)
    return None if said_in_german and hint else f"{finding.message} {finding.hint}"


@pytest.mark.kernel
def test_two_runs_write_the_same_bytes(submissions: Path, tmp_path: Path) -> None:
    names = ("Robinsonade_1000138.zip", "Demo_1000106_Fiktiv_1000107.zip")  # their models are quick to train
    paths = [submissions / "noise-removal" / name for name in names]
    rubric = shipped("noise-removal")
    for run in ("first", "second"):
        jobs = {"first": 2, "second": 1}[run]
        graded(paths, rubric, tmp_path / run, course_of(submissions, "noise-removal"), jobs)
    first, second = written(tmp_path / "first"), written(tmp_path / "second")
    assert len(first) == 6  # two pages, two JSON files, the index, the CSV
    assert first == second


def test_a_folder_of_samples_is_found_whole(submissions: Path) -> None:
    count = sum(path.parent.parent.name == "noise-removal" for path in SAMPLES)
    assert len(discover([submissions / "noise-removal"])) == count


def test_reports_of_two_submissions_of_one_team_do_not_share_a_file() -> None:
    rubric = shipped("cnn-rnn")
    report = grade(Source("Muster_1000301.md", None), rubric).report
    assert file_name(report) != file_name(replace(report, digest="0" * 64))

"""The key of evidence: whatever the evidence follows from changes it, and nothing else does."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cache import evidence_cache
from grader.model import Cell, Submission
from grader.rubric.load import parse_rubric
from grader.sandbox.limits import Limits

TEXT = """\
rubric: 1
title: T
points: 0
execute: {seed: 1}
"""
SUBMISSION = Submission("team", "team.zip", "digest", cells=(Cell(1, "x = 1", "cell 1"),))
LIMITS = Limits(cpu_seconds=60, cell_cpu_seconds=20)


def key(submission: Submission = SUBMISSION, text: str = TEXT, limits: Limits = LIMITS) -> str:
    return evidence_cache.evidence_key(submission, parse_rubric(text, "r.yaml"), limits)


@pytest.mark.parametrize("file", ["child/worker.py", "host/channel.py", "boundary/policy.py", "limits.py"])
def test_a_byte_of_what_asks_a_submission_changes_the_key(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = key()
    for name in ("same", "changed"):
        shutil.copytree(evidence_cache.SANDBOX, tmp_path / name)
    path = tmp_path / "changed" / file
    path.write_bytes(path.read_bytes() + b"\n")
    monkeypatch.setattr(evidence_cache, "SANDBOX", tmp_path / "same")
    assert key() == before
    monkeypatch.setattr(evidence_cache, "SANDBOX", tmp_path / "changed")
    assert key() != before


@pytest.mark.parametrize(
    "changed",
    [
        key(replace(SUBMISSION, digest="other")),
        key(replace(SUBMISSION, cells=(Cell(1, "x = 2", "cell 1"),))),
        key(replace(SUBMISSION, cells=())),
        key(text=TEXT.replace("seed: 1", "seed: 2")),
        key(text=TEXT + "targets: [Model]\n"),
        key(limits=replace(LIMITS, cell_cpu_seconds=21)),
        key(limits=replace(LIMITS, memory_bytes=1 << 30)),
    ],
    ids=["submission", "cell", "no cell", "seed", "targets", "time", "memory"],
)
def test_what_is_run_and_how_is_in_the_key(changed: str) -> None:
    assert changed != key()


@pytest.mark.parametrize(
    "same",
    [
        key(replace(SUBMISSION, team="other", source="other.zip")),
        key(text=TEXT.replace("title: T", "title: Other")),
        key(limits=replace(LIMITS, warm=not LIMITS.warm)),
        key(limits=replace(LIMITS, level="B")),
    ],
    ids=["names", "words", "warm", "level"],
)
def test_names_words_and_the_place_are_not_in_the_key(same: str) -> None:
    assert same == key()

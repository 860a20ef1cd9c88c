"""A Moodle download that was graded once: a team with two members, a single student, and one who needs review."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from grader.batch.grade_batch import grade_all
from grader.grading.options import GradingOptions
from grader.model import Override
from grader.rubric.load import parse_rubric
from tests.shared_folder import made_once

GUIDE, CONCEPT = "A secret guide", "secret concept"
RUBRIC = """
rubric: 1
title: Words, and more
points: 4
submission:
  - {kind: received_by, id: received, due: 2025-01-29T23:59:59+01:00, late: [{hours: 24, percent: 10}]}
questions:
  - id: why
    title: Why <b>so</b>?
    points: 3
    answer: {number: ["1"]}
    checks:
      - {kind: word_limit, id: length, points: 1, most: 12, visibility: public}
      - {kind: manual, id: sense, points: 2, guide: "A secret guide"}
      - {kind: mentions, id: concepts, concepts: {secret concept: [because]}}
  - id: how
    title: How?
    points: 1
    answer: {number: ["2"]}
    checks:
      - {kind: word_limit, id: short, points: 1, most: 3}
  - id: more
    title: More
    points: 1
    bonus: true
    answer: {number: ["3"]}
    checks:
      - {kind: word_limit, id: extra, points: 1, most: 9}
"""
TEAM = "Gruppe Blau"
LONE = "Änne Größe-Probe"
OPEN = "Otto Offen"


def answers(people: str, first: str = "Because it is so.") -> str:
    return f"{people}\n\n# Exercise 1\n{first}\n\n# Exercise 2\nNot at all so.\n\n# Exercise 3\nMore words here.\n"


def download(path: Path) -> Path:
    """Write a bulk download as Moodle makes it."""
    team = io.BytesIO()
    with zipfile.ZipFile(team, "w") as inner:
        people = "Anna Muster (1000101, anna.muster@stud.example.org)\nBen Beispiel (1000102, ben@stud.example.org)"
        inner.writestr("answers.md", answers(people))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{TEAM}_77_assignsubmission_file/Muster_1000101_Beispiel_1000102.zip", team.getvalue())
        lone = answers("Änne Größe-Probe (1000103, aenne@stud.example.org)", "::error::x =1+1 <script>")
        archive.writestr(f"{LONE}_4003_assignsubmission_file/Probe_1000103.md", lone)
        archive.writestr(f"{OPEN}_4004_assignsubmission_file/Offen_1000104.md", answers("Otto Offen (1000104)"))
    return path


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder: the team has 2.5 and 0.5 bonus of 4, the single student is late, the third one needs review."""
    return made_once(tmp_path_factory, "exports", _grade) / "out"


def _grade(folder: Path) -> None:
    archive = download(folder / "WS-Exercise 7-123.zip")
    on_time, late = (datetime.fromisoformat(f"2025-01-{day}T12:00:00+01:00") for day in (29, 30))
    overrides = [
        Override(TEAM, "sense", Decimal("0.5"), "A. Tutor", "half | of `it`\n::set-output name=points::100"),
        Override(LONE, "sense", Decimal(2), "A. Tutor", "good"),
    ]
    options = GradingOptions(intake={TEAM: on_time, LONE: late, OPEN: on_time}, overrides=overrides)
    for _ in grade_all([archive], parse_rubric(RUBRIC, "words.yaml"), folder / "out", options, 1):
        pass

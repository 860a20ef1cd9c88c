"""A course with two functions, for tests of what happens before and around grading."""

from __future__ import annotations

from pathlib import Path

from grader.rubric.load import read_rubric
from grader.rubric.schema import Rubric

SOLUTION = '''\
import torch


def centred(x):
    """Rows without their means."""
    return x - x.mean(dim=-1, keepdim=True)


def scaled(x, factor=2.0):
    """Numbers times a factor, where they are positive."""
    return torch.relu(x) * factor
'''

RUBRIC = """\
rubric: 1
title: Two functions
points: 3
solution: solution.py
submission:
  - {kind: archive_name, id: name, authors: [1, 1]}
questions:
  - id: q
    title: Functions
    points: 3
    checks:
      - kind: outputs
        id: centred
        points: 1
        target: centred
        reference: "solution:centred"
        given: {x: [n, m]}
        sizes: [{n: 3, m: 4}]
      - kind: outputs
        id: scaled
        points: 1
        needs: [centred]
        target: scaled
        reference: "solution:scaled"
        given: {x: [n], factor: 3.0}
        sizes: [{n: 5}]
      - {kind: manual, id: style, points: 1, guide: "Readable code."}
"""


def write_course(folder: Path, rubric: str = RUBRIC, solution: str = SOLUTION) -> Path:
    """Write rubric and solution into a folder, and return the path of the rubric."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "solution.py").write_text(solution, encoding="utf-8")
    path = folder / "rubric.yaml"
    path.write_text(rubric, encoding="utf-8")
    return path


def course(folder: Path, rubric: str = RUBRIC, solution: str = SOLUTION) -> Rubric:
    """Write the course and read its rubric."""
    return read_rubric(write_course(folder, rubric, solution))

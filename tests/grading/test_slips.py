"""Slips in a rubric: each is found by `check` or `try` before grading, and costs nobody a point if it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.grading.options import GradingOptions
from grader.rubric.load import read_rubric
from grader.trying.run_mutants import Fate, MutantTrial
from tests.batches import graded
from tests.command_line import run

SOLUTION = '''\
import torch
from torch import nn


class Table(nn.Module):
    """Vectors of tokens."""

    def __init__(self, vocab, dim):
        super().__init__()
        self.table = nn.Embedding(vocab, dim)

    def forward(self, ids):
        return self.table(ids)


def masked(x, mask):
    return x.masked_fill(mask, 0.0)


def root(x):
    return (x * x + 1).sqrt().sum()
'''
HEAD = """\
rubric: 1
title: Slips
points: POINTS
solution: solution.py
questions:
  - id: q
    title: Q
    points: POINTS
    answer: {number: ["1"]}
    checks:
"""
IDS = "given: {ids: {ints: [2, 3], below: 5}}"
TABLE = f'kind: outputs, points: 1, target: Table, reference: "solution:Table", init: {{vocab: 5, dim: 2}}, {IDS}'
ROOT_CHECK = (
    'kind: outputs, id: root, points: 1, target: root, reference: "slip:root", given: {x: [9]}, atol: 0, rtol: 1.0e-9'
)
SLIP = "def root(x):\n    return (x * x + 1).double().sqrt().sum()\n"
SHAPES = (
    "kind: shapes, points: 1, target: masked, init: {}, calls: [{x: [n, 2]}], returns: {y: [n, 2]}, sizes: [{n: 2}]"
)
CLAIMS = "kind: table_claims, points: 1, rows: 5, distribution: gone, initial: {hidden_size: 40, shift: 10, epochs: 9, batch_size: 10, learning_rate: 0.01}"
FOUND_BY_CHECK = {
    "function target of a class check": (SHAPES, "'masked' is a function, and the kind 'shapes' builds a class"),
    "function as reference of a class": (TABLE.replace(":Table", ":masked"), "masked is a function, and 'init' builds objects of a class"),
    "class called as a function": (TABLE.replace("init: {vocab: 5, dim: 2}, ", ""), "Table is a class; add 'init'"),
    "missing reference": (TABLE.replace("solution:", "solutio:"), "No module named 'solutio'"),
    "missing name in the reference": (TABLE.replace(":Table", ":Tabel"), "it has no 'Tabel'; did you mean 'Table'?"),
    "misspelt class": (TABLE.replace("target: Table", "target: Tabel"), "the solution does not define 'Tabel'; did you mean 'Table'?"),
    "float input for an embedding": (TABLE.replace("{ints: [2, 3], below: 5}", "[2, 3]"), "scalar types: Long, Int"),
    "token beyond the vocabulary": (TABLE.replace("below: 5", "below: 500"), "index out of range"),
    "needs itself": (f"id: a, needs: [a], {TABLE}", "needs 'a', which is the check itself"),
    "needs circle": (f"id: a, needs: [b], {TABLE}}}\n      - {{id: b, needs: [a], {TABLE}", "needs 'b', which comes later"),
    "needs a person": (f"kind: manual, id: m, points: 1, guide: g}}\n      - {{id: b, needs: [m], {TABLE}", "needs 'm', which no submission passes"),
    "distribution that does not exist": (CLAIMS, "distribution: "),
    "points that do not add up": (TABLE.replace("points: 1", "points: 0.5"), "the checks sum to 0.5 points"),
}  # fmt: skip


def written(folder: Path, *checks: str, slip: str = SLIP) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "solution.py").write_text(SOLUTION)
    (folder / "slip.py").write_text(slip)
    body = "".join(f"      - {{{check}}}\n" for check in checks)
    path = folder / "rubric.yaml"
    path.write_text(HEAD.replace("POINTS", str(body.count("- {"))) + body)
    return path


@pytest.mark.parametrize(("check", "message"), list(FOUND_BY_CHECK.values()), ids=list(FOUND_BY_CHECK))
def test_a_slip_is_found_by_check(tmp_path: Path, check: str, message: str) -> None:
    done = run("rubric", "check", written(tmp_path, check))
    assert done.returncode == 2, done.stdout
    assert message in done.stderr


def test_the_rubric_is_valid_without_the_slip(tmp_path: Path) -> None:
    done = run("rubric", "check", written(tmp_path, TABLE))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1] == f"  next: grader rubric try {tmp_path / 'rubric.yaml'}"


def test_a_mask_that_is_never_zero_is_a_warning_and_leaves_a_mutant(tmp_path: Path) -> None:
    check = 'kind: outputs, id: m, points: 1, target: masked, reference: "solution:masked", given: {x: [5], mask: {bools: [5], chance: 0}}'
    path = written(tmp_path, check)
    assert "the mask 'mask' is false everywhere in every case" in run("rubric", "check", path).stderr
    trial = MutantTrial.of(read_rubric(path), GradingOptions())
    [ignored] = [one for one in trial.mutants() if one.operator == "mask_ignored"]
    assert trial.result(ignored).fate is Fate.survived


@pytest.mark.kernel
def test_a_wrong_tolerance_is_found_by_try(tmp_path: Path) -> None:
    done = run("rubric", "try", written(tmp_path, ROOT_CHECK), "--no-mutants")
    assert done.returncode == 1
    assert "root does not pass: " in done.stdout


@pytest.mark.kernel
def test_no_slip_costs_a_right_submission_a_point(tmp_path: Path) -> None:
    """The rubric is read without `check`, as if nobody had looked at it."""
    slips = [
        SHAPES,
        TABLE.replace("solution:", "solutio:"),
        TABLE.replace(":Table", ":Tabel"),
        TABLE.replace("target: Table", "target: Tabel"),
        TABLE.replace("{ints: [2, 3], below: 5}", "[2, 3]"),
        ROOT_CHECK,
    ]
    rubric = read_rubric(written(tmp_path / "course", *slips))
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "answer.py").write_text(SOLUTION)
    [report] = graded([tmp_path / "team"], rubric, tmp_path / "out", GradingOptions())
    findings = [scored.finding for question in report.grade.questions for scored in question.checks]
    assert [(one.status, one.cause) for one in findings] == [("needs_review", "rubric_fault")] * len(slips)
    assert report.grade.certain == 0
    assert len({one.group for one in findings}) == len(slips)

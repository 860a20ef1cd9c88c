"""Which check notices a mutant, which mutants survive, which are equal, and that results are kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from grader.grading.options import GradingOptions
from grader.rubric.load import read_rubric
from grader.rubric.schema import Rubric
from grader.trying.mutants import Mutant
from grader.trying.run_mutants import Fate, MutantResult, MutantTrial, run_mutants, strength
from tests.small_course import RUBRIC, course

SOLUTION = """\
import torch


def centred(x):
    return x - 1.0 * x.mean(dim=-1, keepdim=True)


def scaled(x, factor=2.0):
    return torch.relu(x) * factor
"""
BLIND = RUBRIC.replace("given: {x: [n], factor: 3.0}", "given: {x: {positive: [n]}}")


def results(rubric: Rubric) -> dict[tuple[str, str], MutantResult]:
    trial = MutantTrial.of(rubric, GradingOptions())
    return {(one.operator, one.diff.splitlines()[1]): one for one in map(trial.result, trial.mutants())}


def test_a_mutant_is_noticed_survives_or_is_equal(tmp_path: Path) -> None:
    found = results(course(tmp_path, BLIND, SOLUTION))
    sign = found["sign", "+    return x + 1.0 * x.mean(dim=-1, keepdim=True)"]
    assert (sign.fate, sign.check) == (Fate.failed, "centred")
    assert sign.message.startswith("centred (n 3, m 4) does not return what the reference returns.")
    without_factor = found["scale_missing", "+    return x - x.mean(dim=-1, keepdim=True)"]
    assert without_factor.fate is Fate.equal
    without_relu = found["activation_dropped", "+    return x * factor"]
    assert (without_relu.fate, without_relu.check) == (Fate.survived, "")  # the rubric draws positive numbers only
    default_ignored = found["default_ignored", "+    return torch.relu(x) * 2.0"]
    assert default_ignored.fate is Fate.survived


def test_the_strength_leaves_out_what_is_equal() -> None:
    one = MutantResult("sign", "A sign is changed", "a.py, line 1", "", Fate.failed)
    every = [one, replace(one, fate=Fate.needs_review), replace(one, fate=Fate.equal), replace(one, fate=Fate.survived)]
    assert strength(every) == (2, 3)


def test_results_are_kept_until_something_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: Counter[str] = Counter()

    def counted(_: MutantTrial, mutant: Mutant) -> MutantResult:
        tried[mutant.operator] += 1
        return MutantResult(mutant.operator, mutant.title, str(mutant.place), mutant.diff, Fate.failed, "centred")

    monkeypatch.setattr(MutantTrial, "result", counted)
    rubric = course(tmp_path, RUBRIC, SOLUTION)
    first = run_mutants(rubric, GradingOptions(), 1)
    assert sum(tried.values()) == len(first) > 5
    assert run_mutants(rubric, GradingOptions(), 1) == first
    assert sum(tried.values()) == len(first)
    run_mutants(rubric, GradingOptions(), 1, fresh=True)
    assert sum(tried.values()) == 2 * len(first)
    (tmp_path / "rubric.yaml").write_text(RUBRIC.replace("n: 3, m: 4", "n: 3, m: 5"))
    run_mutants(read_rubric(tmp_path / "rubric.yaml"), GradingOptions(), 1)
    assert sum(tried.values()) == 3 * len(first)


@pytest.mark.slow
def test_several_processes_give_what_one_gives(tmp_path: Path) -> None:
    rubric = course(tmp_path, RUBRIC, SOLUTION)
    assert run_mutants(rubric, GradingOptions(), 2) == run_mutants(rubric, GradingOptions(), 1, fresh=True)

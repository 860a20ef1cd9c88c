"""Every shipped rubric notices the mutants of its solution and the wrong answers made from it: the gate of CI.

What survives is listed here and explained in `rubrics/README.md`; nothing else may.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.grading.options import GradingOptions
from grader.rubric.load import read_rubric
from grader.trying.run_mutants import Fate, MutantTrial
from grader.trying.wrong_answers import wrong_answers
from tests.helpers import ROOT

RUBRICS = {path.stem: path for path in (ROOT / "rubrics").glob("*.yaml")} | {
    path.parent.name: path for path in (ROOT / "rubrics").glob("*/rubric.yaml")
}
PARTS = 4  # of the mutants of a rubric, so that several processes share them
MUTANTS = {
    "attention": 56, "cnn-rnn": 0, "image-classifier": 48, "language-model": 27, "noise-removal": 54, "numpy-rnn": 56,
    "sequence-modeling": 53,
}  # fmt: skip
SURVIVORS = {("attention", "dropout: float = 0.2")}
WRONG_ANSWERS = {"cnn-rnn": 55, "noise-removal": 20, "sequence-modeling": 11}
SURVIVING_ANSWERS = {("cnn-rnn", "+- Stride 3: (13 - 3)/2 + 1 = 6, it fits: 6x6x64.")}


def test_every_shipped_rubric_is_here() -> None:
    assert RUBRICS.keys() == MUTANTS.keys()


@pytest.fixture(scope="module")
def trials() -> dict[str, MutantTrial]:
    """The trials that were begun, by rubric."""
    return {}


def trial_of(name: str, trials: dict[str, MutantTrial]) -> MutantTrial:
    if name not in trials:
        trials[name] = MutantTrial.of(read_rubric(RUBRICS[name], references=True), GradingOptions())
    return trials[name]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", [name for name, count in MUTANTS.items() if count])
def test_no_mutant_survives(name: str, part: int, trials: dict[str, MutantTrial]) -> None:
    trial = trial_of(name, trials)
    mutants = trial.mutants()
    assert len(mutants) >= 0.9 * MUTANTS[name]
    results = [trial.result(mutant) for mutant in mutants[part::PARTS]]
    survivors = [one for one in results if one.fate is Fate.survived]
    known = [words for rubric, words in SURVIVORS if rubric == name]
    assert [one.diff for one in survivors if not any(words in one.diff for words in known)] == []
    assert sum(one.fate in (Fate.failed, Fate.needs_review) for one in results) >= 0.8 * len(results)


@pytest.mark.parametrize("name", WRONG_ANSWERS)
def test_no_wrong_answer_gets_all_points(name: str) -> None:
    found = wrong_answers(read_rubric(RUBRICS[name], references=True), GradingOptions(), 1)
    assert len(found) >= WRONG_ANSWERS[name]
    survivors = {(name, one.difference.splitlines()[-1]) for one in found if one.survived}
    assert survivors <= SURVIVING_ANSWERS


def test_the_table_of_the_documentation_has_the_figures() -> None:
    rows = [line.split("|") for line in Path(ROOT, "docs/mutants.md").read_text(encoding="utf-8").splitlines()]
    table = {row[1].strip(): row for row in rows if len(row) == 10 and row[1].strip() in RUBRICS}
    assert table.keys() == RUBRICS.keys()
    assert {name: int(row[2]) + int(row[6]) for name, row in table.items()} == MUTANTS
    assert {name: int(row[7]) for name, row in table.items() if int(row[7])} == WRONG_ANSWERS

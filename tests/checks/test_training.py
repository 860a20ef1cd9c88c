"""The kind `training`: each line from what was observed, no points on a submission's own word, failures with proof."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks.base import Check
from grader.model import CellRun, Finding, Outcome, Status
from grader.model.evidence import request_key
from grader.model.verdict import Verdict
from tests.helpers import context, make

RIGHT: dict[str, Any] = {
    "optimizer": "Adam", "settings": {"lr": 0.01}, "cell": "", "steps": 12, "backwards": 12, "stale": 0,
    "rates": [[0.01, 4], [0.0075, 4], [0.0025, 4]], "schedules": [{"name": "CosineAnnealingLR", "settings": {}}],
    "in_training": 12, "evaluated": 0, "modes": True, "still": [], "compared": True,
    "losses": [3.0 - 0.1 * step for step in range(12)],
}  # fmt: skip
WANTED: dict[str, Any] = {"optimizer": ["Adam"], "lr": 0.01, "schedule": "cosine"}
STEPS = {"rates": [[0.01, 4], [0.001, 4], [0.0001, 4]], "schedules": [{"name": "StepLR", "settings": {}}]}


def check_of(**keys: Any) -> Check:
    check = make("training", points=1, **{**WANTED, **keys})
    assert check.mistake_in_keys() == ""
    return check


def verdict(
    *runs: dict[str, Any], findings: dict[str, Finding] | None = None, stopped: bool = False, **keys: Any
) -> Verdict:
    check = check_of(**keys)
    [request] = check.ask(context())
    outcome = Outcome("ok", {"runs": [{**RIGHT, **run} for run in runs], "left_out": 0})
    state = context(
        cells=("train()",),
        runs=[CellRun(1, "error" if stopped else "ok")],
        outcomes={request_key(request): outcome},
        findings=findings,
    )
    return check.judge(state)


@pytest.mark.parametrize(
    ("run", "status", "words"),
    [
        ({}, "needs_review", "All 7 requirements are met."),
        ({"stale": 11}, "failed", "gradients set to zero between steps (found: left over at 11 of 12 steps)"),
        ({"stale": 5}, "needs_review", "left over at 5 of 12 steps"),
        (STEPS, "failed", "the schedule cosine (found: StepLR; rates: 0.01, 0.001, 0.0001)"),
        ({"rates": [[0.01, 12]]}, "needs_review", "1 requirement could not be checked: the schedule cosine"),
        ({"rates": [[0.01, 12]], "schedules": []}, "needs_review", "no scheduler; rates: 0.01"),
        ({"schedules": []}, "needs_review", "All 7 requirements are met."),
        ({"optimizer": "SGD"}, "failed", "the optimizer Adam (found: SGD)"),
        ({"rates": [[0.02, 4], [0.015, 4], [0.005, 4]]}, "failed", "the learning rate 0.01 (found: 0.02)"),
        ({"rates": [[0.01 * (1 + 1e-9), 4], [0.0075, 4], [0.0025, 4]]}, "needs_review", "All 7"),
        ({"in_training": 4}, "failed", "in training mode at 4 of 12 steps"),
        ({"in_training": 4, "modes": False}, "needs_review", "All 6 requirements are met."),
        ({"still": ["0.bias"]}, "needs_review", "all parameters change (found: unchanged: 0.bias)"),
        ({"losses": [1.0, 2.0, 3.0]}, "needs_review", "the loss falls (found: from 1 to 3)"),
        ({"losses": [1.0, float("nan")]}, "needs_review", "the loss falls (found: from 1 to nan)"),
        ({"losses": []}, "needs_review", "could not be checked: the loss falls"),
        ({"compared": False}, "needs_review", "could not be checked: all parameters change"),
    ],
)  # fmt: skip
def test_one_training(run: dict[str, Any], status: str, words: str) -> None:
    found = verdict(run, missing_earns=0.5)
    assert (found.status, words in str(found.message)) == (status, True), str(found.message)


def test_a_lack_needs_review_by_default_and_where_a_cell_stopped() -> None:
    assert verdict({"stale": 11}).status == "needs_review"
    assert verdict({"stale": 11}, stopped=True, missing_earns=0).status == "needs_review"


def test_the_best_of_several_trainings_counts() -> None:
    found = verdict({"stale": 11}, {}, {"optimizer": "SGD"}, missing_earns=0)
    assert str(found.message) == "All 7 requirements are met."
    assert len(found.details[-1].rows) == 3  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("status", "wanted"), [("passed", "passed"), ("failed", "needs_review"), (None, "needs_review")]
)
def test_it_passes_only_with_a_check_that_proves_the_result(status: str | None, wanted: str) -> None:
    before = {} if status is None else {"metric": Finding("metric", "trained", "q", "t", Status(status), "m")}
    assert verdict({}, findings=before, confirmed_by="metric").status == wanted
    assert verdict({"stale": 11}, findings=before, confirmed_by="metric").status == "needs_review"


def test_without_a_training_a_tutor_looks() -> None:
    found = verdict(missing_earns=0, guide="what earns points")
    assert (found.status, found.guide) == ("needs_review", "what earns points")
    assert str(found.message) == "No step of an optimizer was observed."


def test_without_code_there_is_none() -> None:
    check = check_of()
    [request] = check.ask(context())
    found = check.judge(context(outcomes={request_key(request): Outcome("missing")}))
    assert str(found.message) == "No code was run, so no training was observed."


def test_evaluation_mode_is_noted_where_it_is_required() -> None:
    assert "evaluation mode after training steps (found: 0 times)" in str(verdict({}, eval_mode=True).message)
    assert "All 8 requirements" in str(verdict({"evaluated": 1}, eval_mode=True).message)


def test_given_needs_a_target() -> None:
    assert make("training", given={"epochs": 2}).mistake_in_keys() == "'given' needs 'target'"

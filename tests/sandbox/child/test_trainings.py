"""Trainings of a real run: steps, gradients that were left over, rates, modes, and what moved."""

from __future__ import annotations

import pytest

from tests.sandbox.child.conftest import FROZEN, RIGHT, STALE, TWICE, ObservedRun


def test_a_right_training(observed: ObservedRun) -> None:
    run = observed.training_of(RIGHT)
    assert (run["optimizer"], run["steps"], run["backwards"], run["stale"], run["still"]) == ("Adam", 12, 12, 0, [])
    assert run["rates"] == [[0.01, 4], [pytest.approx(0.0075), 4], [pytest.approx(0.0025), 4]]
    assert [one["name"] for one in run["schedules"]] == ["CosineAnnealingLR"]  # type: ignore[attr-defined]
    assert len(run["losses"]) == 12  # type: ignore[arg-type]


def test_gradients_that_are_never_set_to_zero_are_left_over_at_each_step_but_the_first(observed: ObservedRun) -> None:
    assert observed.training_of(STALE)["stale"] == 11


def test_gradients_of_several_backward_passes_for_one_step_are_not_left_over(observed: ObservedRun) -> None:
    run = observed.training_of(TWICE)
    assert (run["steps"], run["backwards"], run["stale"]) == (6, 12, 0)


def test_a_parameter_that_stands_still_is_named(observed: ObservedRun) -> None:
    assert observed.training_of(FROZEN)["still"] == ["0.bias"]


def test_modes_are_noted(observed: ObservedRun) -> None:
    run = observed.training_of(RIGHT)
    assert (run["modes"], run["in_training"], run["evaluated"]) == (True, 4, 3)


def test_an_optimizer_without_a_step_is_no_training(observed: ObservedRun) -> None:
    assert {run["optimizer"] for run in observed.training.value["runs"]} == {"Adam"}
    assert len(observed.training.value["runs"]) == 4


def test_a_function_that_is_called_gives_its_own_training_only(observed: ObservedRun) -> None:
    [run] = observed.called.value["runs"]
    assert (run["steps"], run["cell"]) == (8, "")

"""A model trained on hidden data: how much noise it removes, without a sandbox."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.model import Outcome, Status
from grader.model.evidence import request_key
from grader.model.verdict import Verdict
from tests.helpers import context, make

NOISE: dict[str, Any] = {
    "target": "Model",
    "training": {"epochs": 10, "curves": 20, "held_back": 12},
    "full_at": 50,
    "none_at": 20,
}


def trained(share: float, trained: bool = True, spoil: float | None = None) -> Any:
    """The verdict on a model that removes `share` of the noise; the clean curves are taken from the check itself."""
    check = make("noise_removed", **NOISE)
    data = check._data(42)  # type: ignore[attr-defined]
    output = share * data.hidden_clean + (1 - share) * data.hidden_noisy
    if spoil is not None:
        output[3, 3] = spoil
    state = context()
    outcomes: dict[str, Outcome] = {}
    while asked := check.ask(state):
        for request in asked:
            assert not any(np.array_equal(array, data.hidden_clean) for array in request.arrays.values())
            arrays = {"probe": output[..., None], "losses": np.array([1.0, 0.5])}
            outcomes[request_key(request)] = Outcome("ok", {"trained": [["w", trained]]}, arrays)
        state = context(outcomes=outcomes)
    return check.judge(state), len(outcomes)


@pytest.mark.parametrize(
    ("share", "status", "credit"),
    [(0.9, "passed", 1), (0.5001, "passed", 1), (0.35, "failed", 0.49), (0.1, "failed", 0), (-7, "failed", 0)],
)
def test_noise_removed(share: float, status: str, credit: float) -> None:
    verdict, _ = trained(share)
    assert verdict.status == status
    assert float(verdict.credit) == pytest.approx(credit, abs=0.011)


def test_training_stops_once_the_verdict_cannot_change() -> None:
    assert trained(0.9)[1] == 5
    assert trained(0.3)[1] == 10


def test_nan_and_unused_weights_do_not_pass() -> None:
    assert trained(0.9, spoil=float("nan"))[0].status == "failed"
    assert str(trained(0.9, trained=False)[0].message) == "Training does not change these weights: w."


def test_a_reply_of_another_shape_does_not_pass() -> None:
    check = make("noise_removed", **NOISE)
    (request,) = check.ask(context())
    reply = Outcome("ok", {"trained": []}, {"probe": np.zeros((3, 3)), "losses": np.zeros(1)})
    state = context(outcomes={request_key(request): reply})
    assert check.judge(state).status == Status.failed


def judged_at(full_at: float) -> tuple[Verdict, tuple[float, float, float]]:
    """The verdict on one noisy model with a threshold, and what was measured: the value and its interval."""
    check: Any = make("noise_removed", **{**NOISE, "full_at": full_at})
    data = check._data(42)
    share = np.where(np.arange(len(data.hidden_clean)) % 2, 0.6, 0.3)[:, None]
    output = share * data.hidden_clean + (1 - share) * data.hidden_noisy
    reply = Outcome("ok", {"trained": [["w", True]]}, {"probe": output[..., None], "losses": np.array([1.0])})
    state, outcomes = context(), dict[str, Outcome]()
    while asked := check.ask(state):
        outcomes |= {request_key(request): reply for request in asked}
        state = context(outcomes=outcomes)
    return check.judge(state), check._measure(state, reply)


def test_a_threshold_within_the_measured_noise_is_reached_and_one_above_is_not() -> None:
    _, (value, low, high) = judged_at(50)
    assert low < value < high
    at, upper, above = (judged_at(full_at)[0] for full_at in (value, high, float(np.nextafter(high, 100))))
    assert (at.status, upper.status, above.status) == ("passed", "passed", "failed")
    assert "The threshold is within the measure" not in str(at.message)
    assert "The threshold is within the measure" in str(upper.message)

"""A claimed percentage beside the results of the reference: in doubt it needs review, and it never fails."""

from __future__ import annotations

import math

import pytest

from grader.reading.claims import Claim
from grader.reading.judge_claims import UNTRAINED_MARGIN, ClaimVerdict, JudgedClaim, first_doubt, judge_claim
from reference.distribution import Distribution, name_of

TRAINED = Distribution((54.0, 55.0, 56.0))
INITIAL = {"hidden_size": 40.0, "shift": 10.0, "epochs": 100.0, "batch_size": 10.0, "learning_rate": 0.01}
OTHERS = {
    name_of(40, 10, 50, 10, 0.01): Distribution((40.0, 41.0, 42.0)),
    name_of(60, 10, 100, 10, 0.01): Distribution((58.0, 59.0, 60.0)),
}


def judged(percent: float, trained: bool = True) -> JudgedClaim:
    known = {**OTHERS, name_of(80, 10, 100, 10, 0.01): TRAINED} if trained else OTHERS
    return judge_claim(Claim("hidden size 80", {"hidden_size": 80}, percent), INITIAL, known)


@pytest.mark.parametrize(
    ("percent", "verdict", "words"),
    [
        (55.0, "consistent", ""),
        (54.0, "consistent", ""),
        (57.8, "unusual", "57.8 % is unusual; the reference solution gave 54.0 to 56.0 in 3 runs"),
        (52.1, "unusual", "52.1 % is unusual; the reference solution gave 54.0 to 56.0 in 3 runs"),
        (75.0, "not possible", "75 % is higher than in any of our runs: 54.0 to 56.0 in 3 runs"),
        (-3.0, "not possible", "-3 % is lower than in any of our runs: 54.0 to 56.0 in 3 runs"),
    ],
)
def test_a_claim_for_a_configuration_that_was_trained(percent: float, verdict: str, words: str) -> None:
    found = judged(percent)
    assert (found.verdict.value, bool(found.doubt), found.values) == (verdict, bool(words), TRAINED.values)
    assert words in str(found.doubt)
    assert str(found.doubt).startswith("hidden size 80: ") == bool(words)


@pytest.mark.parametrize(
    ("percent", "tail"),
    [
        (75.0, "less than 0.01 % of runs would give more"),
        (-3.0, "less than 0.01 % of runs would give less"),
        (57.8, "0.77 % of runs would give more"),
        (52.2, "0.77 % of runs would give less"),
    ],
)
def test_the_share_of_runs_beyond_a_claim_is_shown(percent: float, tail: str) -> None:
    assert str(judged(percent).measured).endswith(f"in 3 runs; {tail}")


@pytest.mark.parametrize(
    ("percent", "verdict"),
    [
        (50.0, ClaimVerdict.not_measured),
        (40.0 - UNTRAINED_MARGIN, ClaimVerdict.not_measured),
        (60.0 + UNTRAINED_MARGIN, ClaimVerdict.not_measured),
        (40.0 - UNTRAINED_MARGIN - 0.01, ClaimVerdict.unusual),
        (60.0 + UNTRAINED_MARGIN + 0.01, ClaimVerdict.unusual),
        (math.nan, ClaimVerdict.unusual),
        (math.inf, ClaimVerdict.unusual),
    ],
)
def test_a_claim_for_a_configuration_that_was_not_trained(percent: float, verdict: ClaimVerdict) -> None:
    found = judged(percent, trained=False)
    assert (found.verdict, found.values) == (verdict, ())
    shown = f"hidden size 80: nothing near this configuration was measured, so {percent:g} % cannot be compared."
    assert (str(found.doubt) == shown) == (verdict is ClaimVerdict.not_measured)
    assert found.doubt
    assert "40.0 to 60.0 for other configurations" in str(found.measured)


def test_the_first_impossible_claim_is_the_doubt_and_then_the_first_unusual_one() -> None:
    fine, unusual, impossible = judged(55.0), judged(57.8), judged(75.0)
    assert first_doubt([fine, unusual, impossible, judged(80.0)]) == impossible.doubt
    assert first_doubt([fine, unusual, judged(52.1)]) == unusual.doubt
    unknown = judged(50.0, trained=False)
    assert first_doubt([fine, unknown]) == unknown.doubt
    assert first_doubt([unknown, unusual]) == unusual.doubt
    assert not first_doubt([fine])
    assert not first_doubt([])

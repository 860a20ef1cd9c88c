"""Compare the percentage that a team claims for a configuration with the results of the reference solution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from grader.model.message import NOTHING, Message, Text, say
from grader.reading.claims import Claim
from grader.reading.configurations import Configuration, changes_in
from grader.reading.near_configurations import near

if TYPE_CHECKING:
    from reference.distribution import Distribution

UNTRAINED_MARGIN = 6.0  # points outside all results of the reference, for a configuration that was not trained


class ClaimVerdict(StrEnum):
    """The result of comparing one claim with the reference; the values are those of `Distribution.verdict`."""

    consistent = "consistent"
    unusual = "unusual"
    impossible = "not possible"
    not_measured = "not measured"


SHOWN = {
    ClaimVerdict.consistent: say("consistent"),
    ClaimVerdict.unusual: say("unusual"),
    ClaimVerdict.impossible: say("not possible"),
    ClaimVerdict.not_measured: say("not measured"),
}


@dataclass(frozen=True)
class JudgedClaim:
    """A claim, its verdict, the results of the reference in words and as numbers, and a doubt about the claim."""

    claim: Claim
    verdict: ClaimVerdict
    measured: Message
    doubt: Message = NOTHING
    values: tuple[float, ...] = ()


def judge_claim(claim: Claim, initial: Configuration, known: Mapping[str, Distribution]) -> JudgedClaim:
    """Compare a claim with the reference's results for its configuration, or for the ones next to it.

    `initial` is the configuration that the claim changes.
    """
    found = near({**initial, **claim.configuration}, known)
    if found is None:
        return _not_trained(claim, known)
    distribution = found.distribution
    verdict = ClaimVerdict(distribution.verdict(claim.percent))
    low, high = min(distribution.values), max(distribution.values)
    measured = say(
        "{low} to {high} in {runs} runs", low=f"{low:.1f}", high=f"{high:.1f}", runs=len(distribution.values)
    )
    if found.between:
        below, above = map(changes_in, found.between)
        measured = say("{measured} with {below} and with {above}", measured=measured, below=below, above=above)
    if verdict is ClaimVerdict.consistent:
        return JudgedClaim(claim, verdict, measured, values=distribution.values)
    measured = _with_tail(measured, distribution.quantile(claim.percent))
    values = {"row": claim.words, "percent": f"{claim.percent:g}", "measured": measured}
    if verdict is ClaimVerdict.unusual:
        doubt = say("{row}: {percent} % is unusual; the reference solution gave {measured}.", **values)
    elif claim.percent > high:
        doubt = say("{row}: {percent} % is higher than in any of our runs: {measured}.", **values)
    else:
        doubt = say("{row}: {percent} % is lower than in any of our runs: {measured}.", **values)
    return JudgedClaim(claim, verdict, measured, doubt, distribution.values)


def first_doubt(judged: Sequence[JudgedClaim]) -> Message:
    """Return the first doubt, impossible claims first. Statistics never cost points: the claim needs review."""
    for verdict in (ClaimVerdict.impossible, ClaimVerdict.unusual, ClaimVerdict.not_measured):
        for one in judged:
            if one.verdict is verdict:
                return one.doubt
    return NOTHING


def _not_trained(claim: Claim, known: Mapping[str, Distribution]) -> JudgedClaim:
    """Compare a claim with all other results, as none are near: they can make it unusual, and never plausible."""
    from reference.distribution import pool  # the wheel for students has no reference

    every = pool(known)
    low, high = min(every), max(every)
    shown = {"low": f"{low:.1f}", "high": f"{high:.1f}"}
    row = {"row": claim.words, "percent": f"{claim.percent:g}"}
    measured = say("not measured; {low} to {high} for other configurations", **shown)
    if low - UNTRAINED_MARGIN <= claim.percent <= high + UNTRAINED_MARGIN:
        unknown = say("{row}: nothing near this configuration was measured, so {percent} % cannot be compared.", **row)
        return JudgedClaim(claim, ClaimVerdict.not_measured, measured, unknown)
    doubt = say(
        "{row}: {percent} % is unusual; the reference solution gave {low} to {high} for other configurations.",
        **row,
        **shown,
    )
    return JudgedClaim(claim, ClaimVerdict.unusual, measured, doubt)


def _with_tail(measured: Message, quantile: float) -> Message:
    """Return the results with the share of further runs that would be expected beyond a claim."""
    beyond = 100 * min(quantile, 1 - quantile)
    share: Text = f"{beyond:.2g} %" if beyond >= 0.01 else say("less than 0.01 %")
    if quantile < 0.5:
        return say("{measured}; {share} of runs would give less", measured=measured, share=share)
    return say("{measured}; {share} of runs would give more", measured=measured, share=share)

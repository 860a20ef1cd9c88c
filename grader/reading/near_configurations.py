"""The measured configurations with which an unmeasured one can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.reading.configurations import Configuration

if TYPE_CHECKING:
    from reference.distribution import Distribution

MAX_EPOCHS_APART = 2  # a loop that counts to the last epoch trains one more; the result is the same
MAX_SHARE_APART = 0.1  # of the measured epochs: one epoch is not nearly three


@dataclass(frozen=True)
class Near:
    """Results of the reference to compare with; `between` are the two configurations of which it is in the middle."""

    distribution: Distribution
    between: tuple[Configuration, ...] = ()


def near(wanted: Configuration, known: Mapping[str, Distribution]) -> Near | None:
    """Return the results for a configuration, for the same one with a few epochs more, or for those on both sides.

    `wanted` has a value for every parameter. None if the nearest measured configurations say nothing about it: one
    that changes several parameters at once, or lies beyond all that was measured.
    """
    from reference.distribution import Distribution, configuration_of

    measured = [(configuration_of(name), results) for name, results in known.items()]
    same = [(abs(other["epochs"] - wanted["epochs"]), results) for other, results in measured if _same(wanted, other)]
    if same:
        return Near(min(same, key=lambda one: one[0])[1])
    for name in measured[0][0] if measured else ():
        line = [(other[name], other, results) for other, results in measured if _same(wanted, other, but=name)]
        below = max((one for one in line if one[0] < wanted[name]), key=lambda one: one[0], default=None)
        above = min((one for one in line if one[0] > wanted[name]), key=lambda one: one[0], default=None)
        if below is not None and above is not None:
            return Near(Distribution((*below[2].values, *above[2].values)), ({name: below[0]}, {name: above[0]}))
    return None


def _same(one: Configuration, other: Configuration, but: str = "") -> bool:
    return all(name == but or _equal(name, one[name], other[name]) for name in other)


def _equal(name: str, wanted: float, measured: float) -> bool:
    if name != "epochs":
        return wanted == measured
    return abs(wanted - measured) <= min(MAX_EPOCHS_APART, MAX_SHARE_APART * measured)


def unmeasured(wanted: Sequence[Configuration], known: Mapping[str, Distribution]) -> list[Configuration]:
    """Return the configurations without results of their own, each once, in order."""
    found: list[Configuration] = []
    for configuration in wanted:
        results = near(configuration, known)
        if (results is None or results.between) and configuration not in found:
            found.append(configuration)
    return found

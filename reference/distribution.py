"""The distribution of the noise removed by the reference under one configuration, for claims and thresholds."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

UNUSUAL = 0.01  # quantile on either side beyond which a claim needs review
IMPOSSIBLE = 0.0005  # beyond this, and some points beyond the result of any seed, a claim is not possible
BEYOND = 2.0  # these points
MIN_SPREAD = 0.3  # points: a figure changes by as much with the number of threads and the kernel


@dataclass(frozen=True)
class Distribution:
    """Percentages of one configuration, one for each seed; at least three."""

    values: tuple[float, ...]

    @property
    def _normal(self) -> statistics.NormalDist:
        """Return the predicted distribution of a further seed: normal, wider by the uncertainty of the mean."""
        spread = max(MIN_SPREAD, statistics.stdev(self.values))
        return statistics.NormalDist(statistics.fmean(self.values), spread * (1 + 1 / len(self.values)) ** 0.5)

    def quantile(self, value: float) -> float:
        """Return the share of seeds that would give less than `value`, from 0 to 1."""
        return self._normal.cdf(value)

    def percentile(self, per_cent: float) -> float:
        """Return the value below which `per_cent` of the seeds fall."""
        return self._normal.inv_cdf(per_cent / 100)

    def verdict(self, value: float) -> str:
        """Return `consistent`, `unusual`, or `not possible` for this configuration."""
        quantile = self.quantile(value)
        tail = min(quantile, 1 - quantile)
        outside = value < min(self.values) - BEYOND or value > max(self.values) + BEYOND
        if outside and tail < IMPOSSIBLE:
            return "not possible"
        return "unusual" if tail < UNUSUAL else "consistent"


def name_of(hidden: float, shift: float, epochs: float, batch: float, learning_rate: float) -> str:
    """Name a configuration: `hidden 40, shift 10, epochs 100, batch 10, lr 0.01`."""
    return f"hidden {hidden:g}, shift {shift:g}, epochs {epochs:g}, batch {batch:g}, lr {learning_rate:g}"


def configuration_of(name: str) -> dict[str, float]:
    """Return the configuration that `name_of` has named, by parameter."""
    values = (float(part.rpartition(" ")[2]) for part in name.split(","))
    return dict(zip(("hidden_size", "shift", "epochs", "batch_size", "learning_rate"), values, strict=True))


Distributions = Mapping[str, Distribution]


def distributions(found: Mapping[str, Mapping[str, float]]) -> dict[str, Distribution]:
    """Return a distribution for each configuration with enough seeds."""
    return {name: Distribution(_ordered(values)) for name, values in found.items() if len(values) >= 3}


def _ordered(values: Mapping[str, float]) -> tuple[float, ...]:
    return tuple(values[seed] for seed in sorted(values, key=int))


def read(path: Path) -> dict[str, dict[str, float]]:
    """Return percentages by configuration and seed; nothing if there is no file yet.

    Raises:
        ValueError: the file has other content.
    """
    if not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(kept, dict) or not isinstance(kept.get("percent_removed"), dict):
        raise ValueError("it holds no percent_removed")
    return {str(name): dict(values) for name, values in kept["percent_removed"].items()}


@cache
def shipped(name: str) -> Distributions:
    """Return the content of `reference/calibration/NAME.json`.

    Raises:
        OSError: there is no such file.
        ValueError: the file has other content.
    """
    path = Path(str(files("reference").joinpath("calibration", f"{name}.json")))
    if not path.exists():
        raise FileNotFoundError(f"no calibration named {name}")
    return distributions(read(path))


def joined(*several: Distributions) -> Distributions:
    """Return the configurations of both; of a duplicate, the one with more seeds."""
    found: dict[str, Distribution] = {}
    for known in several:
        for name, one in known.items():
            if name not in found or len(one.values) > len(found[name].values):
                found[name] = one
    return found


def pool(known: Distributions, names: Sequence[str] = ()) -> tuple[float, ...]:
    """Return all values of some configurations, or of all."""
    return tuple(value for name in (names or known) for value in known[name].values)

"""Reference trainings kept in the results database."""

from __future__ import annotations

from collections.abc import Mapping

MIN_SEEDS = 3


def enough(trainings: Mapping[str, Mapping[str, float]]) -> dict[str, tuple[float, ...]]:
    """The configurations with enough seeds for a distribution, their values in the order of the seeds."""
    return {
        name: tuple(values[seed] for seed in sorted(values, key=int))
        for name, values in trainings.items()
        if len(values) >= MIN_SEEDS
    }

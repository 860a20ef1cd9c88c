"""The table of trainings: the results of the reference under the configurations that teams have claimed."""

from __future__ import annotations

from collections.abc import Mapping

from grader.results.connection import Connection

MIN_SEEDS = 3


class TrainingsTable:
    """Trainings of the reference, by configuration and seed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, configuration: str, seed: int, percent: float, made_with: str) -> None:
        """Write the per cent of noise that the reference removed under a configuration with one seed."""
        statement = "INSERT OR REPLACE INTO trainings (configuration, seed, percent, made_with) VALUES (?,?,?,?)"
        self._connection.execute(statement, (configuration, seed, percent, made_with))

    def percentages(self) -> dict[str, dict[str, float]]:
        """Return percentages by configuration and seed."""
        found: dict[str, dict[str, float]] = {}
        for name, seed, percent in self._connection.rows("SELECT configuration, seed, percent FROM trainings"):
            found.setdefault(name, {})[str(seed)] = percent
        return found


def enough(trainings: Mapping[str, Mapping[str, float]]) -> dict[str, tuple[float, ...]]:
    """Return the configurations with enough seeds for a distribution, their values in the order of the seeds."""
    return {
        name: tuple(values[seed] for seed in sorted(values, key=int))
        for name, values in trainings.items()
        if len(values) >= MIN_SEEDS
    }

"""A small cache for results that are needed often, with few different arguments."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class RecentResults(Generic[V]):
    """A dictionary that computes missing values and keeps the `most` that were used last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, V] = {}

    def __getstate__(self) -> dict[str, object]:
        """Return the state without the values: another process starts with an empty cache."""
        return {"_most": self._most, "_values": {}}

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """Return the value of `key`, computed if it is not there."""
        value = self._values.pop(key) if key in self._values else make()
        self._values[key] = value
        if len(self._values) > self._most:
            del self._values[next(iter(self._values))]
        return value

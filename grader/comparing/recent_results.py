"""The last results of something that is wanted again and again with few different arguments."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class RecentResults(Generic[V]):
    """A dictionary that makes what it lacks and holds the `most` that were used last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, V] = {}

    def __getstate__(self) -> dict[str, object]:
        """Another process begins with nothing."""
        return {"_most": self._most, "_values": {}}

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """Return the value of `key`, made where it is not there."""
        value = self._values.pop(key) if key in self._values else make()
        self._values[key] = value
        if len(self._values) > self._most:
            del self._values[next(iter(self._values))]
        return value

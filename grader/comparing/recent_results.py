"""Small caches for results that are needed often: by their arguments, or by the replies on which they rest."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from grader.model import Outcome, Request

Replies = Callable[[Request], Outcome | None]  # the reply to a request; None if there is none yet
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


class ByReplies(Generic[V]):
    """Keeps the `most` results that were found last, each with the replies that were read to find it.

    A result counts for other replies if all that were read are the same, those that were missing included.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: list[tuple[list[tuple[Request, bytes]], V]] = []

    def get(self, replies: Replies, find: Callable[[Replies], V]) -> V:
        """Return a result that rests on the same replies, or else what `find` returns."""
        for read, value in reversed(self._known):
            if all(_digest(replies(request)) == digest for request, digest in read):
                return value
        reading: list[tuple[Request, bytes]] = []

        def noted(request: Request) -> Outcome | None:
            outcome = replies(request)
            reading.append((request, _digest(outcome)))
            return outcome

        value = find(noted)
        self._known = [*self._known, (reading, value)][-self._most :]
        return value


def _digest(outcome: Outcome | None) -> bytes:
    return outcome.digest if outcome is not None else b""

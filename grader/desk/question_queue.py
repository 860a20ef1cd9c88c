"""The queue of a question: its unresolved submissions, their order, and the time that they will take."""

from __future__ import annotations

import hashlib
import statistics
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from grader.model.message import Text

MAX_PAUSE_SECONDS = 600  # between two overrides; a longer pause is a break
MIN_PAUSES = 3  # below which the pace is unknown


@dataclass(frozen=True)
class QuestionQueue:
    """One question: its unresolved submissions, those that a tutor graded, and the minutes that are left."""

    id: str
    title: Text
    open: int
    by_hand: int
    minutes: float | None


def fair_order(names: Iterable[str], question: str) -> list[str]:
    """Return submissions in an order that depends neither on names nor on teams, and differs between questions."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{question}\n{name}".encode()).digest())


def in_order(order: Sequence[str], needed: set[str]) -> list[str]:
    """Return the `needed` submissions in an order of all; those that came after it was made are the last."""
    return [*(name for name in order if name in needed), *sorted(needed.difference(order))]


@dataclass(frozen=True)
class Candidates:
    """The unresolved submissions of a question, with the sessions that claim some and the tutors who have some."""

    unresolved: Collection[str]
    claims: Mapping[str, str]
    assigned: Mapping[str, str]

    def next(self, order: Sequence[str], after: str, by: str, tutor: str) -> str | None:
        """Return the next one for a session of a tutor: neither claimed by another session nor another tutor's."""
        begin = order.index(after) + 1 if after in order else 0
        for name in [*order[begin:], *order[:begin]]:
            if name in self.unresolved and self.claims.get(name, by) == by and self.assigned.get(name, tutor) == tutor:
                return name
        return None


def seconds_per_override(times: Sequence[str]) -> float | None:
    """Return the usual seconds from one override to the next, or None if there are too few; the latest is first."""
    moments = [datetime.fromisoformat(text) for text in times]
    pauses = [(later - earlier).total_seconds() for later, earlier in pairwise(moments)]
    working = [pause for pause in pauses if 0 < pause < MAX_PAUSE_SECONDS]
    return statistics.median(working) if len(working) >= MIN_PAUSES else None

"""How far an assistant agrees with the tutors, beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

MIN_ANSWERS = 20  # graded answers below which agreement is not known
MIN_KAPPA = 0.6  # below, suggestions are hidden; "substantial agreement" begins here (Landis and Koch, 1977)


def cohens_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Return Cohen's kappa of two raters, or None if chance explains everything: no pairs, or one value only."""
    if not pairs:
        return None
    same = sum(one == other for one, other in pairs) / len(pairs)
    ours, theirs = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(count * theirs[value] for value, count in ours.items()) / len(pairs) ** 2
    return None if by_chance == 1 else (same - by_chance) / (1 - by_chance)


@dataclass(frozen=True)
class Agreement:
    """The agreement in one question: the answers that were measured, those without a usable reply, and kappa."""

    answers: int
    useless: int
    kappa: float | None

    @property
    def is_enough(self) -> bool:
        """Return whether suggestions may be shown."""
        return self.answers >= MIN_ANSWERS and self.kappa is not None and self.kappa >= MIN_KAPPA

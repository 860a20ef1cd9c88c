"""Who looks at what: tutors whose browsers have a submission open now."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

SECONDS = 15  # a page says every few seconds that it is open; a tutor whose page is silent for longer has left


class Presence:
    """The pages that are open; nothing of it is stored."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: dict[str, tuple[str, str, str, float]] = {}  # by session: tutor, question, submission, time
        self._lock = threading.Lock()

    def look(self, session: str, tutor: str, question: str, name: str) -> None:
        """Note that a tutor has a submission open in one browser."""
        with self._lock:
            self._open[session] = (tutor, question, name, self._clock())

    def others(self, session: str, question: str, name: str) -> list[str]:
        """Return the tutors who have a submission open in other browsers, sorted."""
        return sorted({tutor for one, tutor, *where in self._here() if one != session and where == [question, name]})

    def by_question(self) -> dict[str, list[str]]:
        """Return the tutors at each question, sorted."""
        found: dict[str, set[str]] = {}
        for _, tutor, question, _ in self._here():
            found.setdefault(question, set()).add(tutor)
        return {question: sorted(tutors) for question, tutors in found.items()}

    def _here(self) -> list[tuple[str, str, str, str]]:
        with self._lock:
            least = self._clock() - SECONDS
            self._open = {one: value for one, value in self._open.items() if value[3] >= least}
            return [(one, tutor, question, name) for one, (tutor, question, name, _) in self._open.items()]

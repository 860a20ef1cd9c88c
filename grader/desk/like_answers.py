"""The written answers of an output folder, compared question by question: who comes next, and who is alike.

The content of a submission never changes (its name has a hash of it), so words and likeness are computed once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path

from grader.desk.question_queue import fair_order
from grader.errors import GraderError
from grader.results.output_folder import report_of
from grader.similarity.likeness import Likeness

log = logging.getLogger(__name__)

MAX_DIFFERENT = 24  # words of a difference that are shown


@dataclass(frozen=True)
class ComparedAnswers:
    """The answers to one question: `names` are the submissions, in the order of the answers in `likeness`."""

    names: tuple[str, ...]
    likeness: Likeness

    def difference(self, name: str, first: str) -> tuple[str, str]:
        """Return the words that the answer of a submission adds to that of the `first` one, and those that it lacks.

        Both are empty only for equal answers; of what comes after the letters that are compared, a sign is shown.
        """
        one, other = self.names.index(name), self.names.index(first)
        found = different_words(self.likeness.texts[one].split(), self.likeness.texts[other].split())
        if not any(found) and self.likeness.rests[one] != self.likeness.rests[other]:
            return "…", "…"
        return found

    def groups(self) -> list[list[str]]:
        """Return the submissions in groups whose answers are near-duplicates."""
        return [[self.names[number] for number in group] for group in self.likeness.groups()]

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """Return each two submissions whose answers are near-duplicates."""
        return [(self.names[one], self.names[other]) for one, other in self.likeness.pairs()]

    def closest(self, name: str, among: Iterable[str], at_least: float) -> tuple[str, float] | None:
        """Return the most similar submission among others and its similarity, or None if none reaches `at_least`."""
        numbers = [self.names.index(other) for other in among if other in self.names]
        if name not in self.names:
            return None
        found = self.likeness.closest(self.names.index(name), numbers, at_least)
        return None if found is None else (self.names[found[0]], found[1])


class LikeAnswers:
    """The answers of one output folder; what was read and compared is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts: dict[str, dict[str, str]] = {}
        self._compared: dict[tuple[str, tuple[str, ...]], ComparedAnswers] = {}
        self._orders: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        self._lock = threading.Lock()

    def of(self, question: str, names: Iterable[str]) -> ComparedAnswers:
        """Return the compared answers of submissions to a question; a report that cannot be read has no words."""
        fair = tuple(fair_order(names, question))
        with self._lock:
            return self._of(question, fair)

    def _of(self, question: str, fair: tuple[str, ...]) -> ComparedAnswers:
        key = (question, fair)
        if key not in self._compared:
            for name in fair:
                if name not in self._texts:
                    self._texts[name] = self._read(name)
            self._compared[key] = ComparedAnswers(fair, Likeness([self._texts[n].get(question, "") for n in fair]))
        return self._compared[key]

    def _read(self, name: str) -> dict[str, str]:
        try:
            answers = report_of(self._folder, name).answers
        except GraderError as error:  # its own page says so, and publishing refuses
            log.warning("the answers of %s are not compared: %s", name, error)
            return {}
        return {asked: answer.text for asked, answer in answers.items()}

    def order(self, question: str, names: Iterable[str]) -> list[str]:
        """Return submissions in an order in which like answers follow each other, whatever the names of their teams."""
        fair = tuple(fair_order(names, question))
        with self._lock:
            if (question, fair) not in self._orders:
                compared = self._of(question, fair)
                self._orders[(question, fair)] = [fair[number] for number in compared.likeness.order()]
            return self._orders[(question, fair)]


def different_words(words: Sequence[str], first: Sequence[str]) -> tuple[str, str]:
    """Return the words that an answer adds to the first one and those that it lacks; a moved word is different, too."""
    if words == first:
        return "", ""
    steps = [step for step in SequenceMatcher(None, first, words, autojunk=False).get_opcodes() if step[0] != "equal"]
    more = [word for _, _, _, begin, end in steps for word in words[begin:end]]
    less = [word for _, begin, end, _, _ in steps for word in first[begin:end]]
    return _shown(more), _shown(less)


def _shown(words: Sequence[str]) -> str:
    return " ".join(words[:MAX_DIFFERENT]) + (" …" if len(words) > MAX_DIFFERENT else "")

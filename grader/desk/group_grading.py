"""Groups of nearly the same answers, which are graded together; the differences are shown beside each answer.

The content of a submission never changes (its name has a hash of it), so words and similarity are computed once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from grader.desk.manual_grading import GradingDesk
from grader.errors import GraderError
from grader.results.output_folder import report_of
from grader.similarity.answer_groups import MAX_LETTERS, NEAR

log = logging.getLogger(__name__)

MAX_DIFFERENT = 24  # words of a difference that are shown


@dataclass(frozen=True)
class Member:
    """A submission of a group with the words that it has in addition to the first one, and those that it lacks."""

    name: str
    team: str
    more: str
    less: str

    @property
    def same(self) -> bool:
        """Return whether the answer is the same, word for word."""
        return not self.more and not self.less


@dataclass(frozen=True)
class Alike:
    """A group of answers; all are compared with that of its first submission."""

    question: str
    members: tuple[Member, ...]

    @property
    def first(self) -> Member:
        """Return the submission that is shown."""
        return self.members[0]


class Groups:
    """The groups of one output folder."""

    def __init__(self, desk: GradingDesk) -> None:
        self.desk = desk
        self._texts: dict[str, dict[str, str]] = {}
        self._near: dict[tuple[str, tuple[str, ...]], list[list[str]]] = {}
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Read and compare all answers, so that no page takes this time later."""
        try:
            for question in self.desk.questions():
                self.of(question.id)
        except GraderError as error:  # the page of groups shows it
            log.warning("groups were not prepared: %s", error)

    def of(self, question: str) -> list[Alike]:
        """Return the groups of two or more submissions that are unresolved in a question, the largest first.

        Raises:
            GraderError: a report cannot be read.
        """
        needs_review = self.desk.open_in(question)
        teams = self.desk.teams()
        groups = [[name for name in group if name in needs_review] for group in self._clusters(question, tuple(teams))]
        found = [Alike(question, self._members(question, group, teams)) for group in groups if len(group) > 1]
        return sorted(found, key=lambda group: (-len(group.members), group.first.name))

    def group(self, question: str, first: str) -> Alike | None:
        """Return the group whose first submission this is, or None if there is no such group any more."""
        return next((one for one in self.of(question) if one.first.name == first), None)

    def _members(self, question: str, names: Sequence[str], teams: dict[str, str]) -> tuple[Member, ...]:
        words = {name: self._texts[name].get(question, "").split() for name in names}
        first = words[names[0]]
        return tuple(Member(name, teams[name], *_different(words[name], first)) for name in names)

    def _clusters(self, question: str, names: tuple[str, ...]) -> list[list[str]]:
        """Return the answers to a question in groups, each answer compared with the first one of its group."""
        with self._lock:
            if (question, names) in self._near:
                return self._near[(question, names)]
            for name in names:
                if name not in self._texts:
                    answers = report_of(self.desk.folder, name).answers
                    self._texts[name] = {key: answer.text for key, answer in answers.items()}
            from rapidfuzz import fuzz

            left = {name: " ".join(self._texts[name].get(question, "").casefold().split()) for name in names}
            left = {name: text[:MAX_LETTERS] for name, text in left.items() if text}
            found: list[list[str]] = []
            while left:
                first = next(iter(left))
                group = [n for n, text in left.items() if fuzz.ratio(left[first], text, score_cutoff=NEAR) >= NEAR]
                found.append([first, *(name for name in group if name != first)])
                for name in found[-1]:
                    del left[name]
            self._near[(question, names)] = found
            return found


def _different(words: Sequence[str], first: Sequence[str]) -> tuple[str, str]:
    """Return the words that an answer adds to the first one and those that it lacks; a moved word is different, too."""
    if words == first:
        return "", ""
    steps = [step for step in SequenceMatcher(None, first, words, autojunk=False).get_opcodes() if step[0] != "equal"]
    more = [word for _, _, _, begin, end in steps for word in words[begin:end]]
    less = [word for _, begin, end, _, _ in steps for word in first[begin:end]]
    return _shown(more), _shown(less)


def _shown(words: Sequence[str]) -> str:
    return " ".join(words[:MAX_DIFFERENT]) + (" …" if len(words) > MAX_DIFFERENT else "")

"""How alike the answers to one question are, by the letters they share; what words mean is not known here.

An answer is counted as its runs of two to five characters, each weighted by how rare it is among the answers (TF-IDF),
and two answers are compared by the cosine of these counts. `docs/likeness.md` has what was measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

NEAR = 0.8  # the cosine from which two answers are near-duplicates, if the guard finds no difference
MAX_LETTERS = 4000  # of an answer that are compared
BLOCK = 500  # answers that are compared with all others at once
MAX_ANSWERS = 1500  # that are put in an order; the time grows with the square: one CPU second

_DENYING = (
    r"(?:not|no|non|never|none|nor|neither|nothing|nobody|without|cannot|hardly|fails? to|\w+n['’]t|dont|doesnt|isnt"
    r"|nicht|kein\w*|nie|niemals|nichts|ohne|weder|noch|kaum)"
)
_NUMBERS = (
    r"(?:(?<![\w)])[-−])?\d+(?:[.,]\d+)*|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|half|twice|double|once"
    r"|null|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|halb|doppelt|zweimal)\b"
)
# Words that have an opposite, by their beginnings, so that other forms of a word are equal; then whole words.
_BEGINNINGS = (
    r"often|langsam|unterschied|increas|decreas|grow|shrink|rais|reduc|larg|small|great|few|high|low|more|less"
    r"|before|after|first|last|input|output|always|only|true|false|right|wrong|above|below|begin|start|stop"
    r"|upper|maxim|minim|positiv|negativ|encod|decod|explo|vanish|fast|slow|lack|overfit|underfit|row|column"
    r"|train|test|valid|bias|varian|add|subtract|multipl|divi|precision|recall|rare|seldom|sometimes|usual"
    r"|forward|backward|long|short|inside|outside|strong|weak|second|third|share|separat|best|worst|easy|easi"
    r"|hard|dense|sparse|cheap|cost|expensive|because|although|despite|early|earli|late|same|different|equal"
    r"|forget|local|global|many|several|most|better|worse|erhöh|verringer|wachs|wächst|sink|sank|größ|groß|klein"
    r"|mehr|wenig|vor|nach|erst|letzt|immer|nur|wahr|falsch|richtig|anfang|ende|anfäng|ober|unter|über|links"
    r"|rechts|schnell|zeile|spalte|manch|einig|jede|viel|eingab|ausgab|eingang|ausgang|vergess|hoh|hoch|höh"
    r"|niedrig|gering|lang|kurz|kürz|oft|selten|innerhalb|außerhalb|trotz|wegen|obwohl|weil|einfach|schwierig"
    r"|leicht|schwer|stark|stärk|schwach|schwäch|zweit|dritt|rück|steig|stieg|fall|fäll|gleich|verschieden|früh"
    r"|spät|schlecht|besser|dicht|dünn"
)
_WHOLE_WORDS = r"all|alle|aller|allen|every|each|some|any|end|ends|up|down|top|bottom|left|max|min|on|off|mit|with"
_OPPOSED = rf"\b(?:(?:{_WHOLE_WORDS})\b|{_BEGINNINGS})"
# What is set as a formula or as code, what has a sign of calculation in it, and letters that stand alone.
_FORMULAS = r"\$[^$]+\$|`[^`]+`|\S*[=<>−^_\\*/+|%∂∇·×≤≥≈≠∈∉²³′]\S*|(?<![\w'’])[b-hj-zB-HJ-ZΑ-ω](?!\w)"
_DENIED = re.compile(rf"(?i)\b{_DENYING}\b(?:\W+(\w+))?")
_MARKS = [re.compile(_NUMBERS, re.I), re.compile(_OPPOSED, re.I), re.compile(_FORMULAS)]
_PREFIXES = ("un", "non", "in", "im", "ir", "dis", "a", "de", "anti", "nicht")


@lru_cache(maxsize=4096)
def guarded(text: str) -> tuple[tuple[str, ...], ...]:
    """Return what must be equal in near-duplicates, in order: denied words, formulas, numbers and opposed words."""
    found: list[Iterable[str]] = [(str(one[1]).casefold() for one in _DENIED.finditer(text))]
    found += [("".join(one[0].split()) for one in pattern.finditer(text)) for pattern in _MARKS[2:]]
    found += [(one[0].casefold() for one in pattern.finditer(text)) for pattern in _MARKS[:2]]
    return tuple(tuple(several) for several in found)


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[list[str], frozenset[str]]:
    words = re.findall(r"\w+", text.casefold())
    return words, frozenset(words)


def means_other(first: str, second: str) -> bool:
    """Return whether they differ in what may turn the meaning: negations, numbers, formulas, opposites, order."""
    if guarded(first) != guarded(second):
        return True
    (ours, our_set), (theirs, their_set) = _words(first), _words(second)
    only_ours, only_theirs = our_set - their_set, their_set - our_set
    if not only_ours and not only_theirs and ours != theirs and sorted(ours) == sorted(theirs):
        return True
    both = ((only_ours, only_theirs), (only_theirs, only_ours))
    return any(prefix + word in one for one, other in both for word in other for prefix in _PREFIXES)


class Likeness:
    """The answers of one question, compared with each other; an answer without words is like no other one."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Take the answers; numbers below are their places in `texts`."""
        whole = [" ".join(text.split()) for text in texts]
        self.texts = [text[:MAX_LETTERS] for text in whole]
        self.rests = [text[MAX_LETTERS:] for text in whole]  # not compared, so these are equal in near-duplicates

    @cached_property
    def _counted(self) -> Any:
        from sklearn.feature_extraction.text import TfidfVectorizer

        counting = TfidfVectorizer(analyzer="char", ngram_range=(2, 5), sublinear_tf=True)
        return counting.fit_transform([text if len(text) > 1 else "  " for text in self.texts])

    def row(self, number: int) -> list[float]:
        """Return the similarity of one answer to each answer, from 0 to 1; that of itself is 1."""
        if not self._with_words(number):
            return [float(number == other) for other in range(len(self.texts))]
        row = (self._counted @ self._counted[number].T).toarray().ravel()
        return [float(value) if self._with_words(other) else 0.0 for other, value in enumerate(row)]

    def _with_words(self, number: int) -> bool:
        return len(self.texts[number]) > 1

    def order(self) -> list[int]:
        """Return the answers in an order in which like follows like; those without words come last, as they stand."""
        with_words = [number for number in range(len(self.texts)) if self._with_words(number)]
        without = [number for number in range(len(self.texts)) if not self._with_words(number)]
        if not 2 < len(with_words) <= MAX_ANSWERS:
            return with_words + without
        return [with_words[place] for place in self._leaves(with_words)] + without

    def _leaves(self, numbers: Sequence[int]) -> list[int]:
        """Return the leaves of the tree of likeness, turned so that neighbours are as alike as can be."""
        from scipy.cluster.hierarchy import leaves_list, linkage
        from scipy.spatial.distance import squareform

        counted = self._counted[list(numbers)]
        distances = 1 - (counted @ counted.T).toarray()
        distances = ((distances + distances.T) / 2).clip(0)
        distances.flat[:: len(numbers) + 1] = 0
        tree = linkage(squareform(distances, checks=False), "average", optimal_ordering=True)
        return [int(place) for place in leaves_list(tree)]

    def near(self, number: int) -> list[int]:
        """Return the near-duplicates of an answer, without itself: at least `NEAR`, and nothing that means other."""
        return self._near[number]

    @cached_property
    def _near(self) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in self.texts]
        for begin in range(0, len(self.texts), BLOCK):
            if not any(map(self._with_words, range(begin, min(begin + BLOCK, len(self.texts))))):
                continue  # of answers without any words there is nothing to count
            similar = (self._counted[begin : begin + BLOCK] @ self._counted.T).toarray()
            for row, other in zip(*(similar >= NEAR).nonzero(), strict=True):
                one, two = begin + int(row), int(other)
                if one >= two or not self._with_words(one) or not self._with_words(two):
                    continue
                if self.rests[one] != self.rests[two]:
                    continue
                if not means_other(self.texts[one], self.texts[two]):
                    found[one].append(two)
                    found[two].append(one)
        return found

    def groups(self) -> list[list[int]]:
        """Return the answers in groups of near-duplicates, each of them one of the group's first answer."""
        left, found = dict.fromkeys(number for number in range(len(self.texts)) if self._with_words(number)), []
        while left:
            first = next(iter(left))
            found.append([first, *(other for other in self.near(first) if other in left)])
            for number in found[-1]:
                del left[number]
        return found

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yield each two near-duplicates once, the earlier answer first."""
        for number in range(len(self.texts)):
            yield from ((number, other) for other in self.near(number) if other > number)

    def closest(self, number: int, among: Iterable[int], at_least: float) -> tuple[int, float] | None:
        """Return the most similar answer among others and its similarity, or None if none reaches `at_least`."""
        row = self.row(number)
        best = max((other for other in among if other != number), key=lambda other: (row[other], -other), default=None)
        return (best, row[best]) if best is not None and row[best] >= at_least else None

"""Measure the shared code of two teams by winnowing (Schleimer, Wilkerson and Aiken, 2003), as copydetect does.

Names, strings, comments and spaces do not count; code of the template, or of most teams, is left out. The figures are
hints for a tutor: they cost no points and are in no team's report.
"""

from __future__ import annotations

import io
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from grader.model import Submission

TOKENS = 25  # letters of normalised code that have to be the same to count at all (copydetect's noise threshold)
WINDOW = 6  # of fingerprints, of which one is kept
COMMON = 0.5  # of the teams: code that more than these share was not copied from one another
MANY = 8  # teams, from which on that share counts
MAX_HOLDERS = 100  # teams of one fingerprint: code that more of them share is no evidence on two
MAX_COMPARED = 2000  # pairs that are compared in full, those with most in common
MIN_SHARED = 4  # fingerprints that two teams share before they are compared in full


@dataclass(frozen=True)
class Code:
    """The code of one team as one text, with a comment before each cell or module that names its place."""

    team: str
    text: str


@dataclass(frozen=True)
class Pair:
    """Two teams, the share of each one's own code that the other also has, and its places in the texts."""

    first: Code
    second: Code
    shares: tuple[float, float]
    places: tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]

    @property
    def share(self) -> float:
        """Return the larger of the two shares."""
        return max(self.shares)


def code_of(submission: Submission) -> Code:
    """Return all code of a submission: cells in their order, then the modules that are no cells."""
    known = {cell.origin for cell in submission.cells}
    parts = [f"# {cell.origin}\n{cell.source}" for cell in submission.cells]
    for path, data in sorted(submission.files.items()):
        if path.lower().endswith(".py") and path not in known:
            parts.append(f"# {path}\n{data.decode('utf-8', 'replace')}")
    return Code(submission.team, "\n\n".join(parts) + "\n")


def pairs(teams: Sequence[Code], templates: Sequence[Code] = (), least: float = 0.3) -> list[Pair]:
    """Return the pairs that share at least this part of their own code, the most alike first."""
    known = {value for template in templates for value in _values(_fingerprint(template))}
    prints = [_fingerprint(code, known) for code in teams]
    counts = Counter(value for one in prints for value in _values(one))
    if len(teams) >= MANY:
        known |= {value for value, count in counts.items() if count > COMMON * len(teams)}
        prints = [_fingerprint(code, known) for code in teams]
    found = [_compared(teams[a], teams[b], prints[a], prints[b]) for a, b in _candidates(prints)]
    return sorted(
        (pair for pair in found if pair.share >= least), key=lambda p: (-p.share, p.first.team, p.second.team)
    )


def _fingerprint(code: Code, without: Iterable[int] = ()) -> Any:
    from copydetect import CodeFingerprint

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about files that are too short for a fingerprint
        left_out = np.array(sorted(without), dtype=np.int64)
        return CodeFingerprint("team.py", TOKENS, WINDOW, left_out, fp=io.StringIO(code.text), language="python")


def _values(fingerprint: Any) -> set[int]:
    return {int(value) for value in fingerprint.hashes}


def _candidates(prints: Sequence[Any]) -> Iterator[tuple[int, int]]:
    """Return the pairs that share some fingerprints; of many teams few do."""
    holders: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(prints):
        for value in _values(one):
            holders[value].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        if len(numbers) <= MAX_HOLDERS:
            shared.update(combinations(numbers, 2))
    best = sorted((-count, pair) for pair, count in shared.items() if count >= MIN_SHARED)
    yield from sorted(pair for _, pair in best[:MAX_COMPARED])


def _compared(first: Code, second: Code, one: Any, other: Any) -> Pair:
    from copydetect import compare_files

    _, shares, slices = compare_files(one, other)
    lengths = (len(first.text), len(second.text))
    places = tuple(_places(part, length) for part, length in zip(slices, lengths, strict=True))
    return Pair(first, second, (min(1.0, float(shares[0])), min(1.0, float(shares[1]))), (places[0], places[1]))


def _places(slices: Any, length: int) -> tuple[tuple[int, int], ...]:
    """Return begin and end of each place in the text, in order and without overlaps."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(zip(*(np.asarray(part).tolist() for part in slices), strict=True)) if len(slices) else ():
        begin, end = max(int(begin), found[-1][1] if found else 0), min(int(end), length)
        if begin < end:
            found.append((begin, end))
    return tuple(found)

"""The counts that an answer names, each with the words of its clause: of what, with biases, denied or hedged.

>>> [claim.is_part for claim in read_claims("One filter has 16 weights, so all have 48.")]
[True, False]
>>> [claim.is_denied for claim in read_claims("48 (not 51)")]
[False, True]
>>> [claim.is_total for claim in read_claims("75, so one for each pixel; thus 25 in total")]
[False, False, True]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from grader.prose.qualifiers import qualifier
from grader.reading.arithmetic import in_digits

_CLAUSE = re.compile(
    r"[;:\n()→]|[=-]>|\.(?=\s|$)|,|\b(?:so|thus|also|damit|therefore|hence|and|und|but|aber|which|that makes|macht|since|because|weil|da)\b"
)
MAX_CLAIMS = 200  # a longer list of numbers needs review
MAX_WORDS = 160  # characters of a clause on either side of a number
_NUMBER = re.compile(r"(?<![\d.,^])\d+(?![\d^]|[.,]\d)")
_THING = r"(?:filters?|kernels?|maps?|karten?|channels?|kan[aä]le?n?|outputs?|neurons?|units?|pixels?|layers?|schicht|ausgabe\w*|ausgang\w*|merkmalskarte\w*)"
_PART = re.compile(
    rf"\b(?:per|each|every|pro|je|jede[nrsm]?|alone|allein\w*|excluding|single|only the|just the|nur (?:die|der|das)"
    rf"|(?:without|ohne)(?! (?:any |the )?bias)|(?:in|of|for|on|at|by|für|auf|bei) (?:1|last|first|any|ein\w*)(?!\w)|1 (?:[a-z]+ )?{_THING})\b"
)
# A forward pass or an image is the whole: `75 operations per forward pass`.
_WHOLE = re.compile(
    r"\b(?:forward|pass\w*|steps?|image|input|example|sample|run|inference|network|prediction|whole|entire|durchlauf\w*|bild\w*|vorwärts\w*|netz\w*)\b"
)
# `16 per filter times 3 makes`, `16 per filter x 3 filters =`
_RESULT = re.compile(rf".*\d[^\d]*(?:\b(?:makes?|gives?|macht|ergibt|ergeben)\b|(?:[x×*·]|\btimes) ?\d+ {_THING} ?=)")
_TOTAL = r"(?:in total|in all|altogether|overall|all together|insgesamt|im ganzen|zusammen)"
_IN_TOTAL = re.compile(rf"\s*(?:\w+ ){{0,2}}?{_TOTAL}\b")
_TOTAL_IS = re.compile(rf"\b(?:{_TOTAL}|total)(?: (?:is|of|are|sind|also))?\s*[:=]?\s*$")
_BIASED = re.compile(r"\bbias")
_DENIED = re.compile(r"\b(?:not|nicht|never|statt|instead of|rather than|anstatt)\s+(?:\w+\s+)?$")
_BEFORE = re.compile(r"\b(?:over|under|below|above|über|unter|fast|(?<=\d )(?:to|bis))\s*$|[~≈<>≤≥±]\s*$")


@dataclass(frozen=True)
class CountClaim:
    """One number in an answer, with the words before and behind it in its clause."""

    value: int
    before: str
    behind: str

    @property
    def is_part(self) -> bool:
        """Return whether it is said of one of several parts, or of a part of the network."""
        found = _PART.search(f"{self.before} {self.behind}")
        return bool(found) and not _WHOLE.search(f"{self.before} {self.behind}")

    @property
    def is_total(self) -> bool:
        """Return whether it is said to be the whole: `25 in total`, `the total is 25`."""
        if self.is_denied or re.match(r"\s*[x×*·+]", self.behind):
            return False
        return bool(_IN_TOTAL.match(self.behind) or _TOTAL_IS.search(self.before))

    @property
    def is_biased(self) -> bool:
        """Return whether its clause speaks of biases."""
        return bool(_BIASED.search(f"{self.before} {self.behind}"))

    @property
    def is_denied(self) -> bool:
        """Return whether the answer says that it is not this number."""
        return bool(_DENIED.search(self.before))

    @property
    def doubt(self) -> str:
        """Return the words that make it a range, a bound or another unit; empty if there are none."""
        first = re.match(r"\s*(?:%|[^\W\d_]+)", self.behind)
        unit = qualifier(first[0], "unit") if first else ""
        found = _BEFORE.search(self.before)
        return (
            unit
            or (found[0].strip() if found else "")
            or qualifier(f"{self.before} {self.behind}", "hedged", "bounded")
        )


def read_claims(text: str) -> list[CountClaim]:
    """Return the whole numbers of an answer in order, each with the words of its clause."""
    written = re.sub(r"[ \t]+", " ", in_digits(text))
    claims: list[CountClaim] = []
    edges = [0, *(edge for found in _CLAUSE.finditer(written) for edge in found.span()), len(written)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        clause = written[start:end]
        for found in islice(_NUMBER.finditer(clause), MAX_CLAIMS + 1 - len(claims)):
            before = _RESULT.sub("", clause[max(0, found.start() - MAX_WORDS) : found.start()])
            claims.append(CountClaim(int(found[0][:15]), before, clause[found.end() : found.end() + MAX_WORDS]))
    return claims

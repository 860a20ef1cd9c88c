"""The number that a program prints after a word: `test accuracy: 93.4 %`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?<![\w.])(?P<number>[-+]?(?:\d+(?:,\d{3})+(?!\d)|\d+)?(?:(?<=\d)\.\d*|\.\d+|(?<=\d))(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf)\b)"
    r"(?P<percent>\s*\\?%)?(?!\w)",
    re.IGNORECASE,
)
# What may stand between the word and its number.
_BETWEEN = re.compile(
    r"[\s:=~≈>|\"'()\[\]*]*(?:(?:is|was|are)\b)?[\s:=~≈|\"'(\[*]*(?:(?:tensor|array|np\.float\d+)\()?\[?\s*"
)


@dataclass(frozen=True)
class Printed:
    """A printed number, and whether a percent sign follows; `certain` if it is the only one that can be meant."""

    number: float
    percent: bool
    certain: bool = True


def last_number_after(word: str, text: str) -> Printed | None:
    """Return the number after the last occurrence of a word that has one, in the same line or as the next line."""
    start = r"(?<!\w)" if word[:1].isalnum() else ""
    end = r"(?!\w)" if word[-1:].isalnum() else ""
    places = list(re.finditer(start + r"\s+".join(map(re.escape, word.split())) + end, text, re.IGNORECASE))
    for place, follower in zip(reversed(places), [None, *reversed(places)], strict=False):
        after = text[place.end() : follower.start() if follower is not None else len(text)]
        line, _, below = after.partition("\n")
        if (found := _in_line(line)) is not None:
            return found
        alone = _NUMBER.fullmatch(below.partition("\n")[0].strip())
        if alone is not None and not line.strip(" :=|"):
            return _read(alone)
    return None


def _in_line(line: str) -> Printed | None:
    between = _BETWEEN.match(line)
    first = _NUMBER.match(line, between.end() if between is not None else 0)
    if first is not None:
        return _read(first, certain=not re.match(r"[/,:-]\w", line[first.end() :]))  # 12/20, 93,4 or 10-fold
    found = list(_NUMBER.finditer(line))
    signed = [one for one in found if one["percent"]]
    if len(found) > 1 and len(signed) != 1:  # accuracy of the 10 classes: 0.5
        return _read(found[-1], certain=False)
    return _read((signed or found)[0]) if found else None


def _read(found: re.Match[str], certain: bool = True) -> Printed:
    return Printed(float(found["number"].replace(",", "")), bool(found["percent"]), certain)

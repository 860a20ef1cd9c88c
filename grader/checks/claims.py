"""Read a team's table of configurations and percentages, in whatever form it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Configuration = dict[str, float]

# How teams write each parameter, before or after its number.
_PARAMETERS = {
    "hidden_size": r"hidden[\s_-]*(?:size|units|dim(?:ension)?|layers?)?|h(?=\s*=)",
    "shift": r"shift",
    "epochs": r"(?:num[\s_-]*)?(?:epochs?|epochen)",
    "batch_size": r"batch[\s_-]*(?:size)?",
    "learning_rate": r"learning[\s_-]*rate|lr|lernrate",
}
_RESULT = re.compile(r"(?i)noise|removed|percent|prozent|%|result|entfern")
_REMAINING = re.compile(r"(?i)remain|left|rest\b|verbleib|übrig")
_NUMBER = r"\d+(?:[.,]\d+)?"
_PERCENT = re.compile(rf"(-?{_NUMBER})\s*\\?%")


@dataclass(frozen=True)
class Claim:
    """One row of a team's table: its words, the configuration it stands for, and the percentage."""

    words: str
    configuration: Configuration
    percent: float


def short(configuration: Configuration) -> str:
    """A configuration as words: what it changes."""
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in configuration.items()) or "initial"


def read_claims(text: str, initial: Mapping[str, float]) -> tuple[list[Claim], list[str]]:
    """Return the rows of the first table of percentages, and lines of it that were not understood."""
    claims: list[Claim] = []
    unread: list[str] = []
    head: _Head | None = None
    for line in text.splitlines():
        cells = _cells(line)
        if not cells or set(line.strip()) <= set("|-: +=\\hline"):
            continue
        if head is None and not claims and _is_head(cells) and (found := _Head.read(cells)) is not None:
            head = found
            if head.problem:
                unread.append(line.strip())
            continue
        claim = _claim(cells, head, initial)
        if claim is not None:
            claims.append(claim)
        elif head is not None and len(cells) > 1 and re.search(_NUMBER, line) and len(line) < 200:
            unread.append(line.strip())
    return claims, unread


@dataclass(frozen=True)
class _Head:
    """The head of a table: for each cell the parameter that it names, `percent`, or nothing known."""

    columns: tuple[str, ...]
    separate: bool  # cells stand apart; otherwise only the order of the names is known (text from a PDF)
    problem: bool = False

    @classmethod
    def read(cls, cells: Sequence[str]) -> _Head | None:
        """Read a head; None where nothing in it is a result."""
        line = " ".join(cells)
        if not _RESULT.search(line):
            return None
        if len(cells) == 1:
            names = tuple(_columns(cells[0]))
            return cls(names, separate=False, problem=bool(_REMAINING.search(line))) if len(names) > 1 else None
        columns = tuple(_column(cell) for cell in cells)
        return cls(columns, separate=True, problem=columns.count("percent") != 1 or bool(_REMAINING.search(line)))


def _column(cell: str) -> str:
    for name, pattern in _PARAMETERS.items():
        if re.search(rf"(?i)\b(?:{pattern})", cell):
            return name
    return "percent" if _RESULT.search(cell) else ""


def _cells(line: str) -> list[str]:
    line = line.strip().removesuffix("\\\\").replace("\\%", "%").replace("\\_", "_")
    for separator in ("|", "\t", "&"):
        if separator in line:
            return [cell.strip(" *`$") for cell in line.strip(separator + " ").split(separator)]
    return [line.strip(" *`")] if line.strip() else []


def _is_head(cells: Sequence[str]) -> bool:
    numbers = sum(bool(re.fullmatch(rf"\W*{_NUMBER}\W*", cell)) for cell in cells)
    return numbers == 0 and not _PERCENT.search(" ".join(cells))


def _columns(line: str) -> list[str]:
    """Return the parameters that the head names, and `percent`, in the order in which they stand."""
    found = [(m.start(), name) for name, p in _PARAMETERS.items() if (m := re.search(rf"(?i)\b(?:{p})", line))]
    result = [m.start() for m in _RESULT.finditer(line)]
    found += [(result[0], "percent")] if result else []
    return [name for _, name in sorted(found)]


def _claim(cells: Sequence[str], head: _Head | None, initial: Mapping[str, float]) -> Claim | None:
    if head is not None and head.separate:
        return _claim_by_cell(cells, head, initial)
    if head is not None and len(head.columns) > 1 and len(cells) == 1:
        return _claim_by_order(cells[0], head, initial)
    percents = _PERCENT.findall(" | ".join(cells))
    if len(percents) != 1 or (len(cells) == 1 and not re.fullmatch(rf"[^.?!]{{3,90}}?\s-?{_NUMBER}\s*%", cells[0])):
        return None  # a sentence with a percentage, and not a row
    words = " ".join(cells[:-1]) if len(cells) > 1 else re.sub(rf"\s+-?{_NUMBER}\s*%$", "", cells[0])
    return _from_words(words, percents[0], {}, initial)


def _claim_by_cell(cells: Sequence[str], head: _Head, initial: Mapping[str, float]) -> Claim | None:
    """Each cell belongs to the name above it; a column without a known name is nobody's."""
    if len(cells) != len(head.columns) or head.problem:
        return None
    named: dict[str, str] = dict(zip(head.columns, cells, strict=True))
    found = re.fullmatch(rf"\W*?(-?{_NUMBER})\s*\\?%?\W*", named.get("percent", ""))
    if found is None:
        return None
    values = {}
    for name in _PARAMETERS:
        if name in named:
            number = re.fullmatch(rf"\W*({_NUMBER})\W*", named[name])
            if number is None:
                return None
            values[name] = float(number[1].replace(",", "."))
    words = " ".join(cell for cell, name in zip(cells, head.columns, strict=True) if not name)
    return _from_words(words, found[1], values, initial)


def _claim_by_order(line: str, head: _Head, initial: Mapping[str, float]) -> Claim | None:
    """Text of a PDF has lost its columns: a row ends in exactly as many numbers as the head has names."""
    found = re.fullmatch(rf"(.*?)((?:(?:^|\s){_NUMBER}){{{len(head.columns) - 1}}})\s(-?{_NUMBER})\s*%?", line)
    if found is None or re.search(rf"(?:^|\s){_NUMBER}$", found[1]) or head.columns[-1] != "percent" or head.problem:
        return None
    numbers = [float(n.replace(",", ".")) for n in found[2].split()]
    return _from_words(found[1], found[3], dict(zip(head.columns[:-1], numbers, strict=True)), initial)


def _from_words(words: str, percent: str, values: Mapping[str, float], initial: Mapping[str, float]) -> Claim | None:
    configuration = {name: value for name, value in values.items() if initial.get(name) != value}
    if not values:
        phrase = _phrase(words, initial)
        if phrase is None:
            return None
        configuration = phrase
    label = words.strip(" |-*:")[:80] or short(configuration)
    return Claim(label, configuration, float(percent.replace(",", ".")))


def _phrase(words: str, initial: Mapping[str, float]) -> Configuration | None:
    """Read "Hidden size 80 and shift 5", "Train for 300 epochs" or "Initial configuration"."""
    found: Configuration = {}
    for name, pattern in _PARAMETERS.items():
        link = r"\s*(?:[:=]|of|to|from|auf|->|→)?\s*"
        match = re.search(rf"(?i)\b(?:{pattern}){link}({_NUMBER})", words) or re.search(
            rf"(?i)({_NUMBER})\s*(?:{pattern})\b", words
        )
        if match:
            found[name] = float(match[1].replace(",", "."))
    if found:
        return {k: v for k, v in found.items() if initial.get(k) != v}
    return {} if re.search(r"(?i)initial|default|base|start|given|standard|original|ausgang", words) else None


_BEST = re.compile(r"(?i)\b(?:best|beste[rsnm]?|highest|höchste[rsnm]?|most noise|am meisten|superior|outperform\w*)\b")


def best_by_words(text: str, claims: Sequence[Claim], initial: Mapping[str, float]) -> tuple[str, Claim] | None:
    """The sentence that names a row as the best, and the row; None where no sentence does so without doubt."""
    prose = "\n".join(line for line in text.splitlines() if not re.search(r"[|&\t]", line))
    for sentence in re.split(r"(?<=[.!?])\s|\n", prose):
        if not _BEST.search(sentence) or re.search(r"(?i)\b(?:not|nicht|worst|kein\w*|than|als)\b", sentence):
            continue
        named = _phrase(sentence, initial)
        rows = [claim for claim in claims if named is not None and claim.configuration == named]
        if len(rows) == 1 and named:
            return sentence.strip(), rows[0]
    return None

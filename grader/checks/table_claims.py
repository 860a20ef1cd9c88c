"""The kind `table_claims`: the table of configurations and percentages, row by row, beside what the reference gives."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from importlib.resources import files
from typing import ClassVar, Literal

from pydantic import Field

from grader.checks.base import Check, Seen, Verdict, failed, passed, waiting
from grader.model import Detail, Quote, Table

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
WIDER = 2.0  # points beyond the reference's own range that are still unremarkable: few seeds were drawn


@dataclass(frozen=True)
class Claim:
    """One row of a team's table: its words, the configuration it stands for, and the percentage."""

    words: str
    configuration: Configuration
    percent: float


class TableClaims(Check):
    """The table has enough configurations, and its percentages are ones that such a training can give."""

    label: ClassVar[str] = "Table of configurations"
    needs_answer: ClassVar[bool] = True
    example: ClassVar[str] = """\
kind: table_claims
points: 2
rows: 5
initial: {hidden_size: 40, shift: 10, epochs: 100, batch_size: 10, learning_rate: 0.01}
distribution: noise-removal"""
    kind: Literal["table_claims"] = "table_claims"
    rows: int = Field(gt=0, description="the number of configurations that is asked for")
    initial: dict[str, float] = Field(description="the configuration that rows are changes of")
    distribution: str = Field(description="the file in reference/calibration with what the reference gives")
    possible: tuple[float, float] = Field((0, 90), description="percentages outside are not possible")

    def judge(self, seen: Seen) -> Verdict:
        """Read the rows; impossible numbers and missing rows cost points, unusual ones wait for a person."""
        if seen.answer is None:
            return waiting("There is no answer to read.")
        claims, unread = read_claims(seen.answer.text, self.initial)
        quote = Quote("The answer", seen.answer.text, seen.answer.where)
        known = _calibration(self.distribution)
        judged = [(claim, *self._against(claim, known)) for claim in claims]
        table = _table(judged)
        if not claims:
            return waiting("No table with configurations and percentages was found.", "A person looks.", quote)
        impossible = [claim for claim, word, _ in judged if word == "not possible"]
        if impossible:
            what = f"{impossible[0].words}: {impossible[0].percent:g} % of the noise removed is not possible"
            return failed(
                f"{what} ({self.possible[0]:g} to {self.possible[1]:g} are).", "Check the formula.", table, quote
            )
        if unread:
            return waiting(f"A row was not read: {unread[0][:80]}", "A person looks at the row.", table, quote)
        if doubt := _doubt(judged):
            return waiting(doubt, "A person looks at the code and the run that gave it.", table, quote)
        different = len({tuple(sorted(claim.configuration.items())) for claim in claims})
        if different < self.rows:
            credit = (Decimal(different) / self.rows).quantize(Decimal("0.01"), ROUND_FLOOR)
            what = f"The table has {different} different configurations; {self.rows} are asked for."
            return failed(what, "Train with more configurations, a new model each time.", table, quote, credit=credit)
        return passed(f"{len(claims)} configurations, each with a percentage that such a training can give.", table)

    def _against(self, claim: Claim, known: Mapping[str, Sequence[float]]) -> tuple[str, str]:
        """Return `consistent`, `unusual` or `not possible`, and what the reference gave."""
        least, most = self.possible
        if not least <= claim.percent <= most:
            return "not possible", ""
        values = known.get(_key({**self.initial, **claim.configuration}))
        exact = values is not None
        pool = values if values is not None else [v for some in known.values() for v in some]
        if not pool:
            return "consistent", "not measured"
        low, high = min(pool), max(pool)
        width = WIDER if exact else 3 * WIDER
        measured = f"{low:.1f} to {high:.1f}" + (f" ({len(pool)} seeds)" if exact else " (other configurations)")
        return ("consistent" if low - width <= claim.percent <= high + width else "unusual"), measured


def _doubt(judged: Sequence[tuple[Claim, str, str]]) -> str:
    for claim, word, measured in judged:
        if word == "unusual":
            return f"{claim.words}: {claim.percent:g} % is unusual; the reference gives {measured}."
    seen: dict[float, Claim] = {}
    for claim, _, _ in judged:
        other = seen.get(claim.percent)
        coincidence = round(claim.percent, 1) == claim.percent  # with one decimal, equal figures are common
        if other is not None and other.configuration != claim.configuration and not coincidence:
            return f"{other.words} and {claim.words} have the same percentage, {claim.percent:g}."
        seen[claim.percent] = claim
    return ""


def _table(judged: Sequence[tuple[Claim, str, str]]) -> Detail:
    rows = tuple((c.words, _short(c.configuration), f"{c.percent:g} %", measured, word) for c, word, measured in judged)
    head = ("Row", "Read as", "Claimed", "The reference gives", "Verdict")
    return Table("The table of claims beside the reference", head, rows)


def _short(configuration: Configuration) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in configuration.items()) or "initial"


def _key(c: Mapping[str, float]) -> str:
    return (
        f"hidden {c['hidden_size']:g}, shift {c['shift']:g}, epochs {c['epochs']:g}, "
        f"batch {c['batch_size']:g}, lr {c['learning_rate']:g}"
    )


def _calibration(name: str) -> Mapping[str, Sequence[float]]:
    path = files("reference").joinpath("calibration", f"{name}.json")
    found: Mapping[str, Sequence[float]] = json.loads(path.read_text(encoding="utf-8"))["percent_removed"]
    return found


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
    label = words.strip(" |-*:")[:80] or _short(configuration)
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

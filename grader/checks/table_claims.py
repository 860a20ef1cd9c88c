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
        if len(claims) < self.rows:
            credit = (Decimal(len(claims)) / self.rows).quantize(Decimal("0.01"), ROUND_FLOOR)
            what = f"The table has {len(claims)} configurations; {self.rows} are asked for."
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
    columns: list[str] = []
    for line in text.splitlines():
        cells = _cells(line)
        if not cells or set(line.strip()) <= set("|-: +=\\hline"):
            continue
        if not claims and not columns and _RESULT.search(line) and _is_head(cells):
            columns = _columns(line)
            continue
        claim = _claim(cells, line, columns, initial)
        if claim is not None:
            claims.append(claim)
        elif columns and len(cells) > 1 and re.search(_NUMBER, line) and "%" in line and len(line) < 200:
            unread.append(line.strip())
    return claims, unread


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


def _claim(cells: Sequence[str], line: str, columns: Sequence[str], initial: Mapping[str, float]) -> Claim | None:
    plain = line.replace("\\%", "%").replace("\\_", "_")
    numbers = [
        (n, float(n.replace(",", "."))) for n in re.findall(rf"(?<![\w.])-?{_NUMBER}(?![\w.]*\w)", _joined(cells))
    ]
    whole_row = len(cells) > 1 or re.search(rf"(?:\s{_NUMBER}\s*%?){{{max(1, len(columns))}}}$", f" {cells[0]}")
    if len(columns) > 1 and len(numbers) >= len(columns) and whole_row:
        values = dict(zip(columns, [value for _, value in numbers[-len(columns) :]], strict=True))
        percent = values.pop("percent", None)
        if percent is None:
            return None
        words = cells[0] if not re.fullmatch(rf"\W*{_NUMBER}\W*", cells[0]) else _short(values)
        if len(cells) == 1:
            words = re.split(rf"\s+{_NUMBER}", cells[0])[0]
        return Claim(words[:80], {k: v for k, v in values.items() if initial.get(k) != v}, percent)
    percents = _PERCENT.findall(plain)
    if len(percents) == 1:
        percent = float(percents[0].replace(",", "."))
    elif columns and len(cells) > 1 and re.fullmatch(rf"-?{_NUMBER}", cells[-1]):
        percent = float(cells[-1].replace(",", "."))
    else:
        return None
    if len(cells) == 1 and not (columns and re.fullmatch(rf"[^.?!]{{3,90}}?\s-?{_NUMBER}\s*%", cells[0])):
        return None  # a sentence with a percentage, and not a row
    words = (" ".join(cells[:-1]) if len(cells) > 1 else re.sub(rf"\s+-?{_NUMBER}\s*%$", "", cells[0]))[:80]
    configuration = _phrase(words, initial)
    return Claim(words, configuration, percent) if configuration is not None else None


def _joined(cells: Sequence[str]) -> str:
    return "  ".join(cells)


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

"""Read the rows of a team's table of configurations and percentages, in any form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.model.message import Text, say
from grader.reading.configurations import NUMBER, PARAMETERS, Configuration, changes_in, read_phrase
from grader.reading.table_notation import as_rows, in_sentences

_RESULT = re.compile(r"(?i)noise|removed|percent|prozent|%|result|entfern")
_REMAINING = re.compile(r"(?i)remain|left|rest\b|verbleib|übrig")
_SHARE = re.compile(r"(?i)fraction|share|anteil|0 (?:to|bis) 1|1 = all")
_REMOVED = re.compile(r"(?i)remov|reduc|denois|entfern|reduzier|clean|result|ergebnis")
_OTHER = re.compile(
    r"(?i)^\W*(?:#|no\.?|nr\.?|id|run|row|exp\w*|conf\w*|index|setting)\W*$"
    r"|loss|mse|mae|time|zeit|minut|sekund|second|seed|param\w* count"
)
_OF_SOMETHING_ELSE = re.compile(r"(?i)\b(?:loss|verlust|accuracy|genauigkeit|error|fehler|faster|schneller)\b")
_LEFT_OVER = re.compile(
    r"(?i)\bstill in\b|\bis left\b|noise left|remaining noise|noise that remains"
    r"|lower is better|kleiner ist besser|verbleib|restrausch"
)
_ITEM = re.compile(rf"^\s*(?:[-*•]|\d+[.)]|[A-Z][.)])\s+\S[^.?!]{{2,90}}?[:=>–-]\s*\**-?{NUMBER}\s*\\?%")
_GUESSED = re.compile(r"(?i)[~≈≤≥±]|\b(?:about|around|approx\w*|roughly|circa|ca\.|etwa|ungefähr|rund)(?!\w)")
_PERCENT_ALONE = re.compile(r"(?i)\|\s*(?:in )?(?:%|per ?cent|prozent)\s*\|")  # what the question asks for
_BARE_NUMBER = re.compile(rf"\W*{NUMBER}\W*")
_PERCENT = re.compile(rf"(?<![\d.,])((?:(?<![\d%]\s)(?<![\d%])-)?{NUMBER})\s*\\?%")


@dataclass(frozen=True)
class Claim:
    """One row of a team's table: its words, its configuration, and the percentage."""

    words: Text
    configuration: Configuration
    percent: float


def read_claims(text: str, initial: Mapping[str, float]) -> tuple[list[Claim], list[Text]]:
    """Return the rows of the first table of percentages, and the lines or reasons for which it may be misread."""
    claims, unread = _read_rows(as_rows(text), initial)
    if not claims and not unread:
        clauses = in_sentences(text, initial)
        found = [_from_words(words, percent, {}, initial) for words, percent in clauses]
        claims = [claim for claim in found if claim is not None]
        unread = _contrary(text, claims, initial, headed=False) if claims else []
    return claims, unread


def _read_rows(text: str, initial: Mapping[str, float]) -> tuple[list[Claim], list[Text]]:
    claims: list[Claim] = []
    unread: list[Text] = []
    head: _Head | None = None
    for line in text.splitlines():
        cells = _cells(line)
        if not cells or set(line.strip()) <= set("|-: +=\\hline"):
            continue
        if not claims and _is_head(cells) and (found := _Head.read(cells)) is not None and found.replaces(head):
            head = found
            if head.problem:
                unread.append(line.strip())
            continue
        if claims and len(cells) > 1 and _is_head(cells) and _RESULT.search(line) and not _REMOVED.search(line):
            break  # another table
        numbered = cells[:1] == [str(len(claims) + 1)] and head is not None and head.columns[0] == ""
        claim = _claim(["", *cells[1:]] if numbered else cells, head, initial)
        if claim is not None:
            claims.append(claim)
        elif _is_row(line, cells, head):
            unread.append(line.strip())
    shares = head is not None and (head.share or (head.separate and len(claims) > 2 and "%" not in text))
    if shares and claims and all(0 <= claim.percent <= 1 for claim in claims):
        claims = [replace(claim, percent=round(100 * claim.percent, 6)) for claim in claims]
    return claims, unread + (_contrary(text, claims, initial, head is not None) if claims else [])


def percentages(text: str) -> int:
    """Return the number of percentages in an answer."""
    return len(_PERCENT.findall(text))


def _is_row(line: str, cells: Sequence[str], head: _Head | None) -> bool:
    """Return whether a line that could not be read belongs to the table."""
    if _ITEM.match(line):
        return True
    if head is None or not re.search(NUMBER, line):
        return False
    is_page = re.fullmatch(r"\s*\d{1,2}\s*", line)  # the number of a page
    return len(cells) > 1 or (not is_page and re.fullmatch(r"[\d.,\s%e-]+", line.strip()) is not None)


def _contrary(text: str, claims: Sequence[Claim], initial: Mapping[str, float], headed: bool) -> list[Text]:
    """Return sentences and rows that may contradict the table."""
    prose = "\n".join(line for line in text.splitlines() if not ("|" in line and _REMOVED.search(line)))
    if found := _LEFT_OVER.search(prose):
        return [say("'{words}' may mean that the figures are the noise that remains", words=found[0])]
    if headed and not _REMOVED.search(text) and not _PERCENT_ALONE.search(text):
        return [say("the answer does not say that the figures are percentages of noise removed")]
    known: dict[tuple[tuple[str, float], ...], Claim] = {}
    twice: list[Text] = []
    for claim in claims:
        key = tuple(sorted(claim.configuration.items()))
        if key in known and known[key].percent != claim.percent:
            twice.append(
                say(
                    "{row}: {first} % and {second} % for the same configuration",
                    row=claim.words,
                    first=f"{known[key].percent:g}",
                    second=f"{claim.percent:g}",
                )
            )
        known.setdefault(key, claim)
    if twice and len(known) > 1:
        return twice[:1]
    for sentence in re.split(r"(?<=[.!?])\s|\n", text):
        if re.search(r"(?i)\b(?:initial|default|base)\w*\s+config\w*\s+(?:has|is|was|uses|with|of|:)", sentence):
            in_prose = not _PERCENT.search(sentence) and "|" not in sentence
            if in_prose and read_phrase(sentence, initial):
                return [sentence.strip()]
    return []


@dataclass(frozen=True)
class _Head:
    """The head of a table: for each cell the parameter that it names, `percent`, or nothing."""

    columns: tuple[str, ...]
    separate: bool  # the line has cells; otherwise only the order of the names is known (text from a PDF)
    problem: bool = False
    share: bool = False  # figures are parts of one
    others: tuple[bool, ...] = ()  # columns that are known to be none of the parameters
    left: int | None = None  # the column of the noise that remains, beside that of the noise removed

    def replaces(self, before: _Head | None) -> bool:
        """Return whether it is the head although a line before looked like one: that was the title of the table."""
        return before is None or (self.separate and not before.separate)

    @classmethod
    def read(cls, cells: Sequence[str]) -> _Head | None:
        """Read a head; None if it names no result."""
        line = " ".join(cells)
        if not _RESULT.search(line):
            return None
        if len(cells) == 1:
            names = tuple(_columns(cells[0]))
            share, problem = bool(_SHARE.search(line)), bool(_REMAINING.search(line))
            only_percent = names == ("percent",) and len(line) < 80 and not re.search(r"[.!?:\\]", line)
            return cls(names, False, problem, share) if len(names) > 1 or only_percent else None
        columns = tuple(_column(cell) for cell in cells)
        left = next((place for place, cell in enumerate(cells) if _REMAINING.search(cell)), None)
        if left is not None and columns.count("percent") > (columns[left] == "percent"):
            columns = (*columns[:left], "", *columns[left + 1 :])
        else:
            left = None
        figures = [cell for cell, name in zip(cells, columns, strict=True) if name == "percent"]
        problem = len(figures) != 1 or bool(_REMAINING.search(figures[0]))
        others = tuple(bool(_OTHER.search(cell) or _REMAINING.search(cell)) for cell in cells)
        return cls(columns, True, problem, bool(_SHARE.search(line)), others, left)


def _column(cell: str) -> str:
    for name, pattern in PARAMETERS.items():
        if re.search(rf"(?i)\b(?:{pattern})", cell):
            return name
    if _OTHER.search(cell):
        return ""
    return "percent" if _RESULT.search(cell) else ""


def _cells(line: str) -> list[str]:
    line = line.strip().removesuffix("\\\\").replace("\\%", "%").replace("\\_", "_")
    for separator in ("|", "\t", "&"):
        if separator in line:
            inner = line.strip(" ").removeprefix(separator).removesuffix(separator)
            return [cell.strip(" *`$") for cell in inner.split(separator)]
    if len(apart := re.split(r"\s{2,}", line)) > 2:
        return [cell.strip(" *`") for cell in apart]
    return [line.strip(" *`")] if line.strip() else []


def _is_head(cells: Sequence[str]) -> bool:
    numbers = sum(bool(re.fullmatch(rf"\W*{NUMBER}\W*", cell)) for cell in cells)
    return numbers == 0 and not _PERCENT.search(" ".join(cells))


def _columns(line: str) -> list[str]:
    """Return the parameters that the head names, and `percent`, in order."""
    found = [(m.start(), name) for name, p in PARAMETERS.items() if (m := re.search(rf"(?i)\b(?:{p})", line))]
    result = [m.start() for m in _RESULT.finditer(line)]
    found += [(result[0], "percent")] if result else []
    return [name for _, name in sorted(found)]


def _claim(cells: Sequence[str], head: _Head | None, initial: Mapping[str, float]) -> Claim | None:
    if head is not None and head.separate:
        return _claim_by_cell(cells, head, initial)
    if head is not None and len(head.columns) > 1 and len(cells) == 1:
        return _claim_by_order(cells[0], head, initial)
    if head is not None and head.columns == ("percent",) and len(cells) == 1:
        return _claim_by_end(cells[0], initial)
    if re.search(rf"{NUMBER}\s*%?\s*[-–]\s*{NUMBER}\s*%", " ".join(cells)) or _OF_SOMETHING_ELSE.search(
        " ".join(cells)
    ):
        return None  # a range, or another figure than the noise removed
    if _GUESSED.search(" ".join(cells)):
        return None
    percents = _PERCENT.findall(" | ".join(cells))
    if len(percents) != 1 or (len(cells) == 1 and not re.fullmatch(rf"[^.?!]{{3,90}}?\s-?{NUMBER}\s*%", cells[0])):
        return None  # a sentence with a percentage, and not a row
    words = " ".join(cells[:-1]) if len(cells) > 1 else re.sub(rf"\s+-?{NUMBER}\s*%$", "", cells[0])
    return _from_words(words, percents[0], {}, initial)


def _claim_by_end(line: str, initial: Mapping[str, float]) -> Claim | None:
    """Read a row of a PDF's text with a phrase and a figure, which ends the line."""
    found = re.fullmatch(r"([^.?!]*[^\W\d][^?!]*?)\s+(-?\d+[.,]\d+)\s*\\?%?", line)
    return _from_words(found[1], found[2], {}, initial) if found else None


def _claim_by_cell(cells: Sequence[str], head: _Head, initial: Mapping[str, float]) -> Claim | None:
    """Read a row in which each cell belongs to the name above it; a column without a known name is ignored."""
    if len(cells) != len(head.columns) or head.problem:
        return None
    named: dict[str, str] = dict(zip(head.columns, cells, strict=True))
    if _GUESSED.search(named.get("percent", "")):
        return None
    found = re.fullmatch(rf"\W*?(-?{NUMBER})\s*\\?%?\W*", named.get("percent", ""))
    if found is None:
        return None
    if head.left is not None and not _are_all(found[1], cells[head.left]):
        return None
    values = {}
    for name in PARAMETERS:
        if name in named and not re.fullmatch(r"[-–—\s]+", named[name]):  # a dash: as at the beginning
            number = re.fullmatch(rf"\W*({NUMBER})\W*", named[name])
            if number is None:
                return None
            values[name] = float(number[1].replace(",", "."))
    bare = [(cell, other) for cell, name, other in zip(cells, head.columns, head.others, strict=True) if not name]
    if any(_BARE_NUMBER.fullmatch(cell) and not other for cell, other in bare):
        return None  # a column of numbers without a known name
    words = " ".join(cell for cell, other in bare if not (_BARE_NUMBER.fullmatch(cell) or (other and len(cell) < 3)))
    if not values and not words.strip() and any(name in PARAMETERS for name in named):
        words = "initial"  # a dash in every column
    return _from_words(words, found[1], values, initial)


def _are_all(removed: str, left: str) -> bool:
    """Return whether the noise removed and the noise that remains are all of it, as far as figures are rounded."""
    remaining = re.fullmatch(rf"\W*?({NUMBER})\s*\\?%?\W*", left)
    if remaining is None:
        return False
    return abs(float(removed.replace(",", ".")) + float(remaining[1].replace(",", ".")) - 100) <= 0.15


def _claim_by_order(line: str, head: _Head, initial: Mapping[str, float]) -> Claim | None:
    """Read a row of a PDF's text, which has no columns: it ends in as many numbers as the head has names."""
    found = re.fullmatch(rf"(.*?)((?:(?:^|\s){NUMBER}){{{len(head.columns) - 1}}})\s(-?{NUMBER})\s*%?", line)
    if found is None or re.search(rf"(?:^|\s){NUMBER}$", found[1]) or head.columns[-1] != "percent" or head.problem:
        return None
    numbers = [float(n.replace(",", ".")) for n in found[2].split()]
    return _from_words(found[1], found[3], dict(zip(head.columns[:-1], numbers, strict=True)), initial)


def _from_words(words: str, percent: str, values: Mapping[str, float], initial: Mapping[str, float]) -> Claim | None:
    configuration = {name: value for name, value in values.items() if initial.get(name) != value}
    if not values:
        phrase = read_phrase(words, initial)
        if phrase is None:
            return None
        configuration = phrase
    label = words.strip(" |-*:")[:80] or changes_in(configuration)
    return Claim(label, configuration, float(percent.replace(",", ".")))


_BEST = re.compile(r"(?i)\b(?:best|beste[rsnm]?|highest|höchste[rsnm]?|most noise|am meisten|superior|outperform\w*)\b")


def best_by_words(text: str, claims: Sequence[Claim], initial: Mapping[str, float]) -> tuple[str, Claim] | None:
    """Return the sentence that names a row as the best, and the row; None if no sentence clearly does."""
    prose = "\n".join(line for line in text.splitlines() if not re.search(r"[|&\t]", line))
    for sentence in re.split(r"(?<=[.!?])\s|\n", prose):
        if not _BEST.search(sentence) or re.search(r"(?i)\b(?:not|nicht|worst|kein\w*|than|als)\b", sentence):
            continue
        named = read_phrase(sentence, initial)
        rows = [claim for claim in claims if named is not None and claim.configuration == named]
        if len(rows) == 1 and named:
            return sentence.strip(), rows[0]
    return None

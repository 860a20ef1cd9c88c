"""Tables in other notations, as lines with `|` between their cells: HTML, CSV, on their side, lists, sentences."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence

from grader.reading.configurations import NUMBER, PARAMETERS, is_configuration

_TAG = re.compile(r"<[^<>]{0,200}>")
_HTML_ROW = re.compile(r"(?is)<tr\b[^<>]{0,200}>(.*?)(?=<tr\b|</tr>|</table>)")
_HTML_CELL = re.compile(r"(?is)<t[dh]\b[^<>]{0,200}>(.*?)(?=<t[dh]\b|</t[dhr]>|$)")
_HTML_TABLE = re.compile(r"(?is)<table\b[^<>]{0,200}>(.*?)</table>")
_RESULT = re.compile(r"(?i)noise|removed|percent|prozent|%|entfern")
_CELL = re.compile(rf"\W{{0,3}}{NUMBER}\s*%?\W{{0,3}}")
_LEGEND = re.compile(
    r"(?<![\w])([A-Za-z]{1,3})\s*(?:=|:|is|ist|for|für)\s+(?:the\s+|die\s+)?([A-Za-z][A-Za-z _-]{3,20})"
)
_INTRODUCTION = re.compile(r"(?i)^(?=.*(?:percent|prozent|%))(?=.*(?:remov|entfern)).*:\s*$")
_LIST_ITEM = re.compile(rf"^\s*(?:[-*•–]|\d+[.)])\s+(.{{1,90}}?)\s*[:=]\s*`?({NUMBER})\s*`?\s*$")
_ARROW_ITEM = re.compile(rf"^\s*(?:[-*•–]|\d+[.)])\s+(.{{1,90}}?)\s*(?:->|→|⇒|=>|:|\s[-–])\s*({NUMBER}\s*\\?%)\s*$")
_ITEM = rf"[^,;:%\n]{{3,60}}:\s*{NUMBER}\s*\\?%"
_ONE_LINE = re.compile(rf"\s*{_ITEM}(?:\s*[,;]\s*{_ITEM}){{2,20}}\.?\s*")
_PERCENT = re.compile(rf"{NUMBER}\s*\\?%")
_BEHIND = re.compile(
    rf"({NUMBER}\s*\\?%)\s*(?:of (?:the )?noise(?: (?:is |was )?removed)?|noise removed|removed|entfernt)\s*\.?\s*$"
)
_CLAUSES = re.compile(r"(?<=[.!?])\s+|,\s+(?:and\s+|und\s+)?(?=(?:with|mit|for|bei)\b)")
_SOMETHING_ELSE = re.compile(
    r"(?i)\b(?:loss|verlust|accuracy|genauigkeit|error|fehler|remain\w*|left|faster|schneller)\b"
)
_REMOVES = re.compile(rf"(?i)\b(?:removes|removed|entfernt)\s+({NUMBER}\s*\\?%)\s+(?:of the noise|des rauschens)")
_PARAMETER_HEAD = re.compile(r"(?i)\W*(?:hyper)?parameter\W*")
_VALUE_HEAD = re.compile(r"(?i)\W*(?:new )?(?:value|wert)\W*")
MAX_LINES = 400


def as_rows(text: str) -> str:
    """Return the text with its tables as lines with `|` between the cells; all other lines as they are."""
    text = _HTML_TABLE.sub(_from_html, text)
    lines = [_BEHIND.sub(r"\1", line) for line in text.splitlines()]
    if len(lines) > MAX_LINES:
        return text
    lines = _with_values_beside(_with_legend([_REMOVES.sub(r"\1", line) for line in lines]))
    for change in (_from_commas, _from_cells_below_each_other, _turned, _from_list):
        lines = list(change(lines))
    lines = [row for line in lines for row in _from_one_line(line)]
    return "\n".join(lines).rstrip("\n")


def in_sentences(text: str, initial: Mapping[str, float]) -> list[tuple[str, str]]:
    """Return the words and the percentage of each clause; none unless each percentage has a clause of its own.

    Every clause has to name one configuration, and there have to be at least three.
    """
    clauses = [clause for clause in _CLAUSES.split(text.strip()) if _PERCENT.search(clause)]
    found = []
    for clause in clauses:
        percents = _PERCENT.findall(clause)
        words = _PERCENT.sub(" ", clause)
        if (
            len(percents) != 1
            or _SOMETHING_ELSE.search(clause)
            or not re.search(r"(?i)noise|it is|gives|removes|sind es|rausch", clause)
            or "|" in clause
        ):
            return []
        if not is_configuration(words, initial):
            return []
        found.append((words.strip(" .,"), percents[0].strip(" \\%")))
    return found if len(found) > 2 else []


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _from_html(found: re.Match[str]) -> str:
    rows = []
    for row in _HTML_ROW.findall(found[1]):
        cells = [html.unescape(_TAG.sub(" ", cell)).strip().replace("|", "/") for cell in _HTML_CELL.findall(row)]
        rows.append(_row(cells))
    return "\n" + "\n".join(rows) + "\n"


def _with_legend(lines: Sequence[str]) -> list[str]:
    """Return the lines with the short names of a head (`H | S | removed %`) as in the line that explains them."""
    names: dict[str, str] = {}
    for line in lines:
        if "|" not in line:
            for short, meaning in _LEGEND.findall(line):
                if any(re.search(rf"(?i)^(?:{pattern})", meaning) for pattern in PARAMETERS.values()):
                    names[short] = meaning.strip()
    if not names:
        return list(lines)
    changed = []
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        is_head = "|" in line and len(names.keys() & set(cells)) > 1
        changed.append(_row([names.get(cell, cell) for cell in cells]) if is_head else line)
    return changed


def _with_values_beside(lines: Sequence[str]) -> list[str]:
    """Return the lines of `| Parameter | Value | ... |` with each parameter and its value in one cell."""
    place: int | None = None
    changed = []
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if "|" in line else []
        if not cells:
            place = None
        for at in range(len(cells) - 1):
            if _PARAMETER_HEAD.fullmatch(cells[at]) and _VALUE_HEAD.fullmatch(cells[at + 1]):
                place = at
        if place is not None and len(cells) > place + 1:
            line = _row([*cells[:place], f"{cells[place]} {cells[place + 1]}", *cells[place + 2 :]])
        changed.append(line)
    return changed


def _from_commas(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a CSV table, whose rows have as many numbers as its head has names, with `|` for commas."""
    columns = 0
    for line in lines:
        cells = [cell.strip() for cell in line.split(",")]
        is_head = len(cells) > 2 and _RESULT.search(line) and not re.search(r"\d", line) and "|" not in line
        if is_head and sum(map(_names_parameter, cells)) >= len(cells) - 2:
            columns = len(cells)
        elif len(cells) != columns or not _CELL.fullmatch(cells[-1]):
            columns = columns if not line.strip() else 0
        yield _row(cells) if columns and len(cells) == columns else line


def _names_parameter(cell: str) -> bool:
    return any(re.search(rf"(?i)(?<![a-z])(?:{pattern})(?![a-z])", cell) for pattern in PARAMETERS.values())


def _from_cells_below_each_other(lines: Sequence[str]) -> Iterator[str]:
    """Yield the rows of a table whose cells stand below each other, as in the text of a PDF."""
    for start, line in enumerate(lines):
        width = 0
        while _is_name(lines, start + width):
            width += 1
        cells = [one.strip() for one in lines[start:] if one.strip()]
        numbers = cells[width:]
        whole = width > 2 and len(numbers) >= 2 * width and len(numbers) % width == 0
        if whole and _RESULT.search(cells[width - 1]) and all(_CELL.fullmatch(number) for number in numbers):
            for place in range(0, len(cells), width):
                yield _row(cells[place : place + width])
            return
        yield line


def _is_name(lines: Sequence[str], place: int) -> bool:
    line = lines[place].strip() if place < len(lines) else ""
    return bool(line) and "|" not in line and (_names_parameter(line) or bool(_RESULT.search(line))) and len(line) < 40


def _turned(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines with each table that lies on its side, a parameter a row, as one with a configuration a row."""
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip().startswith("|"):
            block.append(line)
            continue
        yield from _upright(block)
        block = []
        yield line


def _upright(block: Sequence[str]) -> Sequence[str]:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in block]
    rows = [row for row in rows if not set("".join(row)) <= set(":- ")]
    named = [row for row in rows if _names_parameter(row[0]) or _RESULT.search(row[0])]
    numbers = all(_CELL.fullmatch(cell) for row in named for cell in row[1:])
    same = len({len(row) for row in rows}) == 1
    results = [row for row in named if _RESULT.search(row[0]) and not _names_parameter(row[0])]
    if len(results) != 1 or len(named) < 2 or len(rows) - len(named) > 1 or not numbers or not same or len(rows[0]) < 4:
        return block
    return [_row(column) for column in zip(*named, strict=True)]


def _from_list(lines: Sequence[str]) -> Iterator[str]:
    """Yield the items `1. hidden size 60 -> 58.3 %`, without a percent sign if the sentence before them has one."""
    introduced = False
    for line in lines:
        if arrow := _ARROW_ITEM.match(line):
            yield _row([arrow[1].strip("` "), arrow[2]])
            continue
        found = _LIST_ITEM.match(line)
        introduced = bool(_INTRODUCTION.match(line)) or (introduced and (found is not None or not line.strip()))
        yield _row([found[1].strip("` "), f"{found[2]} %"]) if introduced and found else line


def _from_one_line(line: str) -> list[str]:
    """Return `hidden size 40: 57.4 %, hidden size 60: 58.4 %` as one row for each configuration."""
    if "|" in line or not _ONE_LINE.fullmatch(line):
        return [line]
    return [
        _row([part.rpartition(":")[0], part.rpartition(":")[2]])
        for part in re.split(r"(?<=%)\s*[,;]\s*", line.strip(" ."))
    ]

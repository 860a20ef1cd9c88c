"""Labels of answers as people write them, brought into one form: the numbers of the rubric at the start of a block.

Only the label of a line is written anew, such as `4.1)` for `(4.1)`, `[4.1]`, `Solution to 4.1`, or `(1)` below
`## Task 4`; every line stays a line, and all other text stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from grader.ingest.answer_text import code_lines

_NUMBER = r"\d{1,2}(?:\.\d{1,2})*"
_TASK = (
    r"(?:exercise|question|questions|task|problem|part|q|ex|aufgabe|frage|teil|übung|ü|antwort|answer|solution|lösung|"
    r"solutions?\s+(?:to|of|for)|answers?\s+(?:to|of|for)|antwort\s+(?:auf|zu)|lösung\s+(?:zu|von)|zu|ad|exercice|ejercicio)"
)
_BEGIN = r"^(?P<deco>[\s>#]*(?:[-+]\s+|\*\s+)?(?P<bold>[*_]{0,3}))(?:[^\w\s\\$\"'(\[<|.,;:!?*_#>&%=+-]\s*)?"
_END = r"(?P<after>[*_]{0,3})(?P<sign>\s*[.):\]–—-]|(?=\s|$))(?P<more>[*_]{0,3})(?P<rest>.*)$"
_TWO_LEVELS = re.compile(
    rf"{_BEGIN}(?:(?P<word>{_TASK})\s*\.?\s*)?(?P<one>\d{{1,2}})\s*[(/-]\s*(?P<two>\d{{1,2}})\s*\)?{_END}", re.I
)
_LABEL = re.compile(rf"{_BEGIN}(?:(?P<word>{_TASK})\s*\.?\s*)?[(\[]?(?P<number>{_NUMBER})[)\]]?{_END}", re.I)
_CHAPTER = re.compile(
    rf"^[\s>]*(?:[-+*]\s+)?(?:#+\s*|[*_]{{2,3}}|(?={_TASK}\b))(?:{_TASK}\s*\.?\s*)?(?P<number>\d{{1,2}})\b[^\d(/-]*$",
    re.I,
)
_ROW = re.compile(rf"^\s*\|\s*[*_]*(?:{_TASK}\s*)?(?P<number>{_NUMBER})[.):]?[*_]*\s*\|(?P<rest>.*?)\|?\s*$", re.I)
_PARTS = ("part", "teil", "question", "frage", "q")
_ORDINALS = {
    word: str(number)
    for number, words in enumerate(
        ("first erstens", "second zweitens", "third drittens", "fourth viertens", "fifth fünftens"), 1
    )
    for word in words.split()
}
_ORDINAL = re.compile(rf"^\s*(?:#+\s*|\*\*)(?P<word>{'|'.join(_ORDINALS)})\b[:.]?\**\s*(?P<rest>.*)$", re.I)
_ROMANS = {roman: str(number) for number, roman in enumerate(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii"], 1)}
_ROMAN = re.compile(
    rf"^\s*(?:[-+*]\s+)?\**\(?(?P<word>{'|'.join(sorted(_ROMANS, reverse=True))})[).]\**\s+(?P<rest>.*)$", re.I
)
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]{0,200}>(.{0,500}?)</h\1\s{0,9}>", re.I)
_HTML_BOLD = re.compile(r"<(b|strong)\b[^<>]{0,200}>(.{0,500}?)</\1\s{0,9}>", re.I)
_TEX_SECTION = re.compile(r"^\s*\\(?:sub){0,2}(?:section|paragraph)\*?\{([^{}]*)\}\s*", re.I)
_OPENS = re.compile(r"<ol\b[^<>]*>|\\begin\{enumerate\}(?:\[[^\]]*\])?", re.I)
_CLOSES = re.compile(r"</ol\s*>|\\end\{enumerate\}", re.I)
_ITEM = re.compile(r"<li\b[^<>]*>\s*|\\item\b\s*(?:\[[^\]]*\])?\s*", re.I)


@dataclass(frozen=True)
class _Label:
    """A label in a line: its number, and its style if the number is one below a chapter, such as `(1)`."""

    number: str
    match: re.Match[str]
    style: tuple[bool, ...] = ()


def with_plain_labels(text: str, numbers: Collection[str]) -> str:
    """Return a text whose labels of the dotted `numbers` stand at the start of a line in one form.

    Numbers below a chapter (`(1)` below `## Task 4`) count only where the chapter has none of its numbers in full, and
    all in the style of the first: other numbers are lists in answers.
    """
    dotted = (".".join(re.split(r"[.\s]+", number.strip())) for number in numbers)
    wanted = frozenset(number for number in dotted if "." in number and number.replace(".", "").isdigit())
    if not wanted:
        return text
    lines = _from_markup(text).split("\n")
    code = code_lines(lines)
    labels = [
        None if number in code else _in_full(line, wanted, _ends_block(before))
        for number, (before, line) in enumerate(zip(["", *lines], lines, strict=False))
    ]
    in_full = {label.number.partition(".")[0] for label in labels if label is not None}
    _add_relative(lines, labels, wanted, in_full, code)
    return "\n".join(_written(label) if label is not None else line for line, label in zip(lines, labels, strict=True))


def _add_relative(
    lines: list[str], labels: list[_Label | None], wanted: Collection[str], in_full: set[str], code: set[int]
) -> None:
    """Add the labels below chapters that have no number in full; none in lines of `code`."""
    chapter, style = "", None
    for position, line in enumerate(lines):
        if position in code:
            continue
        found = _CHAPTER.match(line)
        if found and any(number.startswith(f"{found['number']}.") for number in wanted):
            chapter, style = found["number"], None
        elif chapter and chapter not in in_full and labels[position] is None:
            at_start = _ends_block(lines[position - 1]) or _CHAPTER.match(lines[position - 1]) is not None
            label = _relative(line, wanted, chapter) if at_start else None
            if label is not None and style in (None, label.style):
                labels[position], style = label, label.style


def _from_markup(text: str) -> str:
    """Return a text with headings, bold text and numbered lists of HTML and LaTeX written as Markdown."""
    text = _HTML_HEADING.sub(lambda found: f"{'#' * int(found[1])} {found[2].strip()}", text)
    text = _HTML_BOLD.sub(lambda found: f"**{found[2].strip()}**", text)
    lines = []
    item = 0
    for line in text.split("\n"):
        line = _TEX_SECTION.sub(lambda found: f"## {found[1]} ", line).rstrip() if "\\" in line else line
        if _OPENS.search(line) or item:
            line, item = _numbered(line, item)
        lines.append(line)
    return "\n".join(lines)


def _numbered(line: str, item: int) -> tuple[str, int]:
    """Return a line of a numbered list with the numbers of its items, and the number of the next one; 0 at its end."""
    parts = re.split(rf"({_OPENS.pattern}|{_CLOSES.pattern}|{_ITEM.pattern}|</li\s*>)", line, flags=re.I)
    written = ""
    for part in filter(None, parts):
        if _OPENS.fullmatch(part):
            item = 1
        elif _CLOSES.fullmatch(part):
            item = 0
        elif item and _ITEM.fullmatch(part):
            written += f"\n{item}. " if written.strip() else f"{item}. "
            item += 1
        elif not re.fullmatch(r"</li\s*>", part, re.I):
            written += part
    return written, item


def _ends_block(line: str) -> bool:
    """Return whether a new block may begin after a line: it is empty, a heading or a rule, or ends a sentence."""
    text = line.strip()
    return not text or text.startswith(("#", "---", "===", "|", "```", "~~~")) or text.rstrip("*_ ")[-1:] in ".?!:)"


def _in_full(line: str, wanted: Collection[str], at_start: bool) -> _Label | None:
    """Return the label of a line that has all of a number; None if it has none."""
    if (row := _ROW.match(line)) and row["number"] in wanted:
        return _Label(row["number"], row)
    found = _TWO_LEVELS.match(line)
    if found and (number := f"{found['one']}.{found['two']}") in wanted and (found["word"] or at_start):
        return _Label(number, found)
    found = _LABEL.match(line) if at_start else None
    return _Label(found["number"], found) if found and found["number"] in wanted else None


def _relative(line: str, wanted: Collection[str], chapter: str) -> _Label | None:
    """Return the label of a line below a chapter; `1)` and `1.` by themselves are read as they are."""
    if (found := _ORDINAL.match(line)) and (number := f"{chapter}.{_ORDINALS[found['word'].lower()]}") in wanted:
        return _Label(number, found, (True,))
    if (found := _ROMAN.match(line)) and (number := f"{chapter}.{_ROMANS[found['word'].lower()]}") in wanted:
        return _Label(number, found, (False, True))
    found = _LABEL.match(line)
    if not found or (found["word"] or "part").lower() not in _PARTS or f"{chapter}.{found['number']}" not in wanted:
        return None
    bullet = re.search(r"[-+*]\s", found["deco"]) is not None
    bracket = line[: found.start("number")].rstrip().endswith(("(", "["))
    style = (bool(found["bold"]), bracket, bullet, "#" in found["deco"], bool(found["sign"].strip()))
    return _Label(f"{chapter}.{found['number']}", found, style) if any(style[:4]) or found["word"] else None


def _written(label: _Label) -> str:
    """Return the line of a label: `4.1) text`, as a heading or in bold where it was."""
    parts = label.match.groupdict()
    heading = re.match(r"\s*(?:>[>\s]*)?(?:#+\s*)?", parts.get("deco") or "")
    whole_line = parts.get("bold") and not parts.get("after") and not parts.get("more")
    bold = parts["bold"] if whole_line else ""
    return f"{heading[0] if heading else ''}{bold}{label.number}) {(parts['rest'] or '').strip().strip('|')}".rstrip()

"""The sections of a written part: where a label begins an answer, and where the answer ends."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.ingest.answer_text import MAX_NEARBY, code_lines, ends_in_doubt, own_text
from grader.model import NOTHING, Document, Text, say

MAX_ANSWER = 20_000  # characters
MAX_LABELS = 600  # of one document; each may be compared with all others

_WORD = (
    r"(?:exercise|question|questions|task|problem|part|q|ex|aufgabe|frage|teil|antwort|answer|solution|lösung|proof)"
)
_NUMBER = r"\d{1,2}(?:\.\d{1,2})*"
_DECORATION = re.compile(r"^[\s>#*_]*(?:proof\.\s*)?[*_]*", re.I)
_LABEL = re.compile(
    rf"""(?:(?P<word>{_WORD})(?![a-zäöü])\.?\s*:?\s*)?
    (?P<number>{_NUMBER})?(?P<close>\s*[.):](?=\s|$|[*_])|(?=\s)|$|(?=[*_])|(?<=\d)(?=[a-h](?:[).:]|\s*[*_]*$)))""",
    re.I | re.X,
)
_LETTER = re.compile(r"\s*\(?(?P<letter>[a-h]|[ivx]{1,4})\s*[).](?=\s|$|[*_])", re.I)
_SECOND = re.compile(r"\s+(\d{1,2})(?=\s*[).:]|\s+\(?[a-h]\)?\s*$|\s*$)[).:]?")
_BARE_LETTER = re.compile(r"\s*\(?(?P<letter>[a-h]|[ivx]{1,4})\)?\s*[*_]*$")
_LETTER_AFTER_WORD = re.compile(r"\s*(?P<letter>[a-h])\s*[:.)]?\s*[*_]*$", re.I)
_BULLET = re.compile(r"^\s*[-*+•]\s+(?=\S)")


@dataclass(frozen=True)
class _Label:
    """A label at the start of a line: its number parts, how deep it is, and where its text begins."""

    path: tuple[str, ...]
    level: int
    start: int
    body: int
    relative: bool  # the path continues that of the label above it
    style: str = ""  # the sign behind a number, `)` or `.`


@dataclass(frozen=True)
class Section:
    """A part of a document below a label: its number parts, its heading, its text, and where it is."""

    path: tuple[str, ...]
    heading: str
    text: str
    where: str
    doubt: Text = NOTHING
    nearby: str = ""  # the text behind it, where it may go on


def _line_labels(line: str, start: int) -> Iterator[_Label]:
    """Yield the labels of `line`, which begins at `start` of its document; `3) a)` has two."""
    heading = bool(re.match(r"^\s*#", line))
    bullet = _BULLET.match(line)
    rest = line[bullet.end() :] if bullet else line
    offset = len(line) - len(rest)
    decoration = _DECORATION.match(rest)
    offset += decoration.end() if decoration else 0
    strong = heading or (line.lstrip().startswith(("**", "__")) and not bullet)
    found = _LABEL.match(line, offset)
    number = found["number"] if found else None
    if found and number and not bullet and _is_label(line, found, heading):
        parts = tuple(number.split("."))
        top = bool(found["word"] or heading or len(parts) > 1 or not found["close"].strip() or strong)
        offset = found.end()
        second = _SECOND.match(line, offset) if found["word"] or heading else None
        if second:  # "11.2 3 a)"
            parts, offset = (*parts, second[1]), second.end()
        yield _Label(parts, 1 if top else 2, start, start + offset, not top, found["close"].strip())
    letter = _LETTER.match(line, offset) or (_BARE_LETTER.match(line, offset) if number and strong else None)
    if found and found["word"] and not number and strong:  # "## Question A"
        letter = _LETTER_AFTER_WORD.match(line, found.end("word"))
    if letter and (not bullet or set(letter["letter"].lower()) <= set("ivx")):
        yield _Label((letter["letter"].lower(),), 3, start, start + letter.end(), True)


def _is_label(line: str, found: re.Match[str], heading: bool) -> bool:
    """Return whether a number without a word starts a section: in a heading, in brackets, or as `2 Title`, `1.1`."""
    number, rest = found["number"], line[found.end() :].strip(" *_")
    if len(number.split(".")[0]) > 2 or int(number.split(".")[0]) > 40:
        return False
    if found["word"] or heading or found["close"].strip():
        return True
    if re.match(r"[a-h]\)", rest):  # 4a)
        return True
    if "." in number:
        return not rest or rest[0].isupper() or re.match(r"\(?[a-h]\s*[).]", rest) is not None
    return bool(rest) and rest[0].isupper() and len(rest) < 70 and not rest.endswith((".", ","))


def _labels(text: str) -> list[_Label]:
    """Return all labels of a document; `### 1)` under `## Exercise 11.1` belongs to it."""
    found: list[_Label] = []
    chapter = 0  # the number of hashes of the last heading with a word or a dotted number
    start = 0
    lines = text.splitlines(keepends=True)
    code = code_lines(lines)
    for position, line in enumerate(lines):
        if position not in code and (len(line) < 4000 or re.match(r"^[\s#*]*\d", line)):
            hashes = len(line) - len(line.lstrip().lstrip("#")) if line.lstrip().startswith("#") else 0
            for label in _line_labels(line.rstrip("\n"), start):
                if hashes and label.level == 1 and (len(label.path) > 1 or re.match(rf"[#\s*]*{_WORD}", line, re.I)):
                    chapter = hashes
                elif chapter and hashes > chapter and label.level == 1:
                    label = replace(label, level=2, relative=True)
                found.append(label)
        start += len(line)
    return _without_lists(found)


def _without_lists(labels: list[_Label]) -> list[_Label]:
    """Leave out numbers in another style than the chapter's first: `1.` under `1)` is a list inside an answer."""
    kept: list[_Label] = []
    style: str | None = None
    for label in labels:
        if label.level == 1:
            style = None
        elif label.level == 2:
            style = label.style if style is None else style
            if label.style != style:
                continue
        kept.append(label)
    return kept


def _restarts(labels: list[_Label]) -> bool:
    """Return whether numbers start again without a heading between them: answers and lists cannot be distinguished."""
    before = 0
    for label in labels:
        if label.level == 1:
            before = 0
        elif label.level == 2:
            if _number(label) <= before:
                return True
            before = _number(label)
    return False


def sections(document: Document, sheet: Collection[str] = ()) -> list[Section]:
    """Cut a document at its labels; a section reaches to the next label that is not deeper.

    Sections with nothing but lines of the `sheet` are left out.
    """
    labels = _labels(document.text)
    above: list[_Label] = []
    result = []
    shown_before: set[str] = set()
    doubt = say("Numbering restarts inside the answers.") if _restarts(labels) else NOTHING
    if len(labels) > MAX_LABELS:
        labels, doubt = labels[:MAX_LABELS], say("The document has more than {limit} numbers.", limit=MAX_LABELS)
    for position, label in enumerate(labels):
        above = [a for a in above if a.level < label.level] if label.relative else []
        path = tuple(part for a in above for part in a.path) + label.path
        above.append(label)
        after = next((other for other in labels[position + 1 :] if _ends(label, other)), None)
        end = after.start if after else len(document.text)
        if after is not None and after.start == label.start:
            continue
        body = document.text[label.body : end]
        line_start = document.text.rfind("\n", 0, label.start) + 1
        whole_line = document.text[line_start:].partition("\n")[0]
        heading = body.strip().partition("\n")[0]
        own = own_text(body, whole_line, document.kind, sheet)
        if own.only_sheet:
            continue
        if after is not None and not own.doubt and _comes_again(after, labels, document.text):
            own = replace(own, doubt=ends_in_doubt(".".join(after.path)), nearby=document.text[end:][:MAX_NEARBY])
        shown = ".".join(path)
        line = document.text.count("\n", 0, label.start) + 1
        where = f"{document.path}, under {shown}" + (f" (line {line})" if shown in shown_before else "")
        shown_before.add(shown)
        result.append(
            Section(
                path,
                heading[:300],
                own.text[:MAX_ANSWER],
                where,
                doubt if doubt and (label.level == 2 or len(labels) == MAX_LABELS) else own.doubt,
                own.nearby,
            )
        )
    return result


def _comes_again(label: _Label, labels: Sequence[_Label], text: str) -> bool:
    """Return whether a label that is no heading comes again as one: the first may be a part of a sentence."""

    def heading(one: _Label) -> bool:
        return text.startswith("#", one.start)

    return not heading(label) and any(
        one.path == label.path and one.start > label.start and heading(one) for one in labels
    )


def _ends(label: _Label, other: _Label) -> bool:
    """Return whether `other` ends the section of `label`; a list that starts again at a lower number does not."""
    if other.start <= label.start or other.level > label.level or _continues(label, other):
        return False
    return not (label.level == other.level == 2 and _number(other) <= _number(label))


def _number(label: _Label) -> int:
    return int(label.path[-1]) if label.path[-1].isdigit() else 0


def _continues(label: _Label, other: _Label) -> bool:
    """Return whether `other` is a part of `label`: `2.1` under `2`."""
    return len(other.path) > len(label.path) and other.path[: len(label.path)] == label.path and not other.relative

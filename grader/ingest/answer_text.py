"""The team's own text in the section of an answer: without a repeated question, and up to where it may end."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from grader.ingest.assignment_text import only_asks
from grader.model import NOTHING, Text, say

MAX_NEARBY = 1500  # characters of the text behind an answer that a tutor is shown
_ANSWER = re.compile(
    r"^\s*(?:(?P<bold>\*\*|__)\s*)?(?:(?:our\s+|my\s+|unsere\s+)?(?:answer|antwort|solution|lösung)|(?P<short>a))\s*"
    r"(?:(?(bold)(?P=bold)|(?!)))?\s*:\s*(?:\*\*|__)?[ \t]*",
    re.I,
)
_OF_THE_ANSWER = re.compile(
    r"(?i)^\W*(?:our\s+|my\s+|unsere\s+)?(?:answers?|antwort(?:en)?|solutions?|lösung(?:en)?|explanation|reasoning|reasons?|"
    r"begründung|erklärung|result|ergebnis|proof|beweis|derivation|herleitung|note|bemerkung)\b"
)
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(\S.*)$")
_FENCE = re.compile(r"^[\s>]*(```|~~~)")
_ANSWER_LINE = re.compile(
    r"(?im)^[ \t]*(?:#{1,6}[ \t]*|\*\*|__)(?:our[ \t]+|my[ \t]+|unsere[ \t]+)?"
    r"(?:answer|antwort|solution|lösung)[ \t]*:?(?:\*\*|__)?[ \t]*$"
)
_EMPHASISED = re.compile(r"^(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1$", re.DOTALL)


@dataclass(frozen=True)
class OwnText:
    """The text of an answer, a doubt about it, and the text behind it if it may belong to it."""

    text: str
    doubt: Text = NOTHING
    nearby: str = ""
    only_sheet: bool = False  # there was nothing but lines of the sheet


def ends_in_doubt(title: str) -> Text:
    """Return the doubt about an answer that may end before a title, and may go on."""
    return say("It is not clear whether the answer ends before '{title}'.", title=title)


def code_lines(lines: Sequence[str]) -> set[int]:
    """Return the numbers of lines that are code between fences: all with a language, otherwise those with a hash."""
    found: set[int] = set()
    begin, language = None, ""
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        if fence is None or line.count(fence[1]) > 1:
            continue
        if begin is None:
            begin, language = number, line.strip(" `~>\t\r\n")
        else:
            inside = range(begin + 1, number)
            found |= {one for one in inside if language or lines[one].lstrip(" >").startswith("#")}
            begin = None
    return found


def line_key(line: str) -> str:
    """Return a line in the form in which it is compared with those of a sheet: bare words in any case."""
    return " ".join(line.strip(" \t>#*_|-").split()).casefold()


def without_sheet(text: str, sheet: Collection[str]) -> str:
    """Return a text with its lines of the sheet empty."""
    return "\n".join("" if line_key(line) in sheet else line for line in text.split("\n")) if sheet else text


def own_text(body: str, line: str, document_kind: str, sheet: Collection[str] = ()) -> OwnText:
    """Return the answer in the text behind a label; `line` is the line of the label, from its beginning.

    Lines of the `sheet`, as `line_key` writes them, are left out.
    """
    if (own := without_sheet(body, sheet)) != body:
        body = own
        if not body.strip():
            return OwnText("", only_sheet=True)
    heading, _, rest = body.strip().partition("\n")
    own_line = bool(body.partition("\n")[0].strip())  # the first line is next to the label, not below it
    is_heading = own_line and _is_heading(line, heading)
    asks = re.search(r"\?\s*(?:\([^()]*\))?[\s*_]*$", heading) is not None
    title = is_heading and not re.search(r"[\d=$\\]", heading) and not heading.rstrip("*_ ").endswith(tuple(".!;"))
    repeated = bool((asks or title) and rest.strip())
    text = rest if repeated else f"{heading}\n{rest}"
    text, question, doubt = _without_question(text.strip("\n"), quoted=own_line and line.lstrip().startswith(">"))
    text = _without_word(text, question or asks)
    text, ends_before, nearby = _up_to_a_heading(text, _level(line)) if _has_headings(document_kind) else (text, "", "")
    if ends_before:
        doubt = ends_in_doubt(ends_before)
    return OwnText(text.strip(), doubt, nearby)


def _is_heading(line: str, after_label: str) -> bool:
    """Return whether a line is a heading: with a hash, or in bold from its label to its end."""
    line = line.lstrip()
    return line.startswith("#") or (line.startswith(("**", "__")) and after_label.rstrip().endswith(("**", "__")))


def _without_question(text: str, quoted: bool) -> tuple[str, bool, Text]:
    """Return a text without the question at its beginning, whether there was one, and a doubt if that is not sure.

    A question is sure that is quoted or emphasised, as people set off what is not their own.
    """
    answer = _ANSWER_LINE.search(text)
    if answer and text[answer.end() :].strip() and only_asks(text[: answer.start()]):
        return text[answer.end() :].strip("\n"), True, NOTHING
    first, rest = _first_paragraph(text, quoted)
    if not rest.strip():
        return text, False, NOTHING
    if quoted and not rest.lstrip().startswith(">"):
        return rest, True, NOTHING
    bare = " ".join(line.lstrip("> ") for line in first.split("\n")).strip()
    emphasised = _EMPHASISED.match(bare)
    if not only_asks(emphasised[2] if emphasised else bare):
        return text, False, NOTHING
    if emphasised or (first.lstrip().startswith(">") and not rest.lstrip().startswith(">")):
        return rest, True, NOTHING
    return text, False, say("The answer begins with text that may be the question itself.")


def _first_paragraph(text: str, quoted: bool) -> tuple[str, str]:
    """Return the first paragraph and the rest; that of a quoted label ends with the quote."""
    lines = text.strip("\n").split("\n")
    for number, line in enumerate(lines[1:], 1):
        starts = quoted or lines[0].lstrip().startswith(">")
        if not line.strip() or (starts and not line.lstrip().startswith(">")):
            return "\n".join(lines[:number]), "\n".join(lines[number:]).strip("\n")
    return text, ""


def _without_word(text: str, after_question: bool) -> str:
    """Return a text without a word such as `Answer:` at its beginning; `A:` is one in bold or behind a question."""
    found = _ANSWER.match(text)
    if not found or (found["short"] and not (found["bold"] or after_question)):
        return text
    return text[found.end() :]


def _has_headings(document_kind: str) -> bool:
    return document_kind in ("markdown", "notebook")


def _level(line: str) -> int:
    """Return the number of hashes of a heading; 7 for a label that is none."""
    found = re.match(r"^\s*(#{1,6})", line)
    return len(found[1]) if found else 7


def _up_to_a_heading(text: str, level: int) -> tuple[str, str, str]:
    """Return the text up to a heading that may begin something else, that heading, and the text from there."""
    lines = text.split("\n")
    code = code_lines(lines)
    for number, line in enumerate(lines):
        found = None if number in code else _HEADING.match(line)
        if found is None or len(found[1]) > level or _OF_THE_ANSWER.match(found[2]):
            continue
        if "".join(lines[:number]).strip():
            nearby = "\n".join(lines[number:])[:MAX_NEARBY]
            return "\n".join(lines[:number]), found[2].strip(" #*_")[:100], nearby
    return text, "", ""

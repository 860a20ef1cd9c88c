"""The formulas of a written answer, each read into a tree or with the reason why it could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from grader.expressions.parse_math import parse_chain
from grader.expressions.parse_python import parse_code, parse_program
from grader.expressions.runs import MAX_BEFORE, runs
from grader.expressions.tidy import tidy
from grader.expressions.tree import UNNAMED, Node, NotRead
from grader.expressions.vocabulary import RNN, Vocabulary
from grader.model.message import NOTHING, Message, say

_MATH = re.compile(
    r"```(?:\w+\n)?(?P<fence>.+?)```|\$\$(?P<display>.+?)\$\$|\\\[(?P<bracket>.+?)\\\]|\\\((?P<round>.+?)\\\)"
    r"|\$(?P<inline>[^$]+?)\$|`(?P<tick>[^`\n]+)`"
    r"|(?P<environment>\\begin\{(?:aligned|align\*?|equation\*?|gathered|split)\}.+?\\end\{[a-z]+\*?\})",
    re.S,
)
_LINE_END = re.compile(r"\n\s*\n|(?<=[a-z)])\.(?=\s)")
# Words on the left of a formula, as in `grad = ...`, that mean what is asked for.
_IN_WORDS = re.compile(
    r"(?i)(?<![\w-])(?:grad|gradient|params|parameters?|weights|number|count|total|altogether|results?|answer|output|formula"
    r"|derivative|jacobian|complexity|cost|ableitung|ergebnis|antwort|anzahl|gewichte|summe|insgesamt|formel|aufwand)\W*$"
)
MAX_BEHIND = 400  # characters behind a formula that can belong to its sentence


@dataclass(frozen=True)
class Statement:
    """One formula of an answer: its text and its links (`a = b = c` has three), or the reason why it was not read."""

    text: str
    links: tuple[Node, ...] = ()
    problem: Message = NOTHING
    program: bool = False  # a line of a program; its names are substituted where they are used
    behind: str = ""  # what follows on the same line
    before: str = ""  # the words right before it


@dataclass(frozen=True)
class AnswerText:
    """The formulas of an answer in order, and the signs, numbers and letters beside them that belong to none."""

    statements: tuple[Statement, ...]
    beside: tuple[str, ...] = ()


def statements(answer: str, own: Vocabulary = RNN) -> list[Statement]:
    """Return every formula of the answer, in order: set as mathematics or code, or written in the text.

    `own` are the names that a rubric declares; without them, formulas are about the RNN.
    """
    return list(read_answer(answer, own).statements)


def read_answer(answer: str, own: Vocabulary = RNN) -> AnswerText:
    """Return the formulas of an answer, and what stands beside them without being a word or punctuation.

    `own` are the names that a rubric declares; without them, formulas are about the RNN.
    """
    if only_code := re.fullmatch(r"\s*```(?:\w+\n)?([^`]*)```\s*", answer):
        answer = only_code[1]
    if program := _program(answer, own):
        return AnswerText(tuple(program))
    if block := re.search(r"(?m)^\s*(?:def|lambda|class|while|if)\b.*:\s*$", answer):
        return AnswerText((Statement(block[0].strip(), problem=say("this kind of code is not supported")),))
    answer = tidy(answer)
    found: list[Statement] = []
    beside: list[str] = []
    at = 0
    for span in [*_MATH.finditer(answer), None]:
        text = answer[at : span.start() if span else len(answer)]
        if found and found[-1].links and len(found[-1].links) == 1 and re.match(r"\s*=", text):
            text = f"{found.pop().text} {text}"  # `$J$ = diag(...)`
        bare, unread = _bare(text, own, at > 0)
        found, beside = found + bare, beside + unread
        if span:
            apart = _set_apart(span, own)
            found += [replace(first, before=text[-MAX_BEFORE:]) for first in apart[:1]] + apart[1:]
            at = span.end()
            behind = _LINE_END.split(answer[at : at + MAX_BEHIND])[0]
            found[-1:] = [replace(last, behind=behind) for last in found[-1:]]
    formulas = tuple(one for one in found if not any(form.fullmatch(one.text) for form in _NO_FORMULAS))
    return AnswerText(formulas, tuple(beside))


def _set_apart(span: re.Match[str], own: Vocabulary) -> list[Statement]:
    """Read the formulas in one stretch of mathematics or code."""
    code = span["fence"] or span["tick"]
    if code is not None:
        return _program(code, own) or [_read(line, own) for line in _code_lines(code)]
    formula = next((part for part in span.groupdict().values() if part is not None), "")
    return [_read(part, own) for part in _parts(formula)]


_LOOKS_LIKE_CODE = re.compile(r"\b(?:np|torch|numpy)\.|\*\*|@|\bfor \w+ in range|\blambda\b|^\s*def ")
_ASSIGNMENTS = re.compile(r"\s*[A-Za-z_]\w*[ \t]*=[^=\n]+(?:\n[ \t]*[A-Za-z_]\w*[ \t]*=[^=\n]+)+\s*")


def _program(text: str, own: Vocabulary) -> list[Statement]:
    """Read a text that is a small program as a whole; empty for any other text."""
    steps = own.is_declared and _ASSIGNMENTS.fullmatch(text)
    if "$" in text or not (steps or _LOOKS_LIKE_CODE.search(text)):
        return []
    try:
        return [Statement(text.strip(), tuple(links), program=True) for links in parse_program(text, own)]
    except NotRead:
        return []


# Remarks on the notation and ranges of an index do not define J.
# An inequality bounds norms, as (1) of the assignment does; it defines nothing.
_BOUND = re.compile(
    r"\s*(?:\\left|\\bigg?l?|\\Bigg?l?)?\s*(?:\\\||\\l?Vert|‖|∥).*(?:\\leq?(?![a-z])|\\geq?(?![a-z])|≤|≥|\\max|\bmax\b).*",
    re.S,
)
_BARE_BOUND = re.compile(r"\s*(?:\\leq?(?![a-z])|≤|\\geq?(?![a-z])|≥)\s*(?:\\[dt]?frac|[\d\s./{}])+")  # `\le 1/4`
_REMARK = re.compile(
    r"[\\a-z]*(?:circ|odot|⊙|∘)\s*(?:=.*)?|[a-z]\s*=\s*[\w+-]+\s*,\s*(?:\\[lc]?dots|\.\.\.|…)\s*,\s*[\w+-]+|[a-z]\s*(?:\\neq?|≠)\s*[a-z]|[=.…\s]*|[a-z]\s*(?:\\times|×)\s*[a-z]|[A-Z]_\{?ij\}?\s*=\s*0(?![\d.])[^+*/^−-]*",
    re.S,
)


_NO_FORMULAS = (_REMARK, _BOUND, _BARE_BOUND)


def _code_lines(code: str) -> list[str]:
    lines = [line.partition("#")[0].strip() for line in code.splitlines()]
    return [line for line in lines if line and not line.startswith(("import ", "from "))]


_ALIGNED = re.compile(
    r"\s*\\begin\{(?P<kind>aligned|align\*?|gathered|split)\}(?P<rows>(?:(?!\\begin).)*)\\end\{(?P=kind)\}\s*\.?\s*",
    re.S,
)


def _equations(rows: str) -> list[str]:
    """Return the equations in aligned rows; a row that begins with its sign goes on with the one before."""
    found: list[str] = []
    for row in re.split(r"\\\\(?:\[[^\]]*\])?", rows):
        if found and re.match(r"\s*&?\s*(?:=|\\stackrel|\\overset)", row):
            found[-1] += " " + row.replace("&", " ")
        elif row.strip():
            found.append(row.replace("&", " "))
    return found


_SEMICOLON_IN_BRACKETS = re.compile(r"(\[[^\[\]]{1,200});\s(?=[^\[\]]{1,200}\])")


def _parts(text: str) -> list[str]:
    """Cut mathematics at commas, quads and words that join two formulas."""
    text = _SEMICOLON_IN_BRACKETS.sub(r"\1;", text)  # the rows of a matrix
    if rows := _ALIGNED.fullmatch(text):
        return [piece for row in _equations(rows["rows"]) for piece in _parts(row)]
    cleaned = re.sub(r"\\text\{\s*(?:where|with|and|for|wobei|mit|und)[^}]*\}", "\x00", text)
    pieces = re.split(r"\x00|,\s*(?:\\quad|\\qquad|\\;)|\\quad|\\qquad|(?<!\\);\s", cleaned)
    return [piece.strip(" .,;\n&") for piece in pieces if piece.strip(" .,;\n&")]


def _bare(text: str, own: Vocabulary, behind_formula: bool) -> tuple[list[Statement], list[str]]:
    """Read formulas in prose that are not set as mathematics, and return the signs beside them that are none."""
    found: list[Statement] = []
    beside: list[str] = []
    for run in runs(text, own, behind_formula):
        if unread := run.unread:
            beside.append(unread)
        elif formula := run.formula:
            if formula.startswith("=") and own.is_declared and _IN_WORDS.search(run.preceding):
                named = _read(formula[1:], own)
                found.append(replace(named, links=(UNNAMED, *named.links), behind=run.following))
                continue
            if formula.startswith("=") and found:  # the chain goes on in the next line
                formula = f"{found.pop().text} {formula}"
            found.append(replace(_read(formula, own), behind=run.following, before=run.preceding))
    return found, beside


def _read(text: str, own: Vocabulary) -> Statement:
    text = text.strip()
    looks_like_code = re.search(
        r"\*\*|@|\b(?:np|torch|numpy)\.|\w_(?:next|prev|prime|k1|kp1)\b|\[k|\breturn\b|\blambda\b|\bfor \w+ in\b", text
    )

    readers = (parse_code, parse_chain) if looks_like_code else (parse_chain, parse_code)
    problems = []
    for reader in readers:
        try:
            return Statement(text, tuple(reader(text, own)))
        except NotRead as error:
            problems.append(error.reason)
    return Statement(text, problem=problems[0])

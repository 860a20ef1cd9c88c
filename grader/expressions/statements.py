"""The formulas of a written answer, each read into a tree or with the reason why it could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.expressions.parse_math import parse_chain
from grader.expressions.parse_python import parse_code, parse_program
from grader.expressions.tree import Node, NotRead
from grader.expressions.vocabulary import RNN, Vocabulary
from grader.model.message import NOTHING, Message, say

_MATH = re.compile(
    r"```(?:\w+\n)?(?P<fence>.+?)```|\$\$(?P<display>.+?)\$\$|\\\[(?P<bracket>.+?)\\\]|\\\((?P<round>.+?)\\\)"
    r"|\$(?P<inline>[^$]+?)\$|`(?P<tick>[^`\n]+)`"
    r"|(?P<environment>\\begin\{(?:aligned|align\*?|equation\*?|gathered|split)\}.+?\\end\{[a-z]+\*?\})",
    re.S,
)
_MATH_WORD = re.compile(r"(?i)^(?:diag|tanh|sigmoid|np|torch|sigma|exp|cosh|text|mathbf|frac|partial|left|right)$")
_SIGNS = re.compile(r"[=∂σφ^_\\′'⊙·∘]|[₀-₉ₖₜ]|\bdiag\b|\btanh\b|@")


@dataclass(frozen=True)
class Statement:
    """One formula of an answer: its text and its links (`a = b = c` has three), or the reason why it was not read."""

    text: str
    links: tuple[Node, ...] = ()
    problem: Message = NOTHING
    program: bool = False  # a line of a program; its names are substituted where they are used


def statements(answer: str, own: Vocabulary = RNN) -> list[Statement]:
    """Return every formula of the answer, in order: set as mathematics or code, or written in the text.

    `own` are the names that a rubric declares; without them, formulas are about the RNN.
    """
    if program := _program(answer, own):
        return program
    if block := re.search(r"(?m)^\s*(?:def|lambda|class|while|if)\b.*:\s*$", answer):
        return [Statement(block[0].strip(), problem=say("this kind of code is not supported"))]
    answer = _tidy(answer)
    found: list[Statement] = []
    at = 0
    for span in _MATH.finditer(answer):
        found += _bare(answer[at : span.start()], own)
        at = span.end()
        code = span["fence"] or span["tick"]
        formula = next(part for part in span.groupdict().values() if part is not None)
        if code is not None:
            found += _program(code, own) or [_read(line, own) for line in _code_lines(code)]
        elif formula is not None:
            found += [_read(part, own) for part in _parts(formula)]
    every = found + _bare(answer[at:], own)
    return [one for one in every if not (_REMARK.fullmatch(one.text) or _BOUND.fullmatch(one.text))]


def _program(text: str, own: Vocabulary) -> list[Statement]:
    """Read a text that is a small program as a whole; empty for any other text."""
    if not re.search(r"\b(?:np|torch|numpy)\.|\*\*|@|\bfor \w+ in range", text) or "$" in text:
        return []
    try:
        return [Statement(text.strip(), tuple(links), program=True) for links in parse_program(text, own)]
    except NotRead:
        return []


_BRACED = r"\{((?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)\}"


def _unbroken(text: str) -> str:
    """Join formulas that a PDF's text has broken into lines: stacked fractions, and chains at their signs."""
    text = re.sub(
        r"(?m)^[ \t]*(∂ ?[^\s=]+(?: [^\s=∂]+)?)[ \t]*\n[ \t]*(∂ ?[^\s=]+(?: [^\s=∂]+)?)[ \t]*$", r"\1/\2", text
    )
    text = re.sub(r"(?m)=[ \t]*\n[ \t]*(?=∂[^\n]*/∂|diag)", "= ", text)
    text = re.sub(r"(∂[^\n=]*/∂[^\n=]*)\n[ \t]*=[ \t]*", r"\1 = ", text)
    text = re.sub(r"\btanh\s?2\s?(?=\()", "tanh^2", text)
    if re.search(r"(?i)[σφ]\s?0\b.{0,40}\b(?:derivative|ableitung)", text):  # a prime of a font that pdfium knows as 0
        text = re.sub(r"([σφ])\s?0(?=\s?[(,\s])", r"\1′", text)
    return text


def _tidy(text: str) -> str:
    """Remove text that is not part of a formula: labels, notes on the activation, sets, braces below."""
    text = _unbroken(text)
    text = re.sub(r"\\boxed\s*" + _BRACED, r" \1 ", text)
    text = re.sub(r":=|\\coloneqq|\\triangleq|\\overset\{[^{}]*\}\{=\}", "=", text)
    text = re.sub(r"(?m)^\s*\(?[a-d1-9][.)]\s+(?=\S)", "", text)
    text = re.sub(
        r"\\underbrace\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}_\{([^{}]*(?:\{[^{}]*\})?)\}",
        r" \1 \\qquad \2 = \1 \\qquad ",
        text,
    )
    text = re.sub(r"(?:\\q?quad\s*|[ \t]+)(?:\\text\{\s*)?[(\[](?:tanh|sigmoid|Tanh|Sigmoid)[)\]](?:\s*\})?", " ", text)
    text = re.sub(r"\\[,;:!]", " ", text)
    text = re.sub(r"\\in\s*\\mathbb\{?R\}?\s*\^\s*(?:\{[^{}]*\}|\w)|∈\s*ℝ\S*", " ", text)
    text = re.sub(r"(?:\s[–—]\s|—)(?=[a-zäöü ]{2,})|⇒|\\Rightarrow|\\Longrightarrow|\\implies", "\n", text)
    return re.sub(r"\b(?:tanh|sigmoid)\s*:\s", " ", text)


# Remarks on the notation and ranges of an index do not define J.
# An inequality bounds norms, as (1) of the assignment does; it defines nothing.
_BOUND = re.compile(
    r"\s*(?:\\left|\\bigg?l?|\\Bigg?l?)?\s*(?:\\\||\\l?Vert|‖|∥).*(?:\\leq?(?![a-z])|\\geq?(?![a-z])|≤|≥|\\max|\bmax\b).*",
    re.S,
)
_REMARK = re.compile(
    r"[\\a-z]*(?:circ|odot|⊙|∘)\s*(?:=.*)?|[a-z]\s*=\s*[\w+-]+\s*,\s*(?:\\[lc]?dots|\.\.\.|…)\s*,\s*[\w+-]+|[a-z]\s*(?:\\neq?|≠)\s*[a-z]|[=.…\s]*|[A-Z]_\{?ij\}?\s*=\s*0.*",
    re.S,
)


def _code_lines(code: str) -> list[str]:
    lines = [line.partition("#")[0].strip() for line in code.splitlines()]
    return [line for line in lines if line and not line.startswith(("import ", "from "))]


def _parts(text: str) -> list[str]:
    """Cut mathematics at commas, quads and words that join two formulas."""
    cleaned = re.sub(r"\\text\{\s*(?:where|with|and|for|wobei|mit|und)[^}]*\}", "\x00", text)
    pieces = re.split(r"\x00|,\s*(?:\\quad|\\qquad|\\;)|\\quad|\\qquad|(?<!\\);\s", cleaned)
    return [piece.strip(" .,;\n&") for piece in pieces if piece.strip(" .,;\n&")]


def _bare(text: str, own: Vocabulary) -> list[Statement]:
    """Read formulas in prose that are not set as mathematics: runs between words, with a sign of mathematics."""
    found = []
    for line in text.splitlines():
        for run in _runs(line, own):
            if _SIGNS.search(run) and re.search(r"[A-Za-zσφ∂]", run):
                found.append(_read(run, own))
    return found


def _runs(line: str, own: Vocabulary) -> list[str]:
    """Cut a line at words of prose; brackets around prose go with it."""
    pieces: list[str] = []
    current = ""
    for part in re.findall(r"[A-Za-zÄÖÜäöüß]{2,}(?:[-'’][A-Za-zäöüß]{2,})*[,.:;]?(?=\s|$|\)|,)|\S+|\s+", line):
        word = part.strip(".,:;()")
        if re.fullmatch(r"[A-Za-zÄÖÜäöüß'’-]{2,}", word) and not _MATH_WORD.match(word) and not _is_product(word, own):
            pieces.append(current)
            current = ""
        else:
            current += part
    pieces.append(current)
    return [trimmed for piece in pieces for part in _at_commas(piece) if (trimmed := _trim(part))]


def _at_commas(text: str) -> list[str]:
    """Cut at commas and semicolons outside of brackets."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character in ",;" and depth <= 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def _is_product(word: str, own: Vocabulary) -> bool:
    if own.is_declared and (own.is_word(word) or (len(word) <= 3 and set(word) <= own.in_code)):
        return True
    return bool(re.fullmatch(r"[JWUDIhzxb]{2,3}", word)) or word in ("dh", "dz")


def _trim(text: str) -> str:
    text = text.strip(" \t.,;:*-–•>#")
    while text.count("(") < text.count(")") and text.endswith(")"):
        text = text[:-1].rstrip(" .,;:")
    while text.count("(") > text.count(")") and text.startswith("("):
        text = text[1:].lstrip()
    return text


def _read(text: str, own: Vocabulary) -> Statement:
    text = text.strip()
    looks_like_code = re.search(r"\*\*|@|\b(?:np|torch|numpy)\.|\w_(?:next|prev|prime|k1|kp1)\b|\[k|\breturn\b", text)

    readers = (parse_code, parse_chain) if looks_like_code else (parse_chain, parse_code)
    problems = []
    for reader in readers:
        try:
            return Statement(text, tuple(reader(text, own)))
        except NotRead as error:
            problems.append(error.reason)
    return Statement(text, problem=problems[0])

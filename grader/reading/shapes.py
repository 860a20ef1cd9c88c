"""Read shapes in prose: tuples, products, tables and arrows, with the words around them and the team's names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from grader.model.message import Message, say

CROSS = r"(?:×|⨯|\\times|(?<=[\s\d)])[xX](?=[\s\d(])|\bby\b|\bmal\b)"
_WORD = r"(?:self\.)?[^\W\d_]\w*'?"
_ATOM = rf"(?:\d+(?:[ ]?\*[ ]?|[ ](?=\w+[ ]?[,)\]]))?{_WORD}(?:\s?/\s?\d+)?|{_WORD}(?:\s?[/*]\s?\d+)?|\d+)"
_SUM = rf"(?:{_ATOM}(?:\s?[+−-]\s?{_ATOM})*)"
_TERM = rf"(?:\(\s?{_SUM}\s?\)|{_ATOM}\s?[+]\s?{_ATOM}|{_ATOM})"
_PRODUCT = re.compile(rf"(?<![\w(\[.+]){_TERM}(?:\s*{CROSS}\s*{_TERM}){{2,3}}")
_BRACKET = re.compile(r"(?<![\w.])[(\[]((?:[^()\[\]]|\([^()\[\]]{1,40}\)){3,140})[)\]]")


# The arguments of a call, and of a parameter such as `pad=`, are no shape.
_ARGUMENTS = re.compile(
    r"(?P<name>\b(?!\w*[Ss]hape|torch\.Size|Size)[A-Za-z_][\w.]*)\((?:[^()\n]|\([^()\n]*\)){0,200}\)(?=\s*(?:->|→|=|:|;|,|\n|$|gives|returns))|\b(?:pad|padding|kernel_size|stride|mode)=[(\[][^()\[\]\n]{0,80}[)\]]"
)


# The first LSTM receives (...) and returns (...).
_TAKEN = re.compile(r"(?i)\b(?:receives?|takes|gets|sees|bekommt|erhält)\b(?:\W+\w+){0,6}\W*$")
_RETURNED = re.compile(r"(?i)\b(?:returns?|gives?|outputs?|yields?|puts out|liefert|gibt)\b\W*(?:\w+\W+){0,3}$")


class NotUnderstood(Exception):
    """A shape that could not be read; `reason` is a clause with the shape and the reason."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Length:
    """A length as a sum: names with factors, and '' for a number."""

    terms: tuple[tuple[str, Fraction], ...]

    @classmethod
    def of(cls, terms: Iterable[tuple[str, Fraction]]) -> Length:
        """Return a sum with equal names added up, without those that cancel."""
        total: dict[str, Fraction] = {}
        for name, factor in terms:
            total[name] = total.get(name, Fraction(0)) + factor
        return cls(tuple(sorted((name, factor) for name, factor in total.items() if factor)))

    @property
    def names(self) -> list[str]:
        """Return the names in the sum."""
        return [name for name, _ in self.terms if name]

    @property
    def number(self) -> Fraction | None:
        """Return its value if it has no name."""
        return sum((factor for _, factor in self.terms), Fraction(0)) if not self.names else None

    def renamed(self, names: Mapping[str, str]) -> Length:
        """Return the same sum with other names."""
        return Length.of((names.get(name, name), factor) for name, factor in self.terms)

    def at(self, sizes: Mapping[str, int]) -> Fraction:
        """Return its value for given sizes."""
        return sum((factor * (sizes[name] if name else 1) for name, factor in self.terms), Fraction(0))

    def __str__(self) -> str:
        parts = [name if f == 1 and name else f"{f}{name}" for name, f in self.terms]
        return " + ".join(parts) or "0"


Shape = tuple[Length, ...]


@dataclass
class Written:
    """A shape as written, with the words that may name its stage: before it, after it, or beside it in a table."""

    text: str
    shape: Shape
    before: str
    after: str
    label: str = ""
    into: bool = False  # the input of a layer, in a line `in -> out`


def without_markup(text: str) -> str:
    """Return an answer without the markup of LaTeX, Markdown and code; of code only the comments are left."""
    text = re.sub(r"```\w*\n(.*?)```", lambda found: _comments(found[1]), text, flags=re.S)
    text = _ARGUMENTS.sub(r"\g<name>", text)
    text = re.sub(
        r"(?<=[(\[,]) ?[A-Za-z]\w* ?= ?(?=\d+ ?[,)\]])|\[[^\[\]]*:[^\[\]]*\]", " ", text
    )  # (N, L, F=1); [:, shift:, :]
    for name in re.findall(r"\b([A-Za-z]\w*) ?= ?(?=[\w= ]{0,40}?\b1\b(?! ?[.,]?\d))", text):
        text = re.sub(rf"(?<=[,(\[]) ?{name}(?= ?[,)\]])", " 1", text)  # (N, L, F), where F = 1
    text = (
        text.replace("\\_", "_")
        .replace("\\,", " ")
        .replace("\\;", " ")
        .replace("$", "")
        .replace("`", "")
        .replace("**", "")
    )
    text = re.sub(r"\\(?:text|mathrm|texttt|mathbf|textit)\s*\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\(delta|tau|sigma|lambda)\b", r"\1", text)
    return re.sub(r"\\(?:to|rightarrow|Rightarrow|longrightarrow)\b|⟶|⇒|=>|->|➔|➜", "→", text).replace("·", ";")


def _comments(code: str) -> str:
    return "\n".join(line.partition("#")[2] for line in code.splitlines())


def length(text: str) -> Length:
    """Read one length, such as `seq + shift`, `2H` or `90`.

    Raises:
        NotUnderstood: the text is no length.
    """
    text = text.strip(" .()").replace("−", "-").lower()
    if not re.fullmatch(rf"{_SUM}|[^\W\d]+(?: [^\W\d]+){{1,2}}(?:\s?\+\s?[^\W\d.]+)?", text, re.I):
        raise NotUnderstood(say("'{text}' is not a length", text=text))
    terms = []
    for sign, term in re.findall(r"([+-]?)\s*([^+-]+)", text):
        found = re.fullmatch(r"(\d*)\s*\*?\s*([^\d*/]*?[^\d*/\s]\w*'?|)\s*(?:([*/])\s*(\d+))?", term.strip())
        if found is None:
            raise NotUnderstood(say("'{text}' is not a length", text=term))
        factor = Fraction(int(found[1] or 1))
        if found[4]:
            factor = factor / int(found[4]) if found[3] == "/" else factor * int(found[4])
        terms.append((re.sub(r"\s+", "_", found[2].strip()), -factor if sign == "-" else factor))
    return Length.of(terms)


def _parts(text: str) -> list[str]:
    """Cut at commas outside of brackets, or at crosses if there are none."""
    parts, depth, current = [], 0, ""
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    parts.append(current)
    return parts if len(parts) > 1 else re.split(rf"\s*{CROSS}\s*", text)


def _brackets(text: str) -> Iterable[re.Match[str]]:
    """Yield the brackets of a text; a bracket without a comma of its own, as around a box, is opened."""
    for found in _BRACKET.finditer(text):
        if len(_parts(found[1])) > 1:
            yield found
        else:
            yield from _BRACKET.finditer(text, found.start() + 1, found.end() - 1)


def find_shapes(text: str) -> list[tuple[int, int, str, Shape]]:
    """Return place and reading of every shape in `text`, in order.

    Raises:
        NotUnderstood: something that looks like a shape was not read.
    """
    found: list[tuple[int, int, str, Shape]] = []
    for span in sorted([*_brackets(text), *_PRODUCT.finditer(text)], key=lambda m: (m.start(), -m.end())):
        if found and span.start() < found[-1][1]:
            continue
        bracket = span.re is _BRACKET
        parts = _parts(span[1]) if bracket else re.split(rf"\s*{CROSS}\s*", span[0])
        if len(parts) < 2 or any(len(part.split()) > 6 for part in parts):
            continue
        try:
            shape = tuple(length(part) for part in parts)
        except NotUnderstood as error:
            if len(parts) >= 3 and (re.search(r"\d|\bor\b|\boder\b|\.\.", span[0]) or len(found) > 0):
                reason = say("{shape} could not be read: {reason}.", shape=span[0], reason=error.reason)
                raise NotUnderstood(reason) from None
            continue
        found.append((span.start(), span.end(), span[0], shape))
    return found


def read_shapes(text: str) -> list[Written]:
    """Return the shapes that an answer names, with their words: line by line if the lines are rows of a table."""
    lines = text.splitlines()
    table = [line for line in lines if line.count("|") >= 2 or line.count("\t") >= 1]
    if len(table) >= 2 and any(find_shapes(line) for line in table):
        beside = "\n".join(line for line in lines if line not in table)
        return [*_of_table(table), *read_shapes(beside)]
    found = find_shapes(text)
    written = []
    for number, (start, end, whole, shape) in enumerate(found):
        before = text[found[number - 1][1] if number else 0 : start]
        after = text[end : found[number + 1][0] if number + 1 < len(found) else len(text)]
        written.append(Written(whole, shape, before, after))
    for first, second in pairwise(written):
        if re.fullmatch(r"\s*(?:in|into|to|zu)\s*", second.before):  # the LSTM turns the input (...) into (...)
            second.label = re.sub(r"(?i)\b(?:input|eingabe)\b", " ", first.before)
        if re.fullmatch(r"\s*=\s*", second.before):  # (N, L, 1) = (10, 80, 1)
            second.label = first.label or first.before
        between = re.split(r"[.;]\s|\n", second.before)
        if len(between) == 1 and _TAKEN.search(first.before) and _RETURNED.search(second.before):
            first.into, second.label = True, re.split(r"[.;]\s|\n", first.before)[-1]
    _label_pairs(lines, written)
    return written


def _of_table(rows: Sequence[str]) -> list[Written]:
    cells = [[cell.strip() for cell in re.split(r"\||\t", row.strip().strip("|"))] for row in rows]
    written = []
    for row in cells:
        shapes = [find_shapes(cell) for cell in row]
        names = " ".join(cell for cell, found in zip(row, shapes, strict=True) if not found)
        for column, found in enumerate(shapes):
            for _, _, whole, shape in found[-1:]:
                header = cells[0][column] if len(cells[0]) == len(row) else ""
                own = re.sub(re.escape(whole), " ", row[column])
                label = names if re.search(r"[^\W\d]{3}", names) else header
                into = (
                    bool(re.fullmatch(r"(?i)\W*(?:in|input|eingang|eingabe|before|vorher)(?: shape)?\W*", header))
                    and label == names
                )
                written.append(Written(whole, shape, "", "", f"{label} {own}".strip(), into))
    return written


def _label_pairs(lines: Sequence[str], written: list[Written]) -> None:
    """Label the shapes of lines `name: (in) -> (out)`, of which the first is the input."""
    at = 0
    pairs: list[tuple[Written, Written, str]] = []
    for line in lines:
        here = find_shapes(line)
        ours = written[at : at + len(here)]
        at += len(here)
        if len(here) == 2 and len(ours) == 2 and re.fullmatch(r"\s*→\s*", line[here[0][1] : here[1][0]]):
            pairs.append((ours[0], ours[1], line[: here[0][0]] + line[here[1][1] :]))
    if len(pairs) >= 2:
        for first, second, label in pairs:
            first.into, second.label, first.label = True, label, label

"""Cut the text between formulas at its words: what is left are bare formulas, and signs that belong to none."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.expressions.vocabulary import OF_VECTORS, Vocabulary

_MATH_WORD = re.compile(r"(?i)^(?:diag|tanh|sigmoid|np|torch|sigma|exp|cosh|text|mathbf|frac|partial|left|right)$")
_SIGNS = re.compile(r"[=∂σφ^_\\′'⊙·∘≠≥≤<>∝≈±]|[₀-₉ₖₜ]|\bdiag\b|\btanh\b|@|->")
# Over declared names, an operator between operands or a name with an argument makes a formula.
_OPERATION = re.compile(
    r"[A-Za-z)\]²³⁴]\s*[-+/*·×−^√]\s*[\w(\[√]|\d\s*[-+/*·×−]\s*[A-Za-z(]|[A-Za-z]\([^()]|[A-Za-z)]\s*[²³⁴]|[\d)]\("
)
_PART = re.compile(
    r"(?:[A-Za-z]\.){2,}[,:]?(?=\s|$)|[A-Za-zÄÖÜäöüß]{2,}(?:[-'’][A-Za-zäöüß]{2,})*[,.:;!]?(?=\s|$|\)|,)|\S+|\s+"
)
_WORD = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]|[A-Za-zÄÖÜäöüß'’-]{2,}")
# Between words these separate or enclose; next to a formula a dash, a star or a stroke can be an operator.
_PUNCTUATION = re.compile(r"[\s.,;:()\[\]\"'“”„‘’«»‹›_`*#|•>–—-]*")
_ONE_SIGN = re.compile(r"\W{0,2}(?:[A-Za-z0-9]|[kt]\s?[+-]\s?1|[⊙∘◦])\W{0,2}")  # the matrix W, is 0, at step k+1
_OPERATOR = re.compile(r"[-+/^?%&~<>=±≠≤≥∝≈!]")
_ALONE = re.compile(r"(?i)(?:left|right|sigmoid|tanh|sigma|exp|text)\W{0,2}|(?-i:[-–—] ?a)|[aI][,.]?|=|n\s?[x×]\s?n\W*")
_NUMBERING = re.compile(r"^\s*(?:[-*•>#–]+\s+)*(?:\(?(?:\d{1,2}|[a-hi]+)[.):]\s*)*(?:[*_]+\s*)?")


MAX_BEFORE = 60  # characters before a formula that can belong to it


@dataclass(frozen=True)
class Run:
    """A stretch between two words; `after_word` and `before_word` say whether a word of prose touches it."""

    text: str
    after_word: bool
    before_word: bool
    first: bool = False  # at the start of a line, not behind a formula
    touches: bool = False  # directly behind a formula that is set as mathematics
    following: str = ""  # the rest of its line
    preceding: str = ""  # the words before it on its line
    declared: bool = False  # a rubric declares the names

    @property
    def formula(self) -> str:
        """Return the formula that it is; empty if it is none."""
        trimmed = _trimmed(self.text)
        if self.before_word and trimmed.endswith("=") and "=" not in trimmed[:-1]:
            trimmed = trimmed[:-1].rstrip()  # `J = the diagonal matrix`: the sign stands for a word
        if self.declared and _OPERATION.search(trimmed):
            return trimmed
        return trimmed if _SIGNS.search(trimmed) and re.search(r"[A-Za-zσφ∂]", trimmed) else ""

    @property
    def unread(self) -> str:
        """Return the signs, numbers or letters in it that no formula and no sentence explains; mostly empty."""
        text = self.text.strip()
        if self.formula:
            return text if self.touches and not re.search(r"[=,;.]", text) else ""
        if _PUNCTUATION.fullmatch(text):
            dash = re.search(r"[-–—*]", text)
            return text if dash and not (self.after_word or self.before_word) else ""
        in_a_sentence = self.after_word or (self.first and self.before_word)
        if in_a_sentence and _ONE_SIGN.fullmatch(text) and not _OPERATOR.search(re.sub(r"[kt]\s?[+-]\s?1", "", text)):
            return ""
        if in_a_sentence or self.before_word:
            return "" if _ALONE.fullmatch(text) else text
        return "" if text.strip(".,") == "(1)" else text


def runs(text: str, own: Vocabulary, behind_formula: bool = False) -> list[Run]:
    """Return the stretches between the words of a text that has no formula set as mathematics in it, in order."""
    found = []
    for number, line in enumerate(text.split("\n")):
        starts = number > 0 or not behind_formula
        found += _of_line(_NUMBERING.sub("", line, count=1) if starts else line, own, starts)
    return found


def _of_line(line: str, own: Vocabulary, starts: bool) -> list[Run]:
    found: list[Run] = []
    current, before = "", ""
    for match in _PART.finditer(line):
        if _is_prose(match[0].strip('.,:;!()#"“”„'), own, line[match.end() :]):
            found += _cut(current, before, line[match.start() :], starts, own)
            current, before = "", line[max(0, match.end() - MAX_BEFORE) : match.end()]
        else:
            current += match[0]
    return found + _cut(current, before, "", starts, own)


def _cut(piece: str, preceding: str, following: str, starts: bool, own: Vocabulary) -> list[Run]:
    """Return the runs in a stretch between two words, which commas separate."""
    parts = _at_commas(piece)
    first, touches = starts and not preceding, not starts and not preceding
    last = len(parts) - 1
    return [
        Run(
            part,
            after_word=bool(preceding) and place == 0,
            before_word=bool(following) and place == last,
            first=first and place == 0,
            touches=touches and place == 0,
            following="".join(f",{other}" for other in parts[place + 1 :]) + following,
            preceding=preceding if place == 0 else ",",
            declared=own.is_declared,
        )
        for place, part in enumerate(parts)
    ]


def _is_prose(word: str, own: Vocabulary, following: str = "") -> bool:
    if own.is_declared and word in OF_VECTORS and not re.match(r"[\s\\a-z]{0,12}[({_\[]", following):
        return word not in own.own  # "with mean m": a word, as it has no argument
    if own.is_declared and re.fullmatch(r"[A-Za-z](?:\.[A-Z]|['’])", word):
        return False  # `X.T` in code, `w'`
    return bool(_WORD.fullmatch(word)) and not _MATH_WORD.match(word) and not _is_product(word, own)


def _at_commas(text: str) -> list[str]:
    """Cut at commas and semicolons outside of brackets."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        label = character == ":" and text[at + 1 : at + 2].isspace() and not text[:at].endswith(" ")
        if (character in ",;" or label) and depth <= 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def _is_product(word: str, own: Vocabulary) -> bool:
    if own.is_declared and (own.is_word(word) or (len(word) <= 3 and set(word) <= own.in_code)):
        return True
    return bool(re.fullmatch(r"[JWUDIhzxb]{2,3}|[Jhzx][kt]", word)) or word in ("dh", "dz")


def _trimmed(text: str) -> str:
    text = text.strip(' \t.,;:*-–•>#!"“”„«»')
    while text.count("(") < text.count(")") and text.endswith(")"):
        text = text[:-1].rstrip(" .,;:")
    while text.count("(") > text.count(")") and text.startswith("("):
        text = text[1:].lstrip()
    return text

"""Whole numbers, number words and simple calculations in an answer, or the part that could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from grader.model.message import NOTHING, Message, say

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "sixteen": 16, "forty-eight": 48,
    "seventy-five": 75, "drei": 3, "vier": 4, "achtundvierzig": 48, "fünfundsiebzig": 75, "three hundred": 300,
    "dreihundert": 300, "ten": 10, "zehn": 10, "eight": 8, "nine": 9, "zwei": 2, "fünf": 5, "sechs": 6, "sieben": 7, "eleven": 11, "thirteen": 13, "acht": 8, "dreihundertachtundvierzig": 348, "sechzehn": 16, "twenty-five": 25, "zwölf": 12, "twelve": 12,
}  # fmt: skip


MAX_VALUE, MAX_EXPONENT, MAX_DIGITS, MAX_DEPTH = 10**15, 20, 15, 20
_NEGATIVE = r"[=(] ?- ?\d|[:,;] ?-\d|(?<=[a-z] )-\d|(?m:^)-\d"  # no count is below zero
_STRANGE = re.compile(
    rf"\d+[.,]\d+|\d+k\b|\d+ ?%|\d ?[–—…~] ?\d|\d ?\.\.+ ?\d|[A-Za-z_]\d|{_NEGATIVE}",
)
_CALCULATION = re.compile(r"(?:(?<=; )(?P<on>\* ?))?\({0,20}\d+(?: ?\){0,20} ?(?:\*\*|[-*+=/^]) ?\({0,20}\d+)*\){0,20}")


@dataclass(frozen=True)
class ReadNumbers:
    """The values of an answer in order, calculations by their result; `problem` names the unreadable part."""

    values: tuple[int, ...]
    problem: Message = NOTHING
    miscalculated: bool = False


def read_numbers(text: str) -> ReadNumbers:
    """Return the whole numbers of an answer, calculations by their result; what cannot be calculated is a problem."""
    written = one_sign_each(text)
    if strange := _STRANGE.search(written):
        return _not_read(strange[0])
    values: list[int] = []
    for found in _CALCULATION.finditer(written):
        links = found[0].split("=")
        if found["on"] and values:  # `5 * 5 = 25, times 3 = 75`
            links[0] = f"{values[-1]}{links[0]}"
        try:
            sides = [Calculation(link).value() for link in links if link.strip(" ()")]
        except NotCalculated:
            return _not_read(found[0])
        if len(set(sides)) > 1:
            calculation = " ".join(found[0].split())
            return ReadNumbers((), say("The calculation {calculation} is wrong.", calculation=calculation), True)
        if sides[0].denominator != 1 or sides[0] < 0:
            return _not_read(found[0])
        values.append(int(sides[0]))
    return ReadNumbers(tuple(values))


def one_sign_each(text: str) -> str:
    """Return the text with one sign for each operator, one space for several, and nouns in calculations left out."""
    written = re.sub(r"[ \t]+", " ", in_digits(text)).replace("−", "-").replace("$", " ").replace("²", "^2")
    written = re.sub(r"\\times|\\cdot|(?<=[\d)]) ?[xX×·∗⋅] ?(?=[\d(])|(?<=\d) ?(?:times|mal) ?(?=\d)", "*", written)
    written = re.sub(r"(?<=\d), ?(?:times|mal|multiplied by) (?=\d)", " ; * ", written)
    written = re.sub(r"(?<=\d) [a-z]+ ?(?=\* ?[\d(])", "", written)  # 3 filters * 16
    written = re.sub(r"(?<=\d) [a-z]+ [x×·] ?(?=[\d(])", "*", written)  # 3 filters x 16
    written = re.sub(r"(?<=\d) by (?=\d+ ?=)", "*", written)  # 6 by 6 = 36
    return re.sub(r"\*\*(?! ?\d)|(?<![\d) ])\*\*|(?<!\d)\*(?=\d[^*\n]*\*(?!\d))|(?<=\d)\*(?! ?[\d(*])", " ", written)


def _not_read(words: str) -> ReadNumbers:
    return ReadNumbers((), say("'{words}' in the answer could not be read.", words=words.strip()[:80]))


class NotCalculated(Exception):
    """A text that is no calculation, or one with a result that is too large."""


class Calculation:
    """A calculation of whole and decimal numbers with + - * / ^ and round brackets; an unmatched bracket at an end is ignored."""

    def __init__(self, text: str) -> None:
        self.tokens = re.findall(r"\d+(?:\.\d+)?|\*\*|[-+*/^()]", text)
        while self.tokens.count("(") > self.tokens.count(")") and self.tokens[0] == "(":
            del self.tokens[0]
        while self.tokens.count(")") > self.tokens.count("(") and self.tokens[-1] == ")":
            del self.tokens[-1]
        self.at = 0

    def value(self) -> Fraction:
        """Return the result.

        Raises:
            NotCalculated: it is no complete calculation, or a number in it is too large.
        """
        result = self._sum(0)
        if self.at < len(self.tokens):
            raise NotCalculated
        return result

    def _next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _sum(self, depth: int) -> Fraction:
        total = self._product(depth)
        while self._next() in ("+", "-"):
            sign = 1 if self._take() == "+" else -1
            total += sign * self._product(depth)
        return total

    def _product(self, depth: int) -> Fraction:
        total = self._power(depth)
        while self._next() in ("*", "/"):
            if self._take() == "*":
                total *= self._power(depth)
            elif divisor := self._power(depth):
                total /= divisor
            else:
                raise NotCalculated
            if abs(total) > MAX_VALUE:
                raise NotCalculated
        return total

    def _power(self, depth: int) -> Fraction:
        base = self._operand(depth)
        if self._next() not in ("^", "**"):
            return base
        self._take()
        exponent = self._operand(depth)
        if exponent.denominator != 1 or not 0 <= exponent <= MAX_EXPONENT or abs(base) > MAX_VALUE:
            raise NotCalculated
        return base ** int(exponent)

    def _operand(self, depth: int) -> Fraction:
        taken = self._take()
        if taken[:1].isdigit() and len(taken) <= MAX_DIGITS:
            return Fraction(taken)
        if taken == "(" and depth < MAX_DEPTH:
            inner = self._sum(depth + 1)
            if self._take() == ")":
                return inner
        raise NotCalculated

    def _take(self) -> str:
        token = self._next()
        self.at += 1
        return token


def products(text: str) -> list[list[int]]:
    """Return the factors of every product of whole numbers that is written in `text`."""
    written = re.sub(r"\\times|\\cdot|\s*[xX×·∗⋅]\s*(?=\d)|\s*(?:times|mal)\s*(?=\d)", "*", in_digits(text))
    return [[int(n) for n in re.findall(r"\d+", found)] for found in re.findall(r"\d+(?:\s*\*\s*\d+)+", written)]


def in_digits(text: str) -> str:
    """Write number words, English and German, in digits."""
    lowered = text.lower().replace("three hundred and forty-eight", "348").replace("three hundred forty-eight", "348")
    for word in sorted(_WORDS, key=len, reverse=True):
        lowered = re.sub(rf"\b{word}\b", str(_WORDS[word]), lowered)
    return lowered

"""Whole numbers, number words and simple calculations in an answer, or the part that could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.model.message import NOTHING, Message, say

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "sixteen": 16, "forty-eight": 48,
    "seventy-five": 75, "drei": 3, "vier": 4, "achtundvierzig": 48, "fünfundsiebzig": 75, "three hundred": 300,
    "dreihundert": 300, "ten": 10, "zehn": 10, "eight": 8, "nine": 9, "zwei": 2, "fünf": 5, "sechs": 6, "sieben": 7, "eleven": 11, "thirteen": 13, "acht": 8, "dreihundertachtundvierzig": 348, "sechzehn": 16, "twenty-five": 25, "zwölf": 12, "twelve": 12,
}  # fmt: skip


@dataclass(frozen=True)
class ReadNumbers:
    """The values of an answer in order, calculations by their result; `problem` names the unreadable part."""

    values: tuple[int, ...]
    problem: Message = NOTHING
    miscalculated: bool = False


def read_numbers(text: str) -> ReadNumbers:
    """Return the whole numbers, sums and products of an answer; anything else with digits is a problem."""
    written = re.sub(
        r"\\times|\\cdot|(?<=\d)\s*[xX×·∗⋅]\s*(?=\d)|(?<=\d)\s*(?:times|mal)\s*(?=\d)", "*", in_digits(text)
    )
    written = re.sub(r"(?<=\d)\s+[a-z]+\s*(?=\*\s*\d)", "", written)  # 3 filters * 16
    written = written.replace("−", "-").replace("$", " ").replace("**", " ")
    strange = re.search(r"\d+[.,]\d+|\d+\s*[\^/]\s*\d+|\d+k\b|\d+\s*%|\d\s*-\s*\d|\*(?!\s*\d)|[A-Za-z_]\d", written)
    if strange:
        return ReadNumbers((), say("'{words}' in the answer could not be read.", words=strange[0].strip()))
    values: list[int] = []
    for found in re.finditer(r"\(?\d+(?:\s*\)?\s*[*+=]\s*\(?\s*\d+)*", written):
        sides = [_value(side) for side in found[0].split("=")]
        if len(set(sides)) > 1:
            calculation = " ".join(found[0].split())
            return ReadNumbers((), say("The calculation {calculation} is wrong.", calculation=calculation), True)
        values.append(sides[0])
    return ReadNumbers(tuple(values))


def products(text: str) -> list[list[int]]:
    """Return the factors of every product of whole numbers that is written in `text`."""
    written = re.sub(r"\\times|\\cdot|\s*[xX×·∗⋅]\s*(?=\d)|\s*(?:times|mal)\s*(?=\d)", "*", in_digits(text))
    return [[int(n) for n in re.findall(r"\d+", found)] for found in re.findall(r"\d+(?:\s*\*\s*\d+)+", written)]


def _value(expression: str) -> int:
    """Return the value of sums and products with brackets; an unmatched bracket is ignored."""
    while inner := re.search(r"\(([^()]*)\)", expression):
        expression = expression[: inner.start()] + str(_flat(inner[1])) + expression[inner.end() :]
    return _flat(re.sub(r"[()]", "", expression))


def _flat(expression: str) -> int:
    total = 0
    for term in expression.split("+"):
        product = 1
        for factor in term.split("*"):
            product *= int(factor)
        total += product
    return total


def in_digits(text: str) -> str:
    """Write number words, English and German, in digits."""
    lowered = text.lower().replace("three hundred and forty-eight", "348").replace("three hundred forty-eight", "348")
    for word in sorted(_WORDS, key=len, reverse=True):
        lowered = re.sub(rf"\b{word}\b", str(_WORDS[word]), lowered)
    return lowered

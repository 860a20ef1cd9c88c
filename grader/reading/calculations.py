"""Calculations beside a result: whether each holds, as their writer may have meant it."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from grader.reading.arithmetic import Calculation, NotCalculated, one_sign_each

_NUMBER = r"\d+(?:[.,]\d+)?"
_CHAIN = re.compile(rf"\({{0,20}}{_NUMBER}(?: ?\){{0,20}} ?(?:\*\*|= ?-|[-*+=/^]) ?\({{0,20}}{_NUMBER})*\){{0,20}}")
_NOT_WHOLE = re.compile(r" ?(?:=|is|ist)? ?(?:not|no|keine?) (?:an? )?(?:whole|integer|ganze)")
_OPERATOR = re.compile(r"\d\W*[-*+/^]")
_GENERAL = re.compile(r"\(\d+(?: ?[-+*] ?\d+){1,9}\) ?[*/] ?(?P<s>stride\b|s\b|[1-9]\d*(?![\d.]))(?: ?[-+] ?\d+)?")
_STEPS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def wrong_calculation(text: str) -> str:
    """Return the first calculation in a text that does not hold, as it is written; nothing if all hold.

    A result may be rounded to its digits, brackets may be left out where one calculates from left to right, and a
    result may be the beginning of the next calculation (`13 - 3 = 10 / 2 = 5`). Letters are not calculated with.

    >>> wrong_calculation("(13 - 3)/2 + 2 = 6, so 6x6")
    '(13 - 3)/2 + 2 = 6'
    >>> wrong_calculation("(13 - 3)/3 + 1 = 4.33, or 13 - 3 / 2 + 1 = 6")
    ''
    """
    written = one_sign_each(text)
    for found in _CHAIN.finditer(written):
        links = found[0].split("=")
        wrong = any(_OPERATOR.search(left) and not _holds(left, right) for left, right in pairwise(links))
        denied = _NOT_WHOLE.match(written, found.end()) if _OPERATOR.search(links[-1]) else None
        if wrong or (denied and any(value.denominator == 1 for value in _values(links[-1]))):
            return " ".join(written[found.start() : denied.end() if denied else found.end()].split())
    return ""


def wrong_size_formula(text: str, less: int, strides: Sequence[int]) -> str:
    """Return a formula, such as `(13 - 3)/s + 1`, that does not give a stride its size; nothing if there is none.

    `less` is the side of the image without that of the kernel; the padding is 0 or 1, and `+ 1` may be in words.
    """
    for found in _GENERAL.finditer(text):
        for stride in (int(found["s"]),) if found["s"].isdigit() else strides:
            value = calculated(found[0].replace(found["s"], str(stride)))
            right = [Fraction(less + 2 * padding, stride) for padding in (0, 1)]
            if value is not None and not any(value in (one, one + 1) for one in right):
                return found[0].strip()
    return ""


def calculated(text: str) -> Fraction | None:
    """Return the value of a calculation by the usual rules; None for a text that is none."""
    return next(_values(one_sign_each(text)), None)


def _holds(left: str, right: str) -> bool:
    """Return whether one of the values of the left side is one of the right side, or of the number it begins with."""
    begins = re.match(rf"\W*?(-? ?{_NUMBER})", right)
    rights = [right, begins[1]] if begins else [right]
    calculated = list(_values(left))
    return not calculated or any(_is_near(value, other) for value in calculated for other in rights)


def _is_near(value: Fraction, written: str) -> bool:
    """Return whether a text has this value, rounded to its digits where the value has more."""
    found = re.fullmatch(r"[ \d-]+[.,](\d+) *", written)
    scale = 10 ** len(found[1]) if found else 1
    rounded = (value * scale).denominator != 1
    return any(value == other or (rounded and abs(value - other) * scale < 1) for other in _values(written))


def _values(text: str) -> Iterator[Fraction]:
    """Yield the value of a calculation by the usual rules, and from left to right where it has no brackets."""
    stripped = text.replace(",", ".").strip()
    sign = -1 if stripped.startswith("-") else 1
    unsigned = stripped.lstrip("- ")
    try:
        yield sign * Calculation(unsigned).value()
        if not re.search(r"[()^]|\*\*", unsigned):
            yield sign * _from_left_to_right(unsigned)
    except (NotCalculated, ZeroDivisionError):
        return


def _from_left_to_right(text: str) -> Fraction:
    first, *rest = re.findall(rf"{_NUMBER}|[-+*/]", text)
    value = Fraction(first)
    for step, number in zip(rest[::2], rest[1::2], strict=True):
        value = _STEPS[step](value, Fraction(number))
    return value

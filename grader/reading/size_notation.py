"""Write the sizes of an answer in one form: `stride 2: 6x6`, whatever the list, tuple or sentence is that gives them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_X = r"\s*(?:x|×|\*|by|mal)\s*"
_SIZE = rf"\d+(?:{_X}\d+(?:{_X}\d+)?)?"
_JOIN = r"\s*(?:,|/|;|\||\band\b|\bund\b|,\s*and\b)\s*"
_SIZES = rf"(?P<sizes>{_SIZE}(?:{_JOIN}{_SIZE}){{1,9}})"  # a longer list is that of no question
_STRIDES = rf"(?:strides?|schrittweiten?|s)\s*(?:of|=|:|von)?\s*(?P<strides>\d(?:{_JOIN}\d){{1,9}})"
# `7x7, 5x5, 4x4 and 3x3 for strides 2, 3, 4 and 5`: as many sizes as strides belong together in order.
_IN_ORDER = re.compile(
    rf"(?<![\d.+/*x×=-]){_SIZES}\s*(?:\(|for|bei|at|with|für|if)\s*(?:the\s+)?{_STRIDES}(?!\d|[x×]|\.\d|\s*(?:for|bei|für|at)\b)"
)
_ONLY_SIZES = re.compile(rf"(?:\([^()]{{0,60}}\)|[^\d:=]{{0,60}}?)\W*{_SIZES}\W*(?:\([^\d()]{{0,100}}\)\W*)?")
# `6, 4, 3, 3 for 2, 3, 4, 5` and `ceil(13/s): 7, 5, 4, 3`
_FOR_LIST = re.compile(
    rf"(?<![\d.+/*x×=-]){_SIZES}\s*(?:for|bei|at|für)\s*(?P<strides>\d(?:{_JOIN}\d){{1,9}})(?!\d|[x×]|\.\d)"
)
_OF_S = re.compile(rf"/ ?s\b[^:\d]{{0,20}}(?:\+ ?1)?[^:\d]{{0,20}}:\s*{_SIZES}\W*$")
_ALL_STRIDES = re.compile(rf"\b(?:all|alle)\b[^.:\n]{{0,20}}\b(?:strides|schrittweiten)\b[^.:\d\n]{{0,30}}:\s*{_SIZES}")
_PAIR = re.compile(r"\(\s*(?:(\d+)\s*,\s*)?(\d+)\s*,\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)")
_SQUARED = re.compile(rf"(\d+){_X}(\d+)\s*=\s*(\d+)(?!\s*{_X.strip()}\d|[\d.])")
_AT = re.compile(
    r"(?<=[,;] )(?:and |und )?(?:at|for|bei|with|für) (?=\d (?:it|we|this|the|is|gives?|ist|sind|erh)|\d:)|(?<=and )(?:at|for|bei) (?=\d (?:it|we|is))"
)
_REMAINDER = re.compile(r"(?:\(?\s*\d+\s*(?:-\s*\d+\s*)?\)?)\s*(?:mod|modulo|%)\s*(?P<stride>\d)\s*=\s*(?P<rest>\d)")
_MARK = re.compile(r"(?<![\dx×*/=.-] )(?<![\dx×*/=.-])(?:strides? )?(?P<stride>\d)\s*:?\s*(?P<sign>[✓✔☑✅✗✘❌])")
_OF_ONE = re.compile(r"(?i)\b(?:per|each|every|one|1|pro|jede[nrs]?) (?:filter|channel|map|kernel|kanal)")
_DEPTH_ONE = re.compile(r"(?<!\d)(\d+)x\1x1(?!\d)")
# (13 - 3) / s without `+ 1` is no size: it is whole where the stride fits.
_FITS_QUOTIENT = re.compile(
    r"(?P<quotient>\(?\s*(?P<above>\d+)(?P<less>\s*-\s*\d+)?\s*\)?\s*/\s*\d)(?!\d)(?!\s*\)?\s*\+)\s*=\s*\d+(?:\.\d+)?(?!\d)"
)


def written_out(text: str, strides: Sequence[int], depth: int, differences: Collection[int]) -> str:
    """Return a text, as `sizes.normalised` gives it, with each size beside its stride.

    `differences` are the sides of the image, padded or not, less that of the kernel.
    """
    text = _MARK.sub(
        lambda found: f" stride {found['stride']}: " + ("fits" if found["sign"] in "✓✔☑✅" else "not possible"), text
    )
    if _OF_ONE.search(text):
        text = _DEPTH_ONE.sub(r"\1x\1", text)
    text = _REMAINDER.sub(
        lambda found: f" stride {found['stride']}: " + ("fits" if found["rest"] == "0" else "not possible"), text
    )
    text = _FITS_QUOTIENT.sub(
        lambda found: found["quotient"] if int(found["above"] or 0) in differences or found["less"] else found[0], text
    )
    text = _PAIR.sub(lambda found: _as_square(found, depth), text)
    text = _SQUARED.sub(_without_area, text)
    text = _AT.sub(" stride ", text)
    text = _IN_ORDER.sub(lambda found: _paired(found, _numbers(found["strides"])), text)
    in_order = re.search(r"in (?:the |this |that |der )?(?:same |gleichen )?(?:order|reihenfolge)", text)
    if (only := _ONLY_SIZES.fullmatch(text.strip())) and (in_order or not re.search(r"strides?|schritt", text)):
        return _paired(only, list(strides))
    if (listed := _FOR_LIST.search(text)) and _numbers(listed["strides"]) == list(strides):
        return text[: listed.start()] + _paired(listed, list(strides)) + text[listed.end() :]
    if (listed := _ALL_STRIDES.search(text)) and len(re.findall(_SIZE, listed["sizes"])) == len(strides):
        return text[: listed.start()] + _paired(listed, list(strides)) + text[listed.end() :]
    if (listed := _OF_S.search(text)) and not re.search(r"strides? ?\d|schrittweite ?\d", text):
        return text[: listed.start()] + _paired(listed, list(strides))
    return text


def _numbers(text: str) -> list[int]:
    return [int(digit) for digit in re.findall(r"\d", text)]


def _paired(found: re.Match[str], strides: Sequence[int]) -> str:
    """Return each size behind its stride, or the text unchanged if there are not as many sizes as strides."""
    sizes = re.findall(_SIZE, found["sizes"])
    if len(sizes) != len(strides):
        return found[0]
    return "; ".join(f"stride {stride}: {size}" for stride, size in zip(strides, sizes, strict=True)) + "; "


def _as_square(found: re.Match[str], depth: int) -> str:
    """Return `(7, 7)`, `(7, 7, 64)` or `(64, 7, 7)` as 7x7 or 7x7x64."""
    numbers = [int(number) for number in found.groups() if number]
    if len(numbers) == 2 and numbers[0] == numbers[1]:
        return f"{numbers[0]}x{numbers[1]}"
    if len(numbers) == 3 and depth in (numbers[0], numbers[2]):
        side, other = (numbers[1], numbers[2]) if numbers[0] == depth else (numbers[0], numbers[1])
        return f"{side}x{other}x{depth}"
    return found[0]


def _without_area(found: re.Match[str]) -> str:
    """Return `6x6` for `6 x 6 = 36`: the area is no other size."""
    side, other, area = map(int, found.groups())
    return f"{side}x{other}" if side * other == area else found[0]

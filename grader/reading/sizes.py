"""The output size that an answer gives for each stride: a size, a fraction, or the statement that it does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.reading.arithmetic import in_digits
from grader.reading.size_notation import written_out
from grader.reading.stride_notation import with_strides, without_quotients

NOT_WHOLE = 0  # "does not fit"
WRONG_DEPTH = -1  # a third dimension that is not the number of filters
FRACTION = -2  # a size that is given as a fraction
FITS = -3  # "fits", without a size
_IMPOSSIBLE = re.compile(
    r"(?i)not (?:possible|an integer|(?:a )?whole|divisible|valid|work\w*|fit|evenly|a multiple)|impossible"
    r"|do(?:es)?(?:n.t| not)(?: (?:fit|work|divide|go)|(?= ?[.,;)]| ?$))|\b(?:are|is|sind|ist) (?:not|nicht)(?= ?[.,;)]| ?$)|cannot|can.t|\bno (?:integer|\()|isn.t (?:possible|whole|an)"
    r"|nicht (?:möglich|ganzzahlig|teilbar|auf)|keine? ganzen? zahl|geht (?:die rechnung )?nicht|passt nicht|unmöglich|\bno\b(?=\s*(?:[|(;,.]|$))|\bnein\b|[✗✘❌]|∉"
)
_FITS = re.compile(
    r"(?i)\b(?:possible|fits?|works?|yes|ok|okay|fine|valid|whole|integer|divisible|allowed|möglich|passt|passen|ja|geht|ganzzahlig|teilbar)\b|[✓✔☑✅]"
)
_NOT_IMPOSSIBLE = re.compile(r"(?i)not impossible|nicht unmöglich")
_X = r"\s*(?:x|×|X|\*|\\times|by|mal)\s*"
_SQUARE = re.compile(
    rf"(?<![\d.])(\d+(?:\.\d+)?){_X}(\d+(?:\.\d+)?)(?:{_X}(\d{{1,4}}))?(?![\d.]*\s*\w*\s*(?:image|filter|kernel|bild))"
)
_RESULT = re.compile(
    r"(?:[:=→|]|->|\bis|\bgives?|ergibt|ergeben|\bbe|\bso|\bget|\bwe have|liefert|yields|(?:rounded|floored)(?: up| down)?(?: to)?|abgerundet|aufgerundet)\s*(\d+(?:\.\d+)?)(?![\d.]*\s*[-+/*x×\d])(?!\s*,\s*\d)(?!\s*(?:values|outputs|neurons|entries|numbers|pixels|werte|ausgaben))"
)
_POSITIONS = re.compile(r"\b(\d+) (?:positions|positionen|steps|schritte)")
_WORD = r"(?:strides?|schrittweiten?|\bs)"
_AND = r"(?:\s*(?:[,/;&]|\band\b|\bund\b|\bor\b|\boder\b))+\s*"
_LIST = rf"\d(?!\d)(?:{_AND}(?:strides?|schrittweiten?|s\s*=)?\s*\d(?!\d|\.\d|\s*[x×]|\s*(?:for|bei|für|at)\s))*"
_STRIDES = re.compile(
    rf"(?i){_WORD}\s*(?:of|=|:|von)?\s*(?P<list>{_LIST})(?!\s*[x×])|^\s*[|]?\s*(?P<row>\d)\s*(?:[|:)]|\t)|(?P<all>\b(?:all|alle|each|every|jede\w*|none|keine)\b[^.\n]{{0,18}}\b{_WORD})",
    re.M,
)
_QUOTIENT = re.compile(r"\(?\s*\d+(?:\s*[+-]\s*\d+(?:\s*\*\s*\d+)?)*\s*\)?\s*/\s*(\d)(?!\d)(?:\s*\+\s*1)?")
_BEFORE = re.compile(
    rf"(?i)(?P<side>\d+(?:\.\d+)?)(?:{_X}(?P<other>\d+(?:\.\d+)?)(?:{_X}(?P<depth>\d+))?)?\s*(?:\(|for|bei|at|with|für|if)\s*{_WORD}\s*(?:of|=|:)?\s*(?P<list>{_LIST})"
)
_FOR_ALL = re.compile(
    rf"(?i)(?P<side>\d+){_X}(?P<other>\d+)(?:{_X}(?P<depth>\d+))?\s*(?:for|bei|at|with|für)\s*"
    r"(?:all|every|each|alle\w*|jede\w*)\s*(?:of )?(?:the |vier |four )?(?:strides?|schrittweiten?)"
)
_ONLY = re.compile(
    rf"(?i)\b(?:only|nur)\s+{_WORD}\s*(?:=)?\s*(?P<list>{_LIST})[^.\n]{{0,30}}(?:can be used|possible|work|fit|möglich|gehen)"
)


_OTHERS = re.compile(
    r"(?i)\b(?:the others?|the other \d|the rest|die anderen|die übrigen)\b[^.\n\d]{0,20}\b(?:not|n['’]t|nicht)\b"
)
_NONE_FITS = re.compile(
    r"(?i)\b(?:no|none of the|keine?r?(?: der)?) (?:of the )?(?:strides?|schrittweiten?)\b[^.\n\d]{0,20}\b(?:can|is|are|fits?|works?|possible|geht|passt|möglich|kann)\b"
)


Padding = Literal["any", "none", "one", "same"]
Rounding = Literal["any", "floor", "strict"]


@dataclass(frozen=True)
class SizeQuestion:
    """The question: the side of the image, the side of the kernel, the number of filters and the strides.

    `fit_counts` says whether it is enough to say which strides fit, without a size. `padding` and `rounding` are the
    conventions that the question allows. `missing_is_wrong` counts a stride without a size as a wrong one.
    """

    input: int
    kernel: int
    filters: int
    strides: tuple[int, ...]
    fit_counts: bool = False
    padding: Padding = "any"
    rounding: Rounding = "any"
    missing_is_wrong: bool = False


def normalised(text: str) -> str:
    """Return text with number words in digits, decimal points, and fractions on one line."""
    text = re.sub(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/\2", in_digits(text))
    text = re.sub(r"\\notin\s*\\mathbb\{?n\}?|\\not\\in\s*\\mathbb\{?n\}?|∉\s*[ℕn]", " = not an integer ", text)
    text = re.sub(r"(?<=\d),(?=\d)(?!\d\d\d)", ".", text)
    text = re.sub(r"\\(?:to|rightarrow)\b|⇒|->", "→", text).replace("\\times", "x").replace("·", "*")
    return re.sub(r"[$*]{2}|\$|\\[,;()]", " ", text).replace("−", "-")


def read_sizes(question: SizeQuestion, text: str) -> dict[int, set[int]]:
    """Return the claims of `text` for each stride; a stride without a claim is missing."""
    less = question.input - question.kernel
    text = with_strides(without_quotients(normalised(text)), question.strides)
    text = written_out(text, question.strides, question.filters, (less, less + 2))
    claims: dict[int, set[int]] = {}
    for stride, values in (
        *_pairs(question, text),
        *_segments(question, _OTHERS.sub(" ", _FOR_ALL.sub(" ", _BEFORE.sub(" ", text)))),
        *_only(question, text),
        *_others(question, text),
    ):
        claims.setdefault(stride, set()).update(values)
    return {stride: values for stride, values in claims.items() if values}


def _listed(text: str, question: SizeQuestion) -> list[int]:
    return [n for n in map(int, re.findall(r"\d", text)) if n in question.strides]


def _pairs(question: SizeQuestion, text: str) -> Iterator[tuple[int, set[int]]]:
    """Yield the sizes that come before their stride: `7 for s=2`, `6x6x64 (stride 2)`."""
    for found in _BEFORE.finditer(text):
        rest = re.split(r"[.;,](?!\d)", text[found.end() :])[0]
        if "." in found["side"]:
            values = {NOT_WHOLE} if _IMPOSSIBLE.search(rest) else {FRACTION}
        elif found["other"] and found["other"] != found["side"]:
            continue
        else:
            values = {WRONG_DEPTH if found["depth"] and int(found["depth"]) != question.filters else int(found["side"])}
        yield from ((stride, values) for stride in _listed(found["list"], question))
    for found in _FOR_ALL.finditer(text):
        if found["side"] == found["other"]:
            depth = int(found["depth"] or question.filters)
            value = int(found["side"]) if depth == question.filters else WRONG_DEPTH
            yield from ((stride, {value}) for stride in question.strides)


def _only(question: SizeQuestion, text: str) -> Iterator[tuple[int, set[int]]]:
    for found in _ONLY.finditer(text):
        named = _listed(found["list"], question)
        yield from ((stride, {NOT_WHOLE}) for stride in question.strides if stride not in named)


def _others(question: SizeQuestion, text: str) -> Iterator[tuple[int, set[int]]]:
    """Yield what is said of all strides that are not named before, or of none."""
    if _NONE_FITS.search(text):
        yield from ((stride, {NOT_WHOLE}) for stride in question.strides)
    for found in _OTHERS.finditer(text):
        named = {
            n for mention in _STRIDES.finditer(text[: found.start()]) for n in _listed(mention["list"] or "", question)
        }
        yield from ((stride, {NOT_WHOLE}) for stride in question.strides if stride not in named)


def _segments(question: SizeQuestion, text: str) -> Iterator[tuple[int, set[int]]]:
    """Yield the text after each mention of strides, up to the next one; a quotient by a stride mentions it."""
    mentions: list[tuple[int, int, list[int], bool]] = []
    for found in _STRIDES.finditer(text):
        whole = found["all"] is not None
        strides = list(question.strides) if whole else _listed(found["list"] or found["row"], question)
        if strides and not (found["list"] and re.search(r"(?i)\b(?:only|nur)\s*$", text[: found.start()])):
            none = whole and bool(re.match(r"(?i)none|keine", found["all"]))
            mentions.append((found.start(), found.end(), strides, none))
    for found in _QUOTIENT.finditer(text):
        strides = _listed(found[1], question)
        if strides and not any(
            m[2] == strides and _belongs_together(text[m[1] : found.start()]) for m in mentions if m[1] <= found.start()
        ):
            mentions.append((found.start(), found.end(), strides, False))
    mentions.sort()
    for number, (_, end, strides, none) in enumerate(mentions):
        stop = mentions[number + 1][0] if number + 1 < len(mentions) else len(text)
        segment = re.split(r"\n\s*\n(?=\s*[a-z])", text[end:stop])[0]
        if none:
            yield from ((stride, {NOT_WHOLE}) for stride in strides)
            continue
        yield from _shared(strides, segment, question)


def _belongs_together(between: str) -> bool:
    """Return whether only a few words are between a stride and its own quotient."""
    return len(between) < 60 and not re.search(r"\n|[;.]\s", between)


def _shared(strides: Sequence[int], segment: str, question: SizeQuestion) -> Iterator[tuple[int, set[int]]]:
    """Return the sizes that a segment gives for one stride, or for several in turn or together."""
    values = _claimed(segment, question)
    if len(strides) > 1 and len(values) == len(strides):
        yield from zip(strides, ({value} for value in values), strict=True)
    elif len(strides) == 1 or len(set(values)) == 1:
        yield from ((stride, set(values)) for stride in strides)


def _claimed(segment: str, question: SizeQuestion) -> list[int]:
    """Return the sizes that a segment names, or that it does not fit; a single fraction was meant as a size."""
    if _NOT_IMPOSSIBLE.search(segment):
        return []
    impossible = bool(_IMPOSSIBLE.search(segment))
    squares = [found for found in _SQUARE.finditer(segment) if found[1] == found[2]]
    given = [found for found in squares if not _is_given(found, segment, question)]
    results = [found[1] for found in _RESULT.finditer(segment)]
    sizes = [_square(found, question) for found in given]
    places = [int(found[1]) for found in _POSITIONS.finditer(segment)]
    if sizes and any(place not in (size, size**2) for place in places for size in sizes[:1]):
        sizes += places
    if not sizes:
        sizes = [int(found[1]) for found in _POSITIONS.finditer(segment)] or [int(v) for v in results if "." not in v]
    else:
        sizes += [int(value) for value in results if "." not in value and _is_size(int(value), question)]
    if impossible:
        return [NOT_WHOLE, *dict.fromkeys(_square(found, question) for found in given)]
    fraction = any("." in value for value in results)
    if sizes:
        return list(dict.fromkeys(sizes))
    return [FRACTION] if fraction else [FITS] if _FITS.search(segment) else []


def _is_size(value: int, question: SizeQuestion) -> bool:
    return 1 < value < question.input


def _square(found: re.Match[str], question: SizeQuestion) -> int:
    if "." in found[1]:
        return FRACTION
    return WRONG_DEPTH if found[3] and int(found[3]) != question.filters else int(found[1])


def _is_given(found: re.Match[str], segment: str, question: SizeQuestion) -> bool:
    """Return whether `13x13` or `3x3` repeats the exercise and is not a claim of the answer."""
    before = segment[max(0, found.start() - 25) : found.start()].lower()
    claimed = re.search(
        r"=|output|size|gives?|yields|ergibt|\bis\s*$|[|]\s*$|:\s*$|→|of\s*$|von\s*$|\bbe\s*$|^\W*$|are|\bto\s*$",
        before,
    )
    return float(found[1]) in (question.input, question.kernel) and not claimed

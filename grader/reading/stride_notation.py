"""Write what an answer says of strides with the word `stride` beside each: rows of a table, lists, divisions."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_AND = r"(?:,? and| und|,| or| oder|,? nor)(?: (?:of|by|durch|for|strides?|schrittweiten?))?"
_LIST = rf"\d(?!\d|[.x×*/]\d)(?:{_AND} \d(?!\d|[.x×*/]\d))*"
_FREE = r"(?<![\d.x×*/=+<(-] )(?<![\w.×*/=+<(-])"  # no operand of a calculation before
_SIZE = r"\d+ ?[x×*] ?\d+(?: ?[x×*] ?\d+)?"
# `2 and 5 are possible`, where the words before speak of strides.
_NOT_BEHIND = "".join(
    f"(?<!{word} )" for word in ("strides", "stride", "schrittweite", "schrittweiten", "other", "anderen")
) + "".join(f"(?<!{word} )" for word in ("padding", "kernel", "filter", "size", "image"))
_CAN_BE = r"(?:im)?(?:un)?(?:possible|valid|fine|ok|allowed|möglich|ganzzahlig)\b"
_VERB = re.compile(
    rf"{_FREE}{_NOT_BEHIND}(?P<list>{_LIST})"
    rf"(?= (?:(?:are|is|sind|ist)(?: not|n['’]t| nicht)? (?:both |all |beide )?{_CAN_BE}"
    r"|do(?:es)?(?: not|n['’]t)?(?: fit| work| ?[.,;)]| ?$)|works?\b|fits?\b|geh(?:t|en)\b|pass(?:t|en)\b))"
)
_THAT_IS = re.compile(
    r"(?P<word>possible|möglich|fit|passen|work)(?:,? (?:i\.e\.|namely|that is|d\.h\.|nämlich),?|:) "
    rf"(?P<list>{_LIST}),? (?:but|and|aber|und) (?:not|nicht) (?:strides? |schrittweiten? )?(?P<others>{_LIST})"
)
_FITS_FOR = re.compile(
    r"\b(?P<word>(?:not |im)?possible|(?:nicht |un)?möglich) (?:for|with|at|bei|mit|für) "
    rf"(?P<list>(?:strides?|schrittweiten?) {_LIST})(?! ?\()"
)
_MULTIPLE = re.compile(
    r"\b\d+ (?:is|ist) (?P<no>not |nicht |neither )?(?:an? )?(?:multiple of|divisible by|vielfaches von|durch) "
    rf"(?P<list>{_LIST})(?: teilbar)?"
)
_DIVIDES = re.compile(rf"{_FREE}(?P<list>{_LIST}) (?P<no>do(?:es)? not |don['’]t )?divides? \d+")
_OF_STRIDE = re.compile(r"(?<![\w\\])[a-z]\w{0,8}(?:_\{?\w{1,6}\}?)?\((?P<stride>\d)\) ?= ?(?=\d)")
_WITH_SIZES = re.compile(
    rf"(?P<word>strides?|schrittweiten?) (?P<items>\d \({_SIZE}\)(?:(?:,| and|,? and| und) \d \({_SIZE}\))+)"
)
_ITEM = re.compile(rf"(\d) \(({_SIZE})\)")
_ROW = re.compile(r"(?m)^[ \t|>]*(?P<stride>\d)(?:[ \t]*[|:)→][ \t]*|[ \t]+|[ \t]*-> ?)(?=[^\s|])")
_QUOTIENT_HEAD = re.compile(r"^(?!.*(?:ceil|floor|⌈|⌊)).*/ ?(?:s|strides?)\b(?!\W*\+)")
_ALONE = re.compile(r"(?m)^[ \t]*(\d{1,2})[ \t]*$")
_DIVIDED = re.compile(r"(?<=\d) : (?=\d ?=)")
_PLUS_ONE = re.compile(r",? plus (?:1|one|eins) ?= ?")
_COLUMNS = re.compile(r"(?:columns? )?\b\d{1,2}-\d{1,2}(?:, ?\d{1,2}-\d{1,2})+")
_AREA = re.compile(
    r"(?P<size>(?P<side>\d+) ?[x×] ?(?P=side)(?: ?[x×] ?\d+)?) "
    r"\((?P<count>\d+) (?:values|entries|positions|werte)\b[^()]*\)"
)


def with_strides(text: str, strides: Sequence[int]) -> str:
    """Return a text, as `sizes.normalised` gives it, with the word `stride` beside each one that it speaks of."""
    text = _PLUS_ONE.sub(" + 1 = ", _DIVIDED.sub("/", text))
    text = _COLUMNS.sub(" ", _AREA.sub(_without_count, text))
    text = _WITH_SIZES.sub(_apart, text)
    text = _rows(_functions(text, strides), strides)

    def named(pattern: re.Pattern[str], form: str, text: str) -> str:
        return pattern.sub(lambda found: _if_strides(found, form, strides), text)

    if not re.search(r"stride|schritt", text):
        return text
    text = named(_THAT_IS, "strides {list} fit; strides {others} do not fit; ", text)
    text = named(_MULTIPLE, "strides {list} {no}fit", text)
    text = named(_DIVIDES, "strides {list} {no}fit", text)
    text = named(_FITS_FOR, "{list}: {word}; ", text)
    return named(_VERB, "strides {list}", text)


def without_quotients(text: str) -> str:
    """Return a table without its column of quotients `(13 - 3)/s`, which are no sizes without `+ 1`."""
    rows = [line.strip().strip("|").split("|") if "|" in line else [] for line in text.splitlines()]
    heads = (place for row in rows for place, cell in enumerate(row) if _QUOTIENT_HEAD.search(cell))
    column = next(heads, None)
    if column is None:
        return text
    lines = zip(text.splitlines(), rows, strict=True)
    return "\n".join("|" + "|".join(row[:column] + row[column + 1 :]) + "|" if row else line for line, row in lines)


def _if_strides(found: re.Match[str], form: str, strides: Collection[int]) -> str:
    """Return the words in another form if all numbers of their lists are strides; unchanged otherwise."""
    words = found.groupdict()
    lists = [words[name] for name in ("list", "others") if words.get(name)]
    numbers = [int(number) for part in lists for number in re.findall(r"\d+", part or "")]
    if not numbers or any(number not in strides for number in numbers):
        return found[0]
    cleaned = {name: re.sub(r" (?:of|by|durch) ", " ", part or "") for name, part in words.items()}
    return form.format(**{**cleaned, "no": "do not " if words.get("no") else ""})


def _apart(found: re.Match[str]) -> str:
    return "; ".join(f"stride {stride}: {size}" for stride, size in _ITEM.findall(found["items"])) + "; "


def _without_count(found: re.Match[str]) -> str:
    """Return `6x6` for `6x6 (36 values)`: the area is no other size."""
    return found["size"] if int(found["side"]) ** 2 == int(found["count"]) else found[0]


def _functions(text: str, strides: Sequence[int]) -> str:
    """Return `o(2) = 6, o(3) = 4` as sizes at strides, if each stride has one."""
    named = [int(found["stride"]) for found in _OF_STRIDE.finditer(text)]
    return _OF_STRIDE.sub(r"stride \g<stride> gives ", text) if named == list(strides) else text


def _rows(text: str, strides: Sequence[int]) -> str:
    """Return the rows of a table that begin with the strides in order, each with the word."""
    alone = _ALONE.findall(text)
    if len(alone) == len(strides) and alone != [str(stride) for stride in strides]:  # what a program prints, in order
        in_turn = iter(strides)
        return _ALONE.sub(lambda found: f"stride {next(in_turn)} gives {found[1]}", text)
    rows = list(_ROW.finditer(text))
    named = [int(found["stride"]) for found in rows]
    if named != list(strides):
        return text

    def row(found: re.Match[str]) -> str:
        plain = re.match(r"\d+(?:\.\d+)?\s*(?:\n|$)", text[found.end() :])
        return f"stride {found['stride']} gives " if plain else f"stride {found['stride']}: "

    return _ROW.sub(row, text)

"""Code of a submission as safe HTML with colours, by Pygments; nothing of it is changed or run."""

from __future__ import annotations

from functools import cache, lru_cache

from markupsafe import Markup, escape
from pygments import lex
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from grader.text import plain

MAX_COLOURED = 20_000  # characters; longer code is shown without colours
COLOURS = {  # by the class of a token: colours for light and dark pages, with a contrast of 4.5 or more on both
    Keyword: ("k", "#8a1c7c", "#f092e0"),
    Operator.Word: ("k", "#8a1c7c", "#f092e0"),
    String: ("s", "#136c3a", "#6fd39b"),
    Number: ("m", "#1f4fa3", "#8fb7ff"),
    Comment: ("c", "#566072", "#a3adbd"),
    Name.Function: ("n", "#1f4fa3", "#8fb7ff"),
    Name.Class: ("n", "#1f4fa3", "#8fb7ff"),
    Name.Decorator: ("d", "#7a4d00", "#f2c26b"),
}


def code_style() -> str:
    """Return the style of coloured code."""
    both = {name: (light, dark) for name, light, dark in COLOURS.values()}
    light = "".join(f".code .{name}{{color:{one}}}" for name, (one, _) in both.items())
    dark = "".join(f".code .{name}{{color:{one}}}" for name, (_, one) in both.items())
    return f"{light}@media(prefers-color-scheme:dark){{{dark}}}"


def code_lines(source: str) -> list[Markup]:
    """Return the lines of Python code with its words in classes; no element goes from one line into the next."""
    return list(_lines(plain(source)))


@lru_cache(maxsize=8)
def _lines(source: str) -> tuple[Markup, ...]:
    """Return the lines; the checks of a submission show the same few cells again and again."""
    if len(source) > MAX_COLOURED:
        return tuple(escape(line) for line in source.split("\n"))
    lines: list[list[Markup]] = [[]]
    for kind, text in lex(source, _lexer()):
        name = _class_of(kind)
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append(Markup('<span class="{}">{}</span>').format(name, part) if name else escape(part))
    return tuple(Markup("").join(parts) for parts in lines)


@cache
def _lexer() -> PythonLexer:
    return PythonLexer(stripnl=False, ensurenl=False)


@cache
def _class_of(kind: _TokenType) -> str:
    """Return the class of a token's nearest kind that has a colour; empty if none has."""
    found: _TokenType | None = kind
    while found is not None:
        if found in COLOURS:
            return COLOURS[found][0]
        found = found.parent
    return ""

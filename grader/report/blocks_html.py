"""The blocks of a written answer as HTML: paragraphs, lists, headings and indented code, read by markdown-it.

Only blocks are read here, with raw HTML, links and emphasis off. The signs of lists and headings stay in the text, as a
line of a formula can begin with `+` or `-`, and what is shown has to be what was submitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

Inline = Callable[[str], Markup]
MAX_NESTING = 24  # levels, two for each list; the reader leaves out what is deeper, so such a text stays as it is
_ELEMENTS = {
    "bullet_list_open": Markup("<ul>"), "bullet_list_close": Markup("</ul>"),
    "ordered_list_open": Markup("<ol>"), "ordered_list_close": Markup("</ol>"),
    "list_item_open": Markup("<li>"), "list_item_close": Markup("</li>"),
    "paragraph_open": Markup("<p>"), "paragraph_close": Markup("</p>"),
    "heading_open": Markup("<p>"), "heading_close": Markup("</strong></p>"),
}  # fmt: skip


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": False, "maxNesting": MAX_NESTING})
    return reader.enable(["list", "heading", "code", "fence"])


def blocks(text: str, inline: Inline) -> Markup:
    """Return text as HTML, its words as `inline` gives them; one paragraph alone has no element around it."""
    tokens = _reader().parse(text)
    if not tokens:
        return Markup("")
    if max(token.level for token in tokens) >= MAX_NESTING - 2:
        return inline(text)
    if [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]:
        return inline(tokens[1].content)
    return Markup("").join(_rendered(tokens, inline))


def _rendered(tokens: Sequence[Token], inline: Inline) -> Iterator[Markup]:
    for place, token in enumerate(tokens):
        if token.type == "inline":
            yield inline(token.content)
        elif token.type in ("fence", "code_block"):
            yield _code(token, inline)
        elif not token.hidden:
            yield _ELEMENTS[token.type]
            if token.type == "list_item_open":
                yield Markup("{}{} ").format(token.info, token.markup)
            if token.type == "heading_open":
                yield Markup('<span class="soft">{} </span><strong>').format(token.markup)
        elif token.nesting < 0 and tokens[place + 1].type != "list_item_close":
            yield Markup("\n")


def _code(token: Token, inline: Inline) -> Markup:
    """Return code; what is only indented may be a formula that is set off, and stays text then."""
    if token.type == "code_block" and "$" in token.content:
        return Markup("<p>{}</p>").format(inline(token.content.rstrip("\n")))
    return Markup("<pre><code>{}</code></pre>").format(token.content)

"""Render words of a submission as safe HTML: everything is escaped, formulas become MathML, phrases are highlighted."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from grader.report.blocks_html import blocks
from grader.text import plain

MAX_QUOTE = 6000


MAX_FORMULA = 1500


# Code in fences, and tables whose second line separates the head.
_BLOCKS = re.compile(
    r"^ {0,3}(?P<fence>```|~~~)[^\n`]*\n(?P<code>.*?)(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<table>^[^\n|]*\|[^\n]*\n[ \t]*(?:\|[ \t]*)?:?-+:?[ \t]*\|[-:| \t]*(?:\n[^\n|]*\|[^\n]*)*)",
    re.M | re.S,
)
_CELL_END = re.compile(r"(?<!\\)\|")


# A power such as x**2 is not bold: stars of bold words stand outside of words, and there is a word between them. A
# formula in dollars does not begin or end with a space, and no number follows it, so that prices are none.
_INLINE = re.compile(
    r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>[^\n]+?)(?<!`)(?P=ticks)(?!`)"
    r"|\$\$(?P<display>.+?)\$\$|\\\[(?P<bracket>.+?)\\\]|\$(?P<inline>[^\s$](?:[^$\n]*[^\s$])?)\$(?!\d)"
    r"|(?<![\w)\]}*])\*\*(?P<bold>(?=[^*\n]*[^\W\d_]{2})[^\s*](?:[^*\n]*[^\s*])?)\*\*(?![\w(*])",
    re.S,
)


# A formula of several lines, of which one may begin as a list does.
_DISPLAYED = re.compile(rf"\$\$[^$`]{{1,{MAX_FORMULA}}}\$\$|\\\[[^$`]{{1,{MAX_FORMULA}}}?\\\]")


_MATHML = {
    "math", "mrow", "mi", "mo", "mn", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mtext", "mspace", "mtable",
    "mtr", "mtd", "mover", "munder", "munderover", "mstyle", "mpadded", "mphantom", "menclose", "mfenced",
}  # fmt: skip


_MATHML_ATTRIBUTES = {"display", "mathvariant", "stretchy", "fence", "separator", "form", "columnalign", "accent"}


@lru_cache(maxsize=512)
def formula(latex: str, display: bool = False) -> Markup:
    """Return LaTeX as MathML; a formula that cannot be rendered is shown as written."""
    shown = Markup("<code>{}</code>").format(latex)
    if len(latex) > MAX_FORMULA:
        return shown
    try:
        import latex2mathml.converter

        markup = latex2mathml.converter.convert(latex, display="block" if display else "inline")
        root = ElementTree.fromstring(markup)  # noqa: S314 - the converter's own output, checked below
        return Markup(ElementTree.tostring(_checked(root), encoding="unicode"))  # noqa: S704 - a whitelist of MathML
    except Exception:
        return shown


def _checked(element: ElementTree.Element) -> ElementTree.Element:
    """Rebuild the tree from known elements and attributes, so that nothing else can reach the page."""
    name = element.tag.rpartition("}")[2]
    if name not in _MATHML:
        raise ValueError(name)
    kept = ElementTree.Element(name, {k: v for k, v in element.attrib.items() if k in _MATHML_ATTRIBUTES})
    kept.text, kept.tail = element.text, element.tail
    kept.extend(_checked(child) for child in element)
    return kept


def breakable(name: object) -> Markup:
    """Return a name as text that goes to the next line after an underscore rather than within a word."""
    return escape(plain(name)).replace("_", Markup("_<wbr>"))


def quote(text: str, highlights: Sequence[str] = ()) -> Markup:
    """Return the text of a submission as it was written: code, tables and formulas rendered, `highlights` highlighted.

    Nothing of the text is left out but the signs around code, tables, formulas and bold words, and space around blocks.
    """
    text = plain(text)
    cut = len(text) > MAX_QUOTE
    text = _DISPLAYED.sub(lambda found: found[0].replace("\n", " "), text[:MAX_QUOTE])
    parts: list[Markup] = []
    at = 0

    def words(part: str) -> Markup:
        return _inline(part, highlights)

    for found in _BLOCKS.finditer(text):
        parts.append(blocks(text[at : found.start()], words))
        at = found.end()
        if found["table"] is None:
            parts.append(Markup("<pre><code>{}</code></pre>").format(_highlighted(found["code"], highlights)))
        else:
            parts.append(_table(found["table"].split("\n"), highlights))
    parts.append(blocks(text[at:], words))
    if cut:
        parts.append(Markup("<p>… (shortened)</p>"))
    return Markup("").join(parts)


def _table(lines: Sequence[str], highlights: Sequence[str]) -> Markup:
    rows = [_CELL_END.split(line.strip().removeprefix("|").removesuffix("|")) for line in (lines[0], *lines[2:])]
    shown = [
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(_inline(cell.strip(), highlights)) for cell in row)
        )
        for row in rows
    ]
    return Markup("<table>{}</table>").format(Markup("").join(shown))


def _inline(text: str, highlights: Sequence[str]) -> Markup:
    """Return text with its code, formulas and bold words rendered, the first of them that begins."""
    parts, at = [], 0
    for found in _INLINE.finditer(text):
        parts.append(_highlighted(text[at : found.start()], highlights))
        at = found.end()
        if found["code"] is not None:
            parts.append(Markup("<code>{}</code>").format(_highlighted(found["code"], highlights)))
        elif found["bold"] is not None:
            parts.append(Markup("<strong>{}</strong>").format(_inline(found["bold"], highlights)))
        else:
            display = found["display"] or found["bracket"]
            parts.append(formula((display or found["inline"]).strip(), bool(display)))
    return Markup("").join([*parts, _highlighted(text[at:], highlights)])


def _highlighted(text: str, highlights: Sequence[str]) -> Markup:
    if not highlights:
        return escape(text)
    pattern = re.compile("|".join(re.escape(phrase) for phrase in sorted(highlights, key=len, reverse=True)), re.I)
    parts, at = [], 0
    for found in pattern.finditer(text):
        parts += [escape(text[at : found.start()]), Markup("<mark>{}</mark>").format(found.group())]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])

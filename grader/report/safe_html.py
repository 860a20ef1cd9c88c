"""Render words of a submission as safe HTML: everything is escaped, formulas become MathML, phrases are highlighted."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from grader.text import plain

MAX_QUOTE = 6000


MAX_FORMULA = 1500


_MATH = re.compile(r"\$\$(?P<display>.+?)\$\$|\\\[(?P<bracket>.+?)\\\]|\$(?P<inline>[^$\n]+?)\$", re.S)


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


def quote(text: str, highlights: Sequence[str] = ()) -> Markup:
    """Return the text of a submission as paragraphs: formulas rendered, `highlights` highlighted, the rest escaped."""
    text = plain(text)
    cut = len(text) > MAX_QUOTE
    text = text[:MAX_QUOTE]
    parts: list[Markup] = []
    at = 0
    for found in _MATH.finditer(text):
        parts.append(_words(text[at : found.start()], highlights))
        display = found["display"] or found["bracket"]
        parts.append(formula((display or found["inline"]).strip(), bool(display)))
        at = found.end()
    parts.append(_words(text[at:], highlights))
    if cut:
        parts.append(Markup("<p>… (shortened)</p>"))
    return Markup("").join(parts)


def _words(text: str, highlights: Sequence[str]) -> Markup:
    text = text.replace("\\_", "_")
    text = re.sub(r"(?m)^\s{0,3}#{1,6}\s*", "", text).replace("**", "")
    parts = re.split(r"`([^`\n]+)`", text)
    shown = [
        Markup("<code>{}</code>").format(_highlighted(part, highlights)) if n % 2 else _highlighted(part, highlights)
        for n, part in enumerate(parts)
    ]
    return Markup("").join(shown)


def _highlighted(text: str, highlights: Sequence[str]) -> Markup:
    if not highlights:
        return escape(text)
    pattern = re.compile("|".join(re.escape(phrase) for phrase in sorted(highlights, key=len, reverse=True)), re.I)
    parts, at = [], 0
    for found in pattern.finditer(text):
        parts += [escape(text[at : found.start()]), Markup("<mark>{}</mark>").format(found.group())]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])

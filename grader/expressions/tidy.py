"""The text of an answer without what is no part of its formulas: invisible characters, marks, labels, broken lines."""

from __future__ import annotations

import re

_EMPHASIS = re.compile(r"(?<![\w*])(\*\*?|__?)(?=\w)([A-Za-zÄÖÜäöüß ,'’-]{2,80})(?<=\w)\1(?![\w*])")
_BRACED = r"\{((?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)\}"


def _unbroken(text: str) -> str:
    """Join formulas that a PDF's text has broken into lines: stacked fractions, and chains at their signs."""
    text = re.sub(
        r"(?m)^[ \t]*(∂ ?[^\s=]+(?: [^\s=∂]+)?)[ \t]*\n[ \t]*(∂ ?[^\s=]+(?: [^\s=∂]+)?)[ \t]*$", r"\1/\2", text
    )
    text = re.sub(r"(?m)=[ \t]*\n[ \t]*(?=∂[^\n]*/∂|diag)", "= ", text)
    text = re.sub(r"(∂[^\n=]*/∂[^\n=]*)\n[ \t]*=[ \t]*", r"\1 = ", text)
    text = re.sub(r"\btanh\s?2\s?(?=\()", "tanh^2", text)
    if re.search(r"(?i)[σφ]\s?0\b.{0,40}\b(?:derivative|ableitung)", text):  # a prime of a font that pdfium knows as 0
        text = re.sub(r"([σφ])\s?0(?=\s?[(,\s])", r"\1′", text)
    return text


def tidy(text: str) -> str:
    """Remove text that is not part of a formula: labels, notes on the activation, sets, braces below."""
    text = _unbroken(_EMPHASIS.sub(r"\2", text))
    text = re.sub(r"\\boxed\s*" + _BRACED, r" \1 ", text)
    text = re.sub(r":=|\\coloneqq|\\triangleq|\\overset\{[^{}]*\}\{=\}", "=", text)
    text = re.sub(r"(?m)^\s*\(?[a-d1-9][.)]\s+(?=\S)", "", text)
    text = re.sub(
        r"\\underbrace\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}_\{([^{}]*(?:\{[^{}]*\})?)\}",
        r" \1 \\qquad \2 = \1 \\qquad ",
        text,
    )
    text = re.sub(r"(?:\\q?quad\s*|[ \t]+)(?:\\text\{\s*)?[(\[](?:tanh|sigmoid|Tanh|Sigmoid)[)\]](?:\s*\})?", " ", text)
    text = re.sub(r"\\[,;:!]", " ", text)
    text = re.sub(r"\\in\s*\\mathbb\{?R\}?\s*\^\s*(?:\{[^{}]*\}|\w)|∈\s*ℝ\S*", " ", text)
    text = re.sub(r"(?:\s[–—]\s|—)(?=[a-zäöü ]{2,})|⇒|\\Rightarrow|\\Longrightarrow|\\implies", "\n", text)
    return re.sub(r"\b(?:tanh|sigmoid)\s*:\s", " ", text)

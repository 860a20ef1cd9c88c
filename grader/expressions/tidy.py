"""The text of an answer without what is no part of its formulas: invisible characters, symbols, labels, broken lines."""

from __future__ import annotations

import html
import re
import unicodedata

_EMPHASIS = re.compile(r"(?<![\w*])(\*\*?|__?)(?=\w)([A-Za-zÄÖÜäöüß ,'’-]{2,80}(?<=\w):?)\1(?![\w*])")
_BRACED = r"\{((?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)\}"


def _unbroken(text: str) -> str:
    """Join formulas that a PDF's text has broken into lines: stacked fractions, and chains at their signs."""
    text = re.sub(
        r"(?m)(?:^|(?<==))[ \t]*(∂ ?[^\s=]+(?: [^\s=∂]+)?)[ \t]*\n[ \t]*(∂ ?[^\s=]+(?: [^\s=∂]+)?)[ \t]*$",
        r"\1/\2",
        text,
    )
    text = re.sub(r"(?m)=[ \t]*\n[ \t]*(?=∂[^\n]*/∂|diag)", "= ", text)
    text = re.sub(r"(∂[^\n=]*/∂[^\n=]*)\n[ \t]*=[ \t]*", r"\1 = ", text)
    text = re.sub(r"\btanh\s?2\s?(?=\()", "tanh^2", text)
    if re.search(r"(?i)[σφ]\s?0\b.{0,40}\b(?:derivative|ableitung)", text):  # a prime of a font that pdfium knows as 0
        text = re.sub(r"([σφ])\s?0(?=\s?[(,\s])", r"\1′", text)
    return text


# Marks that say nothing; a cross, a question mark or a sign that warns is none of them.
_MARKS = "☺☻✓✔☑✅★☆⭐🌟👍🙂😀😃😄😊😁🎉💯🎯🔥✨■□∎▪▫◾◼👉➡⇐"
_WITHOUT_MARKS = str.maketrans(dict.fromkeys(_MARKS, " ") | {"\ufe0f": "", "\u00a0": " "})
_STEP = r"[a-zA-Z0-9](?:\s*[+−-]\s*\d)?"
_DOTS = r"(?:\\[lc]?dots|\.\.\.|…)"
_RANGE = re.compile(
    rf"(?:(?:\\forall|∀|for all|für alle)\s*\$?\s*)?\b[ktij]\s*(?:=|\\in|∈)\s*\\?\{{?\s*{_STEP}\s*(?:,\s*{_STEP}\s*){{0,4}},?\s*{_DOTS}\s*,?\s*{_STEP}\s*\\?\}}?"
    rf"|(?:\\forall|∀)\s*[ktij]\s*[:,]?|\b{_STEP}\s*(?:\\leq?(?![a-z])|≤|<)\s*[ktij]\s*(?:\\leq?(?![a-z])|≤|<)\s*{_STEP}"
    rf"|(?:for|für)?\s\$?[ktij]\s*(?:\\geq?(?![a-z])|≥|>)\s*[01](?!\d)"
)
_RANGE_APART = re.compile(rf"\$\s*(?:{_RANGE.pattern})\s*\$")
_JOINED = re.compile(
    r"\$([^$\n]+)\$(\s*(?::=|[-=+−·/*])\s*)(?=\$[^$\n]+\$)|\$(\s*(?:\\?\w*\{?J|\\Lambda|\\Delta|[A-Z](?![a-z]))[^$=\n]*)\$\s+(?:is|equals|is equal to|is given by|denotes|ist|lautet|bezeichnet)\s+(?=\$)"
)


_BRACE_BELOW = re.compile(r"\\underbrace\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}_\{([^{}]*(?:\{[^{}]*\})?)\}")


# `**Answer a):**` before a formula, and text that is struck out in Markdown.
_LABEL = re.compile(
    r"(?im)^[\s*_#>]*(?:answer|solution|antwort|lösung|task|question|aufgabe|frage|part|teil)\b[ \t]*"
    r"(?:\(?(?:[a-h]|\d{1,2})\)?[ \t]*[.):]+|:)[ \t]*:?[*_]*[ \t]*"
)
_ROWS = re.compile(r"\[([^\[\];\n]{1,200}(?:;[^\[\];\n]{1,200}){1,9})\]")
_CELL = re.compile(r"(?:[^\s()]|\([^()]*\))+")
_STRUCK_OUT = re.compile(r"~~(?!\s)[^~]{1,400}~~")


def _without_html(text: str) -> str:
    """Return the text with HTML's indices and characters as such, and without its other tags."""
    if not re.search(r"</?(?:su[bp]|[bipu]|em|strong|br|span|div|code)\b|&\w+;", text):
        return text
    text = re.sub(r"<sub>\s*([^<>]{1,20})\s*</sub>", r"_{\1}", text)
    text = re.sub(r"<sup>\s*([^<>]{1,20})\s*</sup>", r"^{\1}", text)
    text = re.sub(r"</?(?:p|div|br|li|ul|ol|h\d)\b[^<>]{0,80}>", "\n", text)
    return html.unescape(re.sub(r"</?(?:[biu]|em|strong|span|font|code)\b[^<>]{0,80}>", "", text))


def _plain_letters(text: str) -> str:
    """Return the text with letters of mathematical alphabets as plain ones, and without symbols and invisible characters."""
    if text.isascii():
        return text
    letters = (unicodedata.normalize("NFKC", c) if "\U0001d400" <= c <= "\U0001d7ff" else c for c in text)
    text = "".join(c for c in letters if unicodedata.category(c) != "Cf").translate(_WITHOUT_MARKS)
    return re.sub(r"(?<=[A-Za-zσφψ)}])[⟹⟶⇨→]+(?=\s)|^\s*[⟹⟶⇨→]+", "\n", text)


def _joined(found: re.Match[str]) -> str:
    """Return two formulas between dollar signs with only an operator or `is` between them as one."""
    return f"${found[1]}{found[2]}\x02" if found[1] else f"${found[3]} = \x02"


def _with_braces_below(text: str) -> str:
    """Return the text with each formula above a brace in its place, and what stands below as an equation at the end."""
    equations: list[str] = []

    def above(found: re.Match[str]) -> str:
        if not re.search(r"\\text\b|\\mathrm\{\w{3}", found[2]):
            below = re.sub(r"^\s*(?:=|:=)\s*(?:\\[,;:! ])*", "", found[2])  # the sign may stand below, too
            equations.append(f"\n${below} = {found[1]}$")
        return f"({found[1]})"

    return _BRACE_BELOW.sub(above, text) + "".join(equations)


def _as_matrix(found: re.Match[str]) -> str:
    """Return `[a 0; 0 b]`, rows with a semicolon between them, as a matrix of LaTeX; other brackets unchanged."""
    rows = [_CELL.findall(row.replace(",", " ")) for row in found[1].split(";")]
    if len(rows) < 2 or any(len(row) != len(rows) for row in rows):
        return found[0]
    return r"\begin{pmatrix}" + r" \\ ".join(" & ".join(row) for row in rows) + r"\end{pmatrix}"


_J_IS_A_VECTOR = re.compile(
    r"J[^$\n,;]{0,200}?(?:\\in\s*\\mathbb\{?R\}?\s*\^\s*(?:\{\s*\w+\s*\}|\w)|∈\s*ℝ(?:\^?\{?\w\}?(?!\w|[×x])|[ⁿᵈᵐ](?![ˣ×])))"
)
# `f being the activation` behind a formula
_NAMES_ACTIVATION = re.compile(
    r",?\s*(?:(?:where|with|and|wobei)\s+)?\$?(?<![A-Za-z\\])([fg])\$?\s+(?:being|is|denotes|ist)\s+(?:the|our|an|die|eine)\s+(?:\w+\s)?"
    r"(?:activation|nonlinearity|aktivierung)(?:\s?function|sfunktion)?\b"
)
# z_{k+1}^1, z_{k+1}^2, ... in a list are its entries and no powers
_RAISED_UNITS = re.compile(
    r"z_\{k\+1\}\^\{?1\}?[^$\n]{1,80}z_\{k\+1\}\^\{?2\}?[^$\n]{1,80}(?:dots|…|\.\.\.)[^$\n]{1,80}"
)
# `C(n, d) = O(...)`, `C ∈ O(...)`
_GROWS = re.compile(
    r"(?<![A-Za-z\\])([A-Z])\s*(?:\(\s*[A-Za-z](?:\s*,\s*[A-Za-z]){0,4}\s*\)\s*)?(?:=|∈|\\in(?![a-z]))\s*"
    r"(?=(?:\\mathcal\s*\{?\s*)?O\s*\}?\s*(?:\\left|\\bigl?|\\Bigl?)?\s*\(|(?:\\Theta|Θ)\s*(?:\\left)?\s*\()"
)


def tidy(text: str) -> str:
    """Remove text that is not part of a formula: labels, notes on the activation, sets, ranges, braces below."""
    text = re.sub(r"(?<=\S) {2,}", " ", _plain_letters(_without_html(_STRUCK_OUT.sub(" ", text))))
    text = re.sub(r"\\(?:blacksquare|square|Box|checkmark|qed)\b|(?<=[\])}]) ?\\q?quad(?=\s*\$)", " ", text)
    text = re.sub(r"\{\s*\\(?:rm|bf|it)\s+(\w+)\s*\}", r"\1", text)
    text = _RANGE.sub(" ", _RANGE_APART.sub(" ", text))
    text = re.sub(r"(J(?:_\{[^{}]*\}|_\w)?)\s*(?:->|→|\\to(?![a-z])|\\mapsto)\s*(?=\S)", r"\1 = ", text)
    text = re.sub(r"\b(?:d i a g|t a n h|s i g m o i d)\b", lambda found: found[0].replace(" ", ""), text)
    text = re.sub(
        r"\b([hz]) ?2 ([kt])(?= ?[)\]])", r"\1_{\2}^2", text
    )  # a square and an index over each other in a PDF
    text = _JOINED.sub(_joined, text).replace("\x02$", "")
    text = _unbroken(_EMPHASIS.sub(r"\2", text))
    text = re.sub(r"\\boxed\s*" + _BRACED, r" \1 ", text)
    text = re.sub(r"([^$\n]+?)\s*=:\s*(J(?:_\{[^{}]*\}|_\w)?)", r"\2 = \1", text)  # defined from the right
    text = re.sub(r"\\overset\{\s*!\s*\}\{=\}\s*0(?![\d.])", " ", text)  # a formula that is set to zero
    text = re.sub(r"←(?=\s*(?:answer|final|result|antwort|ergebnis))", "\n", text)
    text = re.sub(r"(?<=\w)\s*(?:←|\\leftarrow\b|\\gets\b)\s*(?=\S)", " = ", text)
    text = _GROWS.sub(r"\1 = ", text)
    text = re.sub(r":=|\\coloneqq|\\triangleq|\\overset\{[^{}]*\}\{=\}", "=", text)
    text = re.sub(r"(?m)^\s*\(?[a-d1-9][.)]\s+(?=\S)", "", text)
    text = _NAMES_ACTIVATION.sub(lambda found: " " if re.search(rf"{found[1]}\s?['′’]", text) else found[0], text)
    text = re.sub(r"([zh])\^\{\((\w)\)\}_\{(k\s*\+\s*1|k|t)\}", r"\1_{\3,\2}", text)  # z^{(i)}_{k+1}
    text = _RAISED_UNITS.sub(lambda found: re.sub(r"(z_\{k\+1\})\^\{?(\w)\}?", r"z_{k+1,\2}", found[0]), text)
    text = re.sub(r"(J(?:_\{[^{}]*\}|_\w|[ₖₜ₊₋₀-₉]+)?)\s*:\s*([a-z])\s*(?:↦|\\mapsto\b)", r"\1 \2 =", text)
    text = _ROWS.sub(_as_matrix, _LABEL.sub("", text))
    text = re.sub(r"\\([dt]?frac)\s*(\d)\s*(\d)(?!\d)", r"\\\1{\2}{\3}", text)  # \tfrac14
    text = re.sub(r"(?<=\$)\s*\\(?:[Rr]ightarrow|to|Longrightarrow|implies|leadsto)\b\s*", "", text)
    text = _with_braces_below(text)
    text = re.sub(r"(?:\\q?quad\s*|[ \t]+)(?:\\text\{\s*)?[(\[](?:tanh|sigmoid|Tanh|Sigmoid)[)\]](?:\s*\})?", " ", text)
    text = re.sub(r"\\[,;:!]", " ", text)
    if _J_IS_A_VECTOR.search(text):
        return text  # the sign of the set is not read, so that a tutor looks at it
    text = re.sub(r"\\in\s*\\mathbb\{?R\}?\s*\^\s*(?:\{[^{}]*\}|\w)|∈\s*ℝ\S*", " ", text)
    text = re.sub(r"(?:\s[–—]\s|—)(?=[a-zäöü ]{2,})|⇒|\\Rightarrow|\\Longrightarrow|\\implies", "\n", text)
    return re.sub(r"\b(?:tanh|sigmoid)\s*:\s", " ", text)

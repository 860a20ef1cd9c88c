"""The tokens of a formula in LaTeX or Unicode; an unsupported character or command stops the reading."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from grader.expressions.tree import NotRead
from grader.expressions.vocabulary import GREEK_WORDS, RNN, Vocabulary
from grader.model.message import say

MAX_CHARACTERS = 2000
GREEK = {
    "σ": "sigma",
    "ς": "sigma",
    "φ": "phi",
    "ϕ": "phi",
    "ψ": "psi",
    "δ": "delta",
    "ρ": "rho",
    "θ": "theta",
    "Λ": "D",
    "ℒ": "L",
}
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋ₖₜₕₙᵢⱼ", "0123456789+-kthnij")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵀ", "0123456789+-T")
_IGNORED = re.compile(
    r"\\(?:left|right)\.|\\(?:left|right|bigg?[lr]?|Bigg?[lr]?|displaystyle|textstyle|limits|nolimits|quad|qquad|hspace\{[^}]*\}|label\{[^}]*\})"
    r"(?![a-zA-Z])|\\[,;:! ]|~|&|\\tag\{[^}]*\}"
)
_STYLES = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|vec|mathrm|text|textbf|textrm|mathit|operatorname\*?|mathcal|mathsf|bf|rm|underline|bold"
    r"|mathbb|pmb|hat|overline|bar|textit)(?![a-zA-Z])\s*"
)
_STYLED_WORD = re.compile(_STYLES.pattern + r"\{\s*((?:\\?[A-Za-z]+|[σφϕψ]|\d+)['′]*)\s*\}")
_COMMANDS = {
    "cdot": ".", "times": ".", "ast": "*", "odot": "o", "circ": "o", "otimes": "⊗", "partial": "∂", "prime": "'",
    "top": "⊤", "intercal": "⊤", "prod": "∏", "sum": "∑", "frac": "frac", "dfrac": "frac", "tfrac": "frac", "Vert": "‖",
    "|": "‖", "lVert": "‖", "rVert": "‖", "to": None, "dot": "dot", "cdots": "dots", "ldots": "dots", "dots": "dots", "vdots": "dots", "ddots": "dots", "equiv": "=",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "coloneqq": "=", "nabla": "∇", "mid": "|", "vert": "|", "lvert": "|", "rvert": "|",
}  # fmt: skip
_CHARACTERS = {
    "′": "'", "’": "'", "‘": "'", "´": "'", "`": None, "ʹ": "'", "″": "''", "·": ".", "⋅": ".", "•": ".", "×": ".", "∙": ".",
    "⊗": "⊗", "⊙": "o", "◦": "o", "∘": "o", "○": "o", "−": "-", "–": "-", "∂": "∂", "⊤": "⊤", "∏": "∏", "∑": "∑", "Π": "∏", "Σ": "∑",
    "⌊": "⌊", "⌋": "⌋", "⌈": "⌈", "⌉": "⌉", "‖": "‖", "∥": "‖", "𝟏": "1", "≔": "=", "≡": "=", "…": "dots", "⋯": "dots", "⋱": "dots", "⋮": "dots", "∇": "∇", "∕": "/", "⁄": "/",
}  # fmt: skip


@dataclass(frozen=True)
class Token:
    """`kind` is number, name, or the character or word itself."""

    kind: str
    text: str
    at: int


# `J[k+1]`, `J^{(k+1)}` and `J^{k+1}` have the step as their index.
_STEP_ABOVE = re.compile(
    r"(?<![A-Za-z\\])([JhzxD])\s?(?:\[|\^\s?\{\s?\(?|\^\s?\()\s?([kt])(?:\s?([+-])\s?(\d))?\s?(?:\]|\)?\s?\}|\))"
)


# `1_{i=j}`, `𝟙[i = j]` and `[i = j]` are the Kronecker delta.
_INDICATOR = re.compile(
    r"(?:(?:\\(?:mathbb|mathbf|mathds|mathrm|boldsymbol|bm)\s*\{?\s*[1I]\s*\}?|𝟙|𝟏|(?<![\w.])1)\s*_?\s*(?:\\\{|[\[({])|\[)\s*"
    r"(?:\\?\{)?\s*([a-z])\s*=\s*([a-z])\s*(?:\\?\}\s*){0,2}[\])]?"
)
_INNER_PRODUCT = re.compile(
    r"(?:\\left\s*)?(?:\\langle|⟨)(?P<one>[^,⟨⟩]{1,200}),(?P<other>[^,⟨⟩]{1,200}?)(?:\\right\s*)?(?:\\rangle|⟩)"
)


def _scripts(text: str) -> str:
    text = re.sub(r"[₀-₉₊₋ₖₜₕₙᵢⱼ]+", lambda found: "_{" + found[0].translate(_SUBSCRIPTS) + "}", text)
    return re.sub(r"[⁰¹²³⁴-⁹⁺⁻ᵀ]+", lambda found: "^{" + found[0].translate(_SUPERSCRIPTS) + "}", text)


def _bare_indices(text: str) -> str:
    """Restore the missing braces of an index: `zk+1`, `z k+1`, `z_k+1`, `z(k+1)` are `z_{k+1}`."""
    text = _STEP_ABOVE.sub(_parenthesised, text)
    text = re.sub(r"(?<![A-Za-z\\])(d?)([JhzxWb])\s?_?\s?([kt])\s?([+\-−–])\s?(\d)(?!\w)", r"\1\2_{\3\4\5}", text)
    text = re.sub(r"(?<![A-Za-z\\])W_\{?(?:hx|xh|ih|in)\}?(?!\w)", "U", text)
    text = re.sub(r"(?<![A-Za-z\\])([Wb])_\{?(?:hh|h|rec)\}?(?!\w)", r"\1", text)
    text = re.sub(r"_([ij][ij])(?!\w)", r"_{\1}", text)
    text = re.sub(r"(?<![A-Za-z\\])([Jhzx])\s?([kt])(?![\w{^_(])", r"\1_{\2}", text)
    return re.sub(r"(?<![A-Za-z\\])([Jhzx])\s?\(\s?([kt])(?:\s?([+-])\s?(\d))?\s?\)", _parenthesised, text)


_ACCENTED = re.compile(r"([A-Za-z])_\{(hat|bar|tilde)\}")


def _accents(text: str) -> str:
    r"""Return the text with `\hat{y}` as `y_{hat}`: it is not y."""
    text = re.sub(r"\\(hat|bar|tilde|overline)\s*(?:\{\s*([A-Za-z])\s*\}|([A-Za-z])(?![A-Za-z]))", _accent, text)
    return _INNER_PRODUCT.sub(r" ((\g<one>)^T (\g<other>)) ", text)


def _accent(found: re.Match[str]) -> str:
    return f" {found[2] or found[3]}_{{{'bar' if found[1] == 'overline' else found[1]}}} "


def _parenthesised(found: re.Match[str]) -> str:
    return f"{found[1]}_{{{found[2]}{found[3] or ''}{found[4] or ''}}}"


def normalise(text: str, vocabulary: Vocabulary = RNN) -> str:
    """Return the formula without styles, spacing and delimiters, with one character for each sign."""
    text = _scripts(text)
    text = "".join(c if c in _CHARACTERS else unicodedata.normalize("NFKC", c) for c in text)
    text = re.sub(
        r"\\begin\{(?:aligned|align\*?|equation\*?|split|gathered)\}|\\end\{(?:aligned|align\*?|equation\*?|split|gathered)\}",
        " ",
        text,
    )
    if vocabulary.is_declared:
        text = re.sub(r"(?<![A-Za-z\\])(sum|prod)_(?=\s*[{a-z])", r"\\\1_", text)
    text = _INDICATOR.sub(r" \\delta_{\1\2} ", text)
    text = _accents(text) if vocabulary.is_declared else _bare_indices(text)  # a declared `h k` is a product
    text = text.replace("\\\\", " ").replace("\\_", "_").replace("\\{", "(").replace("\\}", ")").replace("\\'", "'")
    text = _IGNORED.sub(" ", text)
    text = _STYLED_WORD.sub(r" \1 ", text)
    text = _STYLES.sub(" ", text)
    if not vocabulary.is_declared:
        text = _STEP_ABOVE.sub(_parenthesised, text)
        text = re.sub(r"(?<![A-Za-z\\\d.])([I1])\s*_\s*(?:\{\s*[nmNHd]\s*\}|[nmNHd](?!\w))", r"\1", text)  # I_n, 1_n
    return text.replace("$", " ").replace("\\[", " ").replace("\\]", " ").replace("\\(", " ").replace("\\)", " ")


def tokenize(text: str, vocabulary: Vocabulary = RNN) -> list[Token]:
    """Return the tokens of a formula in LaTeX or Unicode.

    Raises:
        NotRead: a character or command is not supported, or the text is too long.
    """
    if len(text) > MAX_CHARACTERS:
        raise NotRead(say("it is longer than {limit} characters", limit=MAX_CHARACTERS))
    text = normalise(text, vocabulary)
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        at = _next(text, at, tokens, vocabulary)
    return tokens


def _next(text: str, at: int, tokens: list[Token], vocabulary: Vocabulary) -> int:
    character = text[at]
    if character.isspace():
        return at + 1
    if vocabulary.is_declared and (end := _declared(text, at, tokens, vocabulary)):
        return end
    if found := re.compile(r"\\([a-zA-Z]+|\|)").match(text, at):
        return _command(found, tokens, vocabulary)
    if found := re.compile(r"\d+(?:[.]\d+)?").match(text, at):
        tokens.append(Token("number", found[0], at))
        return found.end()
    if text.startswith("||", at):
        tokens.append(Token("‖", "‖", at))
        return at + 2
    if text.startswith("**", at):
        tokens.append(Token("^", "^", at))
        return at + 2
    if text.startswith("...", at):
        tokens.append(Token("dots", "...", at))
        return at + 3
    if vocabulary.is_declared and (found := _ACCENTED.match(text, at)):
        tokens.append(Token("name", f"{found[1]}_{found[2]}", at))
        return found.end()
    if found := re.compile(r"\x01(\d+)\x01").match(text, at):
        tokens.append(Token("block", found[1], at))
        return found.end()
    if text.startswith(":=", at):
        tokens.append(Token("=", "=", at))
        return at + 2
    if found := re.compile(r"[A-Za-z]+|[σςφϕψδρθℒΛ]").match(text, at):
        _names(found[0], at, tokens, vocabulary)
        return found.end()
    sign = _CHARACTERS.get(character, character if character in "+-*/@^_'(){}[],=|" else None)
    if sign is None:
        raise NotRead(say("the character {character} is not supported", character=repr(character)))
    parts = [sign] if sign == "dots" else list(sign)
    tokens += [Token(part, "×" if character == "×" else part, at) for part in parts]
    return at + 1


def _declared(text: str, at: int, tokens: list[Token], vocabulary: Vocabulary) -> int:
    """Read a declared name with an index or a Greek letter, before any other meaning; return its end, or 0."""
    indexed = vocabulary.with_index
    if indexed is not None and (found := indexed.match(text, at)) and not re.match(r"[A-Za-z]", text[at - 1 : at]):
        name = vocabulary.indexed[int(str(found.lastgroup)[1:])]
        tokens.append(Token("name", name, at))
        return found.end()
    name = "sqrt" if text[at] == "√" else vocabulary.greek(text[at]) or ""
    if name and (text[at] not in _CHARACTERS or name in vocabulary.names):
        tokens.append(Token("name", name, at))
        return at + 1
    return 0


def _command(found: re.Match[str], tokens: list[Token], vocabulary: Vocabulary) -> int:
    name = found[1]
    word = name.removeprefix("var")
    if vocabulary.is_declared and word in (*GREEK_WORDS, *vocabulary.names):
        tokens.append(Token("name", word, found.start()))
    elif name in _COMMANDS:
        sign = _COMMANDS[name]
        if sign is None:
            raise NotRead(say("the command {command} is not supported", command=f"\\{name}"))
        tokens.append(Token(sign, "×" if name == "times" else sign, found.start()))
    elif name in ("Lambda", "Delta"):
        tokens.append(Token("name", "D", found.start()))
    elif word in ("sigma", "phi", "psi", "delta", "rho", "theta", "tanh", "cosh", "exp", "diag"):
        tokens.append(Token("name", word, found.start()))
    elif len(name) > 1 and vocabulary.is_declared and vocabulary.is_function(name):
        tokens.append(Token("name", name, found.start()))
    else:
        raise NotRead(say("the command {command} is not supported", command=f"\\{name}"))
    return found.end()


def _names(word: str, at: int, tokens: list[Token], vocabulary: Vocabulary) -> None:
    """Split letters into names: a known word is one name, otherwise every letter is one, as in mathematics."""
    if word in vocabulary.own:
        tokens.append(Token("name", word, at))
        return
    word = GREEK.get(word, word)
    if word == "delta":
        tokens.append(Token("name", word, at))
        return
    lowered = {"Diag": "diag", "DIAG": "diag", "Tanh": "tanh", "Sigmoid": "sigmoid"}.get(word, word)
    if vocabulary.is_declared and len(word) > 1 and word not in GREEK_WORDS and vocabulary.is_function(word.lower()):
        lowered = word.lower()
    if vocabulary.is_word(lowered) or len(word) == 1:
        tokens.append(Token("name", lowered, at))
        return
    for known in filter(vocabulary.is_function, ("diag", "tanh", "sigma")):
        if lowered.startswith(known) and len(lowered) - len(known) == 1:
            tokens += [Token("name", known, at), Token("name", lowered[-1], at)]
            return
    if len(word) <= 3 and not re.fullmatch(
        r"(?i)the|and|for|of|is|so|to|in|we|it|as|by|or|der|die|das|und|mit|von", word
    ):
        tokens += [Token("name", letter, at + i) for i, letter in enumerate(word)]
        return
    raise NotRead(say("the word '{word}' is not supported", word=word))

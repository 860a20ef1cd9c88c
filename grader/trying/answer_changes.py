"""Small changes that make a wrong answer of a right one, where the answer is a formula, a shape or a number.

Each is a function from a text to the changed texts. Its docstring says what was changed, with an example that is run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

ARROW = "  ->  "


@dataclass(frozen=True)
class AnswerChange:
    """A change by name; `title` says what was changed, `examples` has texts before and after it."""

    name: str
    change: Callable[[str], Iterator[str]]
    title: str
    examples: tuple[tuple[str, str], ...]

    def __call__(self, text: str) -> Iterator[str]:
        """Yield the changed texts, each once and none that is the text itself."""
        return iter(dict.fromkeys(one for one in self.change(text) if one != text))


CHANGES: list[AnswerChange] = []


def answer_change(change: Callable[[str], Iterator[str]]) -> AnswerChange:
    """List a function as a change: its docstring has a title, and an example on each line with an arrow."""
    lines = [line.strip() for line in (change.__doc__ or "").splitlines()]
    examples = [line.partition(ARROW) for line in lines if ARROW in line]
    pairs = tuple((before.strip(), after.strip()) for before, _, after in examples)
    made = AnswerChange(change.__name__, change, lines[0].rstrip("."), pairs)
    CHANGES.append(made)
    return made


def _each(pattern: str, text: str, replacement: Callable[[re.Match[str]], str]) -> Iterator[str]:
    """Yield the text with each match replaced, one at a time."""
    for match in re.finditer(pattern, text, re.MULTILINE):
        yield text[: match.start()] + replacement(match) + text[match.end() :]


@answer_change
def right_side_negated(text: str) -> Iterator[str]:
    """The right side of an equation has the other sign.

    y = a + b  ->  y = -a + b
    """
    return _each(
        r"(?<![=<>!:+\-*/])=(?!=)(?P<space>[ &]*)(?P<minus>[-−]?)",
        text,
        lambda m: "=" + m["space"] + ("" if m["minus"] else "-"),
    )


@answer_change
def plus_and_minus(text: str) -> Iterator[str]:
    """A minus in the place of a plus, or the other way round.

    y = a + b  ->  y = a - b
    y = (1-s)  ->  y = (1+s)
    """
    spaced, close = r"(?<=\S )[+−-](?= \S)", r"(?<=[\d)}\]])[+−-](?=[\da-z({\\])"
    return _each(f"{spaced}|{close}", text, lambda m: "-" if m[0] == "+" else "+")


@answer_change
def number_one_larger(text: str) -> Iterator[str]:
    """A number is larger by one.

    6x6x64  ->  7x6x64
    y = 2a  ->  y = 3a
    """
    marker = r"^[ \t]*\d+[.)][ \t]"  # the number of an item in a list is no part of the answer
    items = [match.span() for match in re.finditer(marker, text, re.MULTILINE)]
    for match in re.finditer(r"(?<![\w.,])\d+|(?<=\d[x×*])\d+|(?<=[_^{])\d+", text):
        if not any(begin <= match.start() < end for begin, end in items):
            yield text[: match.start()] + str(int(match[0]) + 1) + text[match.end() :]


@answer_change
def power_dropped(text: str) -> Iterator[str]:
    """A square or another power is missing.

    y = a^2 + b  ->  y = a + b
    """
    return _each(r"(?:\^|\*\*) ?(?:\{\d+\}|\d+)|[²³]", text, lambda m: "")


@answer_change
def prime_dropped(text: str) -> Iterator[str]:
    """The prime of a derivative is missing.

    y = f'(x)  ->  y = f(x)
    """
    return _each(r"(?<=[\w}])(?:\^\{?\\prime\}?|['′’])(?= ?[({\\])", text, lambda m: "")


@answer_change
def transpose_dropped(text: str) -> Iterator[str]:
    r"""A transpose is missing.

    $W^\top x$  ->  $W x$
    W.T @ x  ->  W @ x
    """
    return _each(r"\^\{?(?:\\top|\\intercal|T|⊤)\}?|\.T\b|ᵀ", text, lambda m: "")


OTHERS = {
    "sin": "cos",
    "tanh": "exp",
    "exp": "log",
    "log": "exp",
    "sum": "prod",
    "max": "min",
    "min": "max",
    "sqrt": "exp",
}


@answer_change
def another_function(text: str) -> Iterator[str]:
    """Another function.

    y = tanh(x)  ->  y = exp(x)
    """
    return _each(rf"\b(?:{'|'.join(OTHERS)})\b(?=[ ({{_\\])", text, lambda m: OTHERS[m[0]])


@answer_change
def product_for_quotient(text: str) -> Iterator[str]:
    """A product in the place of a quotient.

    y = (a - 3)/b  ->  y = (a - 3)*b
    """
    return _each(r"(?<=[\w)}]) ?/ ?(?=[\w(])", text, lambda m: m[0].replace("/", "*"))


@answer_change
def two_names_exchanged(text: str) -> Iterator[str]:
    """Two letters of a formula are exchanged.

    $y = a^2 + b$  ->  $a = y^2 + b$
    """
    letter = r"(?<![A-Za-z\\{])[A-Za-z](?![A-Za-z])"
    formulas = re.findall(r"\$[^$]+\$|`[^`]+`", text)
    counts = Counter(name for one in formulas for name in re.findall(letter, one))
    if len(common := [name for name, _ in counts.most_common(2)]) == 2:
        other = dict(zip(common, reversed(common), strict=True))

        def exchanged(formula: re.Match[str]) -> str:
            return re.sub(letter, lambda m: other.get(m[0], m[0]), formula[0])

        yield re.sub(r"\$[^$]+\$|`[^`]+`", exchanged, text)


@answer_change
def two_sizes_exchanged(text: str) -> Iterator[str]:
    """The last two sizes of a shape are exchanged.

    (batch, seq, 1)  ->  (batch, 1, seq)
    """
    return _each(r"([(\[](?:[^()\[\],]+,)*)([^()\[\],]+),([^()\[\],]+)(?=[)\]])", text, _sizes_exchanged)


def _sizes_exchanged(match: re.Match[str]) -> str:
    before, one, other = match[1], match[2], match[3]
    space = other[: len(other) - len(other.lstrip())]
    if before in "([":
        return f"{before}{other.strip()},{space}{one.strip()}"
    return f"{before}{space}{other.strip()},{space}{one.strip()}"


@answer_change
def size_missing(text: str) -> Iterator[str]:
    """The last size of a shape is missing.

    (batch, seq, 1)  ->  (batch, seq)
    """
    return _each(r"([(\[](?:[^()\[\],]+,)*[^()\[\],]+),[^()\[\],]+(?=[)\]])", text, lambda m: m[1])


@answer_change
def denied(text: str) -> Iterator[str]:
    """The answer is denied.

    y = a  ->  It is wrong that y = a
    """
    yield "It is wrong that " + text.lstrip()


@answer_change
def taken_back(text: str) -> Iterator[str]:
    """The answer is taken back at its end.

    y = a  ->  y = a This is not right.
    """
    yield text.rstrip() + ("\n\n" if "\n" in text.strip() else " ") + "This is not right."


@answer_change
def left_open(text: str) -> Iterator[str]:
    """The answer leaves it open.

    y = a  ->  y = a We are not sure about this.
    """
    yield text.rstrip() + ("\n\n" if "\n" in text.strip() else " ") + "We are not sure about this."

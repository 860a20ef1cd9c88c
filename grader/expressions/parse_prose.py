"""Read an answer in words, if every word is known: a diagonal matrix, its entries, and its factors."""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.expressions.given_formula import Given
from grader.expressions.tree import Apply, Binary, Index, Node, Partial, Product, Symbol, Transposed

_NEXT, _NOW = Index("k", 1), Index("k", 0)
Z1, Z0, H1, H0 = Symbol("z", _NEXT), Symbol("z", _NOW), Symbol("h", _NEXT), Symbol("h", _NOW)
W = Symbol("W")

# Patterns for each symbol, in order; each is replaced by a word of its own.
_MARKS = (
    (r"\\(?:mathbf|boldsymbol|text|mathrm|operatorname)\{(\w+)\}|\$", r"\1"),
    (
        r"(?:\\sigma|σ|sigma|phi|φ)\s?(?:'|′|\^\{?\\prime\}?|-?\s?prime)\s?(?:of\s|at\s|von\s)?\s?\(?z(?:_\{?k\+1\}?|\b)(?:\sat\sk\s?\+\s?1)?\)?",
        " slope ",
    ),
    (r"(?:∂|d|\\partial\s?)h_\{?k\+1\}?\s?/\s?(?:∂|d|\\partial\s?)z_\{?k\+1\}?", " dhdz "),
    (r"z_\{?k\s?\+\s?1\}?|\bzₖ₊₁", " znext "),
    (r"z_\{?k\}?(?!\w)", " znow "),
    (r"h_\{?k\s?\+\s?1\}?", " hnext "),
    (r"h_\{?k\}?(?!\w)", " hnow "),
    (r"J_\{?k\s?\+\s?1\}?|\bJ\b", " jacobian "),
    (r"W\^\{?(?:T|\\top)\}?", " wturned "),
    (r"\bk\s?\+\s?1\b", " knext "),
    (r"(?:\\sigma|σ|\bsigma)\s?(?:'|′|-?\s?prime)", " derivative of sigma "),
    (r"n\s?\\times\s?n|n\s?[x×]\s?n", " square "),
)
_KNOWN_TEXT = (
    "a all along also an and any appear are as at be because being by carries carry consists contains containing "
    "depends diag diagonal diagonale diagonalen diagonally diagonalmatrix diagonalmatrizen do does element elements "
    "elementwise entries entry evaluated every everywhere factor for from function function's given has have hence "
    "hidden holding holds i.e. ie in is it its itself jacobian jacobi jacobimatrix just knext main matrix matrices "
    "nonlinearity norm not number numbers of off on only order other others otherwise out outside own per places "
    "position positions pre-activation pre-activations preactivation preactivations recurrent separate separately "
    "simply since so square state states step steps that the their there therefore these this time to unit units "
    "value values vector vectors where which whole whose with zero zeros activation activations derivative "
    "derivatives differentiated sigma σ slope slopes second first previous last current next weights weight "
    "multiplied multiply multiplying product right left side times transposed transpose w wturned znext znow hnext "
    "hnow z h dhdz gradient loss error respect regard you take get gives we one two 0 1 t 0s rest cell rnn network "
    "layer each auf bei das dem den der des die ein eine einer eines es hat ist im jeder jede mit nach nur sind "
    "sonst stehen steht überall und von vom zum zur werte werten wert am alle aller allen nullen null zeitpunkt "
    "schritt bis ableitung ableitungen aktivierung aktivierungen aktivierungsfunktion aktivierungsfunktionen "
    "gewichtsmatrix zustand produkt mal hauptdiagonale hauptdiagonalen diagonaleinträge elementweise voraktivierung "
    "voraktivierungen jacobi-matrix verlust deren dessen schon bereits ausgeklammert exactly these only depends slope "
    "already everything i-th component components but new same works taken komponenten ausgewertet an "
)
_KNOWN = set(_KNOWN_TEXT.split())
_WORD = re.compile(r"[\w'’.-]*\w")
_BETWEEN_WORDS = re.compile(r"[\s.,;:]*(?:=[\s.,;:]*)?")  # one `=`, as in `J = the matrix with`
_DENIALS = r"weights? (?:do|does) not appear[^.]*|their norm[^.]*|(?:since|because|as) (?:the )?(?:norm|weights?)[^.]*"

# A product, or another matrix than the one with the derivatives; the weights may be said to stand elsewhere.
_FACTOR = re.compile(r"\b(?:times|mal|multipl\w+|products?|produkt|transposed?|wturned|itself|two)\b")
_WEIGHTS_ELSEWHERE = re.compile(
    r"[^.;]*\b(?:weights?|w|norm|gewichtsmatrix)\b[^.;]*\b(?:already|schon|bereits|separately|own|out|outside|ausgeklammert)\b[^.;]*"
)
# Only some entries, another layer or step, or a derivative by something else.
_CHANGE = re.compile(
    r"\b(?:first|last|second|one|only|just) (?:\w+ )?(?:entry|entries|elements?|units?|positions?|places?|values?|components?|layer)\b"
    r"|\bbut (?!on\b)|\b(?:layer|last|itself|two|1)\b|\brespect to t\b|\bprevious (?!pre-?activation)"
)


def read_words(text: str) -> Given | None:
    """Return the formula for J in the words; None if a word is unknown or no rule fits."""
    if re.search(r"['′’]{2}|\bzₖ(?!₊)", text):
        return None
    for pattern, mark in _MARKS:
        text = re.sub(pattern, mark, text)
    text = re.sub(r"[`_{}()\[\]]|\\|(?<=\w)['’]s\b", " ", text.lower())
    words = _WORD.findall(text)
    signs = _WORD.sub("", text)
    if (
        len(words) < 3
        or not _KNOWN.issuperset(words)
        or not _BETWEEN_WORDS.fullmatch(signs)
        or puts_zeros_on_diagonal(text)
    ):
        return None
    said = " ".join(words)
    sentence = re.sub(_DENIALS, "", " ".join(text.split()))
    if re.search(r"\b(?:not|nicht)\b", sentence):
        return None
    for rule in _RULES:
        if (found := rule(said)) is not None:
            return None if _left_over(sentence, found) else Given((found,), _NEXT)
    return None


def _left_over(sentence: str, found: Node) -> bool:
    """Return whether the words change, restrict or move the diagonal matrix in a way that the reading does not have."""
    if not isinstance(found, Apply):
        return len(_FACTOR.findall(sentence)) > 3 or bool(_CHANGE.search(sentence))
    return bool(_FACTOR.search(_WEIGHTS_ELSEWHERE.sub(" ", sentence)) or _CHANGE.search(sentence))


def puts_zeros_on_diagonal(text: str) -> bool:
    """Return whether a clause puts zeros on the diagonal, or the derivatives somewhere else."""
    for clause in re.split(r"[,;.:]\s|\band\b|\bund\b|\bbut\b|\baber\b", text):
        zero = re.search(r"\b(?:zeros?|null(?:en)?|0s?|vanish\w*)\b", clause)
        slope = re.search(r"\b(?:slopes?|derivatives?|ableitung(?:en)?|activations?|aktivierungen)\b", clause)
        off = re.search(
            r"\boff\b|outside|elsewhere|\bothers?\b|otherwise|everywhere|\brest\b|sonst|überall|außerhalb|alle[rn]? anderen",
            clause,
        )
        on = re.search(r"diag", clause) and not off
        if (on and zero and not slope) or (off and slope and not zero) or (zero and slope):
            return True
    return False


def _whole(said: str) -> Node | None:
    """Read an answer without a diagonal matrix: the gradient of the loss, W itself, or an unevaluated derivative."""
    if "loss" in said or "verlust" in said:
        return Partial(Symbol("L"), H1)
    if re.search(r"(?:simply|just|only) the (?:recurrent )?weight matrix w\b", said) and "diag" not in said:
        return W
    named = r"(?:derivative|jacobian|jacobimatrix|jacobi-matrix|ableitung)\b.{0,30}hnext\b.{0,20}(?:respect to|regard to|nach|to)\b.{0,30}znext"
    if re.search(named, said) or re.search(r"matrix dhdz|is dhdz", said):
        return Partial(H1, Z1)
    return None


def _all_steps(said: str) -> Node | None:
    over = re.search(r"(?:product|produkt) (?:of |over )?(?:all|aller|the)\b", said)
    if over and re.search(r"\bfrom\b|\bvon\b|steps|schritt", said):
        return Product("product", "k", Index("t", 0), Index("T", -1), Apply("diag", 0, Apply("sigma", 1, Z1)))
    return None


def _diagonal(said: str) -> Node | None:
    """Read a diagonal matrix: its entries, their argument, and a factor W before or behind it."""
    if not re.search(r"\bdiag|hauptdiagonal", said):
        return None
    slope = re.search(r"\bslopes?\b|derivatives?\b|ableitung|jacobian of the (?:elementwise )?nonlinearity", said)
    order = 2 if re.search(r"second derivative|zweiten? ableitung", said) else 1 if slope else 0
    places = {name for name in ("znext", "znow", "hnext", "hnow") if re.search(rf"\b{name}\b", said)}
    if re.search(r"pre-?activations?|voraktivierung|\bwerten? z\b|\bslopes?\b|\bz\b", said):
        places.add("znow" if re.search(r"previous (?:pre-?activation)", said) else "znext")
    if "znow" in places and "previous" in said:
        places.discard("znext")
    if len(places) != 1:
        return None
    argument: Node = {"znext": Z1, "znow": Z0, "hnext": H1, "hnow": H0}[places.pop()]
    if order == 0 and not re.search(r"activations?\b|aktivierungen", said):
        return None
    inner = argument if order == 0 and argument in (H1, H0) else Apply("sigma", order, argument)
    return _with_weights(said, Apply("diag", 0, inner))


def _with_weights(said: str, diagonal: Node) -> Node | None:
    if re.search(r"\bw (?:ist|is|was|wurde) (?:schon|already|bereits) ", said):
        return diagonal
    if re.search(r"weights? (?:do|does) not appear", said) and not re.search(r"times|multipl|mal\b", said):
        return diagonal
    if not re.search(r"\bw\b|wturned|weights?|gewichtsmatrix", said):
        return diagonal
    if re.search(
        r"(?:multiplied|times|multiply) (?:\w+ )?from the right (?:by|with)|diagonal\w* .{0,80}(?:times|mal) (?:the |der )?(?:recurrent )?(?:weight matrix|gewichtsmatrix|w\b)",
        said,
    ):
        return Binary("@", diagonal, W)
    turned = r"(?:w transposed|wturned|transposed? (?:of )?(?:the )?(?:weight matrix )?w)\b"
    if re.search(turned + r".{0,30}(?:multiply|multiplied|times|mal).{0,30}diag", said):
        return Binary("@", Transposed(W), diagonal)
    if re.search(r"\bw times (?:the )?diag|multiplied from the left (?:by|with)", said):
        return Binary("@", W, diagonal)
    return None


_RULES: tuple[Callable[[str], Node | None], ...] = (_whole, _all_steps, _diagonal)

"""Find words around a formula for J that may contradict or change it, without a sign of that in the formula."""

from __future__ import annotations

import re

from grader.expressions.classify import Class
from grader.expressions.given_formula import Given
from grader.expressions.known_mistakes import NO_DERIVATIVE, OFF_BY_ONE
from grader.expressions.tree import Transposed, contains, has_factor
from grader.model.message import NOTHING, Message, say
from grader.prose.qualifiers import changed_afterwards, qualifier

_DENIED = re.compile(
    r"(?i)\b(?:not|no|never|kein\w*|nicht|cannot|isn't)\b[^.;:\n]{0,30}(?<!off the )(?<!outside the )(?<!außerhalb der )\b(?:diag\w*|right|correct|true|equal|richtig|gleich)\b"
    r"|\b(?:depending|either|entweder|alternatively|je nachdem)\b"
)
_JOINED = re.compile(
    r"(?i)\b(?:times|multipl\w+\s+(?:by|with|from|it)|mal|mit)\s+(?:\w+\s+){0,3}?(?:weight\w*|matri\w+|gewichts\w*|W|U)\b"
)
_ELSEWHERE = re.compile(
    r"(?i)\b(?:norm\w*|already|pulled|outside|in front|separate\w*|not (?:a )?part|do(?:es)? not|own factor|steht|vor dem|schon|bereits|"
    r"isn't|cancel\w*|taken out|ausgeklammert|\bno\b|entry by entry|elementwise|element by element)\b|\u2016|\\\|"
)
_WITHOUT_WEIGHTS = re.compile(
    r"(?i)(?:\b(?:not|no|without|nicht|kein\w*|ohne)|n['’]t)\s+(?:(?!and\b|but\b)\w+\s+){0,2}\$?(?-i:W)\b"
)
_CHANGED = re.compile(
    r"(?i)\b(?:inverse|negative|invers\w*|absolute?|squared|minus|plus|divided|doubled|halved|half|twice|geteilt|verdoppelt"
    r"|halbiert|hälfte|times (?:two|three|the (?:state|identity|input)))\b"
)
_ZERO = re.compile(r"(?i)\b(?:zero|null)\b(?!,? (?:if|wenn|for \$?[ij]))")
_OFF_DIAGONAL = re.compile(
    r"(?i)\b(?:off|others?|else\w*|outside|otherwise|everywhere|remaining|rest|entry|entries|elements?|empty|sonst\w*|übrig\w*"
    r"|ander\w*|außer\w*|einträge\w*|elemente\w*|nicht|not|non)\b|\u2260"
)
_PLACE = re.compile(r"(?i)\b(?:evaluated|taken|ausgewertet|genommen)\s+(?:at|an|bei)\s+(\S+)")
_SAID = re.compile(
    r"(?i)\b(?:produ[ck]t\w*|sum\w*|summe\w*|power\w*|all\w*|times|mal|multipl\w+|weight\w*|gewicht\w*|second|zweite\w*|loss|previous|not|nicht)\b"
)
_NAMED = re.compile(r"(?i)\b(?:this|that|which|das|dies)\s+(?:is|ist)\s+(?:the\s+)?\$?\\?\w*\{?J")
_AT_Z = re.compile(r"[\\$({a-z]*z\}?(?:_?[{(]?k\s?\+\s?1|ₖ₊₁|(?![\w_{(ₖ]))")
# A sentence that goes on behind its formula with one of these makes a remark; with other words it may change the formula.
_REMARKS = frozenset(
    [
        "where",
        "with",
        "which",
        "who",
        "since",
        "because",
        "as",
        "for",
        "when",
        "so",
        "and",
        "is",
        "are",
        "in",
        "at",
        "here",
        "holds",
        "from",
        "by",
        "given",
        "if",
        "being",
        "denotes",
        "means",
        "while",
        "therefore",
        "thus",
        "hence",
        "that",
        "on",
        "of",
        "under",
        "using",
        "whose",
        "i",
        "e",
        "such",
        "has",
        "contains",
        "evaluated",
        "taken",
        "describes",
        "gives",
        "the",
        "this",
        "it",
        "its",
        "has",
        "have",
        "it's",
        "wobei",
        "mit",
        "da",
        "weil",
        "für",
        "und",
        "ist",
        "sind",
        "also",
        "denn",
        "wie",
        "bei",
        "an",
        "auf",
        "aus",
        "nach",
        "als",
        "wenn",
        "gilt",
        "hier",
        "die",
        "der",
        "das",
        "dies",
        "sie",
        "es",
        "wo",
        "deren",
        "hat",
        "haben",
        "steht",
        "stehen",
        "depends",
        "only",
        "bc",
        "cause",
        "coz",
        "no",
    ]
) - {"only"}
_SHOWN = 60  # characters of the answer in a message
_DENIED_AT_THE_START = re.compile(r"(?i)\W{0,3}(?:not|nicht)\W{0,2}\$")
_J_TURNED = re.compile(r"J[^=]{0,20}?(?:ᵀ|\^\s?\{?\\?(?:T|top|intercal))[^=]{0,3}=")  # `J = J^T = ...`
_TURNED = re.compile(r"(?i)\btranspos\w*")


def doubt_in_words(text: str, chosen: Given, found: Class) -> Message:
    """Return the words of an answer that may contradict its formula; nothing if there are none."""
    prose = _prose(text)
    if chosen.bare and not _NAMED.search(text) and (word := _SAID.search(prose)):
        return say("The formula is not given as J, and the text contains '{words}'.", words=word[0])
    if chosen.denied or _DENIED_AT_THE_START.match(text):
        return say("The word before the formula denies it.")
    if words := qualifier(prose, "denied", "restricted", "doubted") or changed_afterwards(prose) or _zero(prose):
        return say("The words '{words}' may contradict the formula.", words=words[:_SHOWN])
    if words := continued(chosen.behind) or _last_sign(text, chosen.text):
        return say("The words '{words}' behind the formula may change it.", words=words[:_SHOWN])
    if other := _other_activation(_without_formula(prose, chosen), found.under):
        return say(
            "The text names {other} as the activation, and the formula is that of {activation}.",
            other=other,
            activation=found.under,
        )
    if denied := _DENIED.search(text):
        return say("The words '{words}' may contradict the formula.", words=denied[0][:_SHOWN])
    if factor := _factor_in_words(text, prose, chosen):
        return factor
    if (place := _PLACE.search(text)) and not _AT_Z.match(place[1]):
        return say("The words '{words}' may mean an argument other than z.", words=place[0][:_SHOWN])
    if changed := changing_word(prose):
        return say("The word '{word}' may change the formula.", word=changed)
    if _TURNED.search(prose) and not contains(chosen.last, Transposed) and not _J_TURNED.search(chosen.text):
        return say("The text mentions a transpose that the formula does not have.")
    if NO_DERIVATIVE in found.mistakes and re.search(r"(?i)derivative|ableitung", prose):
        return say("The text mentions a derivative, so sigma may be the derivative of the activation.")
    own = chosen.index is not None and (chosen.index.variable, chosen.index.offset) != ("k", 1)
    return say("The index of J is not the one in the assignment.") if own and OFF_BY_ONE in found.mistakes else NOTHING


def _last_sign(text: str, formula: str) -> str:
    """Return a matrix or vector that stands alone at the end of an answer, where it may be a factor; empty if none does."""
    found = re.search(r"(?<=[)$\]}]) +((?:W|U|[hx]_\{?[kt]\}?)\s*)$", text)
    return found[1].strip() if found and not formula.rstrip().endswith(found[1].strip()) else ""


def _zero(prose: str) -> str:
    """Return a sentence in which something else than the other entries is zero; empty if there is none."""
    sentences = re.split(r"(?<=[.;!])\s|\n|, and ", prose)
    return next((one.strip() for one in sentences if _ZERO.search(one) and not _OFF_DIAGONAL.search(one)), "")


def changing_word(prose: str) -> str:
    """Return a word for an operation on a formula in the words around it; empty if there is none."""
    found = _CHANGED.search(prose)
    return found[0] if found else ""


def lost_prime(text: str) -> Message:
    """Return where a prime may have been lost in the text of a scan or a PDF; nothing if there is no such place."""
    if re.search(r"[σφψ]\s\(", text):
        return say("The text has a gap behind the activation; the text of a PDF can lose a prime there.")
    return NOTHING


def continued(behind: str) -> str:
    """Return the words right behind a formula that continue it, unless they begin a remark; nothing behind a stop."""
    remark = behind.partition("#")[0].strip(" \t*_`")  # a comment in code is no part of it
    first = re.match(r"[^\W\d_][\w'’-]*", remark)
    clause = re.split(r"[.;,:(\n]", remark)[0].strip()
    if first and (first[0].lower() not in _REMARKS or qualifier(clause, "changed", "restricted", "bounded", "unit")):
        return clause
    return ""


def _other_activation(prose: str, under: str) -> str:
    """Return an activation that the words name, if the formula is that of another one which they do not name."""
    names = {"tanh": r"\btanh|hyperbolic|tangens", "sigmoid": r"\bsigmoid|\blogisti", "ReLU": r"\brelu\b|\brectif"}
    said = [name for name, words in names.items() if re.search(words, prose, re.I)]
    return said[0] if under and said and under not in said else ""


def _factor_in_words(text: str, prose: str, chosen: Given) -> Message:
    """Return the words that may multiply the formula by the weights, if it does not contain them."""
    if has_factor(chosen.last, "W"):
        found = _WITHOUT_WEIGHTS.search(text)
        return say("The words '{words}' may contradict the formula.", words=found[0][:_SHOWN]) if found else NOTHING
    if joined := _JOINED.search(prose):
        return say("The words '{words}' may add a factor to the formula.", words=joined[0])
    if _weights_in(text) and (words := _weights_in(_without_formula(text, chosen))):
        return say("The words '{words}' may multiply the formula by the weights.", words=words)
    return NOTHING


def _without_formula(text: str, chosen: Given) -> str:
    """Return the answer without the formula that counts and the equations beside it, which were read completely."""
    text = text.replace("&", " ")  # as in the formulas of aligned rows
    for formula in (chosen.text, *(claim.text for claim in chosen.claims)):
        text = text.replace(formula, " ") if len(formula) > 1 else text
    return text


def _weights_in(text: str) -> str:
    """Return the beginning of a sentence about the weights that does not place them outside J; empty if none does."""
    for sentence in re.split(r"(?<=[.;!])\s|\n", text):
        found = re.search(
            r"(?i)\b(?:weights?|gewicht\w*|times|multipl\w+)\b|\$\s*W\s*\$|(?<=\s)W(?=[\s.,])",
            _without_formulas(sentence),
        )
        if found and not _ELSEWHERE.search(sentence):
            return sentence.strip()[:_SHOWN]
    return ""


def _without_formulas(sentence: str) -> str:
    return re.sub(r"\\[a-z]+|\$[^$]*[=(][^$]*\$|`[^`]*`|J\S*\s*=\s*\S+|\w+\s*=[^\n]*@[^\n]*", " ", sentence)


def _prose(text: str) -> str:
    """Return the words of an answer without its formulas and code."""
    return re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\\\[.*?\\\]", " ", text, flags=re.S)

"""Words that deny, hedge, bound, restrict or change a statement; every reader of written answers asks here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from grader.model.message import NOTHING, Message, say

Kind = Literal["denied", "doubted", "hedged", "bounded", "restricted", "changed", "scaled", "unit"]

_DENIED = (
    r"(?:that|this|it|which|das|dies)\s+(?:is|was|ist|war)\s+(?:wrong|false|incorrect|falsch|(?:not|nicht)\s+(?:right|correct|true|like (?:this|that)|the case|so|richtig|wahr))"
    r"|(?<![\w,;:] )(?:no|nein|nope|wait|actually)(?=\s*[,:!—–-]\s)"
    r"|not right|not correct|wir sind (?:uns )?nicht sicher|not sure|unsure|unsicher|no idea|keine ahnung|n['’]t know|do not know|mistaken?|wrongly|incorrectly|fälschlich\w*|ein fehler|wei(?:ß|ss)\w* (?:\w+ )?nicht"
)
_DOUBTED = (
    r"maybe|perhaps|possibly|probably|presumably|vielleicht|vermutlich|wahrscheinlich|eventuell|guess\w*|geraten"
    r"|approximately|approx|roughly|ungefähr|or so|oder so|hopefully|hoffentlich|might|mixed up|mix(?:ing)? up|verwechs\w+"
    r"|(?:i|we) (?:may|could) (?:also )?(?:be|have)|(?:it|this|that) (?:may|could) (?:also )?be (?:wrong|false|the other)|könnten?"
    r"|not (?:entirely|quite|fully|very|really|so) (?:sure|certain)|not certain|(?:not|n['’]t) remember"
)
_HEDGED = (
    rf"or|oder|either|entweder|{_DOUBTED}"
    r"|about|around|circa|ca|etwa|rund|between|zwischen|somewhere|depending|je nachdem|bzw|resp"
)
_BOUNDED = (
    r"at (?:most|least)|(?:more|less|fewer|greater|smaller|larger) than|up to|no more than|maximum of|minimum of|maximal|minimal|almost|nearly"
    r"|mindestens|höchstens|mehr als|weniger als|größer als|kleiner als|bis zu|knapp"
)
_RESTRICTED = (
    r"(?:entry|entries|elements?|units?|steps?|layers?|rows?|columns?|case) only"
    r"|(?:for|in|at) the (?:first|last|second) (?:sample|entry|row|column|element|component|unit|layer)"
    r"|only (?:for|if|when|in|at|where)|unless|except\w*|apart from|nur (?:für|wenn|falls|bei|im)|außer\w*|falls|sofern"
    r"|(?:ignor|neglect|omit|disregard|forg[eo]t|skip|drop)\w* (?:the|a|any|all|its|both) (?:bias\w*|weights?|factors?|terms?|inputs?|recurrence|sign|padding)"
    r"|(?:up to|apart from|bis auf) (?:a|an|some|the|einen?|den|das)? ?(?:\w+ ){0,2}(?:factor|constant|sign|scal\w+|transpos\w+|faktor|konstante|vorzeichen)"
    r"|of size (?:one|1)|scalar case|in one dimension|eindimensional\w*|provided (?:that|the)|as long as|vorausgesetzt|solange|ignoriert? (?:man|wir)|vernachlässig\w+"
)
_CHANGED = (
    r"plus|minus|times|divided|multipl\w+|squared?|cubed?|invert\w*|invers\w*|reciprocal|negat\w+|opposite|doubled?|halved?|twice|thrice|half"
    r"|scaled|added|adding|subtract\w*|raised|power|root|transpos\w+|increas\w+|decreas\w+|up to"
    r"|geteilt|multipliziert|quadriert|inverti\w+|negativ\w*|verdoppelt|halbiert|doppelt\w*|hälfte|addiert|subtrahiert|zuzüglich|abzüglich|mal|hoch|kehrwert\w*|wurzel|transponiert"
)
_SCALED = r"half|halved|doubled?|twice|hälfte|halbiert|verdoppelt|minus (?:one|two|eins|zwei|1|2)|times (?:two|2)|mal (?:zwei|2)"
_UNIT = (
    r"hundred|thousand|million\w*|billion\w*|dozen|[kmg]b|bytes?|bits?|kilobytes?|megabytes?|percent|per cent|prozent|seconds?|ms|flops?|epochs?"
    r"|hundert|tausend|milliarden?|dutzend|sekunden?|pixels? wide|squared|%"
)
_WORDS: Mapping[Kind, str] = {
    "denied": _DENIED,
    "doubted": _DOUBTED,
    "hedged": _HEDGED,
    "bounded": _BOUNDED,
    "restricted": _RESTRICTED,
    "changed": _CHANGED,
    "scaled": _SCALED,
    "unit": _UNIT,
}
_PATTERNS = {kind: re.compile(rf"(?i)(?<![\w-])(?:{words})(?![\w-])") for kind, words in _WORDS.items()}


def qualifier(text: str, *kinds: Kind) -> str:
    """Return the first words of a text that qualify it in one of these ways; empty if there are none."""
    found = [match for kind in kinds if (match := _PATTERNS[kind].search(text))]
    return min(found, key=lambda match: match.start())[0] if found else ""


_AFTERWARDS = re.compile(
    r"(?i)\b(?:this|it|that|all|everything|results?|whole|both|matrix|formula|das|dies|alles|ergebnis|ganze\w*)\b[^.;\n]{0,30}?(?<![\w-])"
    r"(?:divided|multiplied|squared|cubed|inverted|negated|doubled|halved|scaled|geteilt|multipliziert|quadriert|invertiert|negiert|verdoppelt|halbiert)(?![\w-])"
    r"|\b(?:(?:has|have|needs?) to|must|muss)\s+(?:then\s+|noch\s+)?(?:be\s+)?(?:transposed|inverted|multiplied|divided|transponiert|invertiert|multipliziert)\b"
    r"|\b(?:halve|double|negate|invert|square|transpose|scale|divide|multiply)\s+(?:this|it|that|the (?:result|matrix|whole)|everything|all)\b"
)


def changed_afterwards(text: str) -> str:
    """Return the words by which a sentence changes a result that was given before it; empty if none does."""
    found = _AFTERWARDS.search(text)
    return found[0] if found else ""


def denial(text: str) -> Message:
    """Return a sentence that names the words by which a text takes back a statement; nothing if it has none."""
    words = qualifier(text, "denied")
    return say("The words '{words}' may take back the answer.", words=words) if words else NOTHING

"""Write the shapes of an answer as tuples of lengths, `(batch, seq + shift, 1)`, whatever notation they have."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_TUPLE = r"\([^()\n]{3,80}\)"
_QUOTED = re.compile(r"""(?<=[(\[,])\s*(["'])([^"'\n,]{1,30})\1\s*(?=[,)\]])""")
_SEMICOLONS = re.compile(r"\(([^();\n]{1,20});([^();\n]{1,20});([^();\n]{1,20})\)")
_SPACES = re.compile(r"\[\s*([A-Za-z]\w*)\s+([A-Za-z]\w*(?:\s?\+\s?[\w.]+)?)\s+([A-Za-z]\w*|\d+)\s*\]")
_IN_TICKS = re.compile(r"`(\([^()`\n]{3,80}\)|\[[^\[\]`\n]{3,80}\])`")
_BROKEN = re.compile(r"\(([^()\n]{1,60},[^()\n]{0,20})\n\s*([^()\n]{1,40})\)")
_ASSERTED = re.compile(rf"(?m)^\s*(?:assert\s+)?[\w.]*\.shape\s*==\s*({_TUPLE})[^#\n]*#\s*([^\n]+)$")
# `(bs = batch size, T = time steps)` and `(batch, time, features)` explain names.
_LEGEND = re.compile(r"\((?:\s*[\w']+\s*(?:=|:)\s*[^(),=\n]{2,40},){1,6}\s*[\w']+\s*(?:=|:)\s*[^(),=\n]{2,40}\)")
_AXES = re.compile(
    r"(?i)\(\s*(?P<first>[a-z_ ]{1,20}),\s*(?P<second>[a-z_ ]{1,20}),\s*(?:features?|channels?|merkmale?|kanäle)\s*\)"
)
_OWN_LENGTH = re.compile(
    r"(?<![\w'(,])([A-Za-z]\w{0,6}'?)\s*=\s*([A-Za-z]\w{0,15}\s?[+]\s?(?:self\.)?[A-Za-z]\w{0,10})(?![\w'])"
)
_BOTH = re.compile(
    rf"(?i)\b(?:both\s+)?(?:the\s+)?(?P<one>[\w ]{{3,24}}?)\s+and\s+(?:the\s+)?(?P<other>[\w ]{{3,24}}?)\s+(?:both\s+)?"
    rf"(?:have|has|end in|end with|give|return|are)\s+(?:the\s+shape\s+)?(?P<shape>{_TUPLE})"
)
# `(N, L, H) after slicing and after the second LSTM`
_AFTER_BOTH = re.compile(
    rf"(?i)(?P<shape>{_TUPLE}) (?P<how>after|for|nach|für) (?P<one>[\w ]{{3,30}}?) (?:and|und) "
    r"(?:(?P=how) )?(?P<other>[\w ]{3,30}?)(?=[,.;]|$)"
)
_NOT_BUT = re.compile(rf"(?i)\bnot\s+{_TUPLE},?\s+but\s+(?=\()")
_AND_NOT = re.compile(rf"(?P<shape>{_TUPLE})\s*[-–—]+\s*not\s+(?P<denied>{_TUPLE})[^-–—\n]{{0,60}}[-–—]+")
_REASON = re.compile(r"(?i)\((?:because|since|due to|owing to|as|weil|da|wegen|aufgrund)\b[^()\n]{0,80}\)")
_PADDED = re.compile(r"(?i)\bpadded (?:input|sequence|signal|curves?)\b")
# States that an LSTM returns beside its output and nobody uses.
_UNUSED_STATES = re.compile(
    r"(?i)(?:,?\s+and\s+)?(?:in addition\s+)?\bthe (?:last|final) states\b(?:(?!only|except|but)[^.;\n]){0,60}?"
    r"(?:thr[eo]wn? away|not used|unused|discarded|ignored)\b"
)
_DEFINED = re.compile(
    r"(?<![\w'])(?P<name>[A-Za-z])(?![\w'])\s*(?:(?:=|:|is|be|denotes|stands for|ist|bezeichnet)\s*"
    r"(?:the\s+|der\s+|die\s+)?|(?:the|der|die)\s+)(?=(?P<meaning>[a-zäöü][a-zäöü _]{3,24}))"
)
_SYNONYMS = {"seq": ("number of samples", "number of steps", "time steps", "samples")}


def as_tuples(text: str) -> str:
    """Return the text with its shapes as tuples, without legends, denied shapes and states that are not used."""
    text = _REASON.sub(" ", _IN_TICKS.sub(r"\1", text))
    text = _ASSERTED.sub(lambda found: f"{found[2]}: {found[1]}", _BROKEN.sub(r"(\1 \2)", text))
    text = re.sub(r"```\w*\n(?=(?:[^`\n]*: \([^`\n]*\)\n|[^`\n]*\n)*```)", "```\n", text)
    text = _SEMICOLONS.sub(r"(\1,\2,\3)", _QUOTED.sub(r"\2", text))
    if len(_SPACES.findall(text)) > 1:
        text = _SPACES.sub(r"(\1, \2, \3)", text)
    text = _with_own_lengths(_AXES.sub(" ", _LEGEND.sub(" ", text)))
    text = _AND_NOT.sub(lambda found: found[0] if found["shape"] == found["denied"] else found["shape"], text)
    text = _UNUSED_STATES.sub(" ", _PADDED.sub("padded", _NOT_BUT.sub(" ", text)))
    text = _AFTER_BOTH.sub(r"\g<shape> \g<how> \g<one>, \g<shape> \g<how> \g<other>", text)
    return _BOTH.sub(r"\g<one> \g<shape>, \g<other> \g<shape>", text)


def _with_own_lengths(text: str) -> str:
    """Return the text with the name `L'` of `L' = L + shift` replaced where it is a length of a shape."""
    for found in list(_OWN_LENGTH.finditer(text))[:4]:
        name, total = found[1], found[2]
        text = re.sub(rf"(?<=[(\[,])(\s*){re.escape(name)}(?=\s*[,)\]])", rf"\g<1>{total}", text)
    return text


def is_time_first(text: str) -> bool:
    """Return whether a legend such as `(time, batch, features)` puts the time before the batch."""
    found = _AXES.search(text)
    return found is not None and "batch" in found["second"].lower() and "batch" not in found["first"].lower()


def defined_letters(text: str, dimensions: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the dimensions of letters that the answer explains, as in `m is the batch size`."""
    found: dict[str, str] = {}
    for match in _DEFINED.finditer(text):
        meaning = match["meaning"].strip().lower()
        for dimension, others in dimensions.items():
            words = [word.replace("_", " ") for word in (dimension, *others) if len(word) > 2]
            if any(meaning.startswith(word) for word in (*words, *_SYNONYMS.get(dimension, ()))):
                found.setdefault(match["name"].lower(), dimension)
    return found

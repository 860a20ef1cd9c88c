"""Sentences that describe how a stage changes a shape, without giving the shape."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.reading.shapes import Shape

_LONGER = r"longer|gr[eo]w|wächst|increas\w+|extend\w+|verlänger\w+|um (?:den )?shift|\+ ?shift|by shift"
_SHORTER = r"back|away|again|weg|remov\w+|drop\w+|discard\w+|cut\w*|entfern\w+|abgeschnitten|wieder|fällt"
_SAME = (
    r"unchanged|same|exactly|keeps?|leaves?|unverändert|gleich|bleibt|nothing changes|changes? nothing|not change"
    r"|ändert|also the shape|behält"
)
_ONE = r"\bone\b|\b1\b|single|\bein\w*\b|scalar"


def describes_change(text: str, stage_words: Sequence[str], before: Shape | None, after: Shape) -> bool:
    """Return whether a sentence of `text`, in lower case, describes the change from `before` to `after` at a stage.

    `stage_words` name the stage; without `before` the stage is the input, whose three dimensions have to be named.
    """
    if before is None:
        return _names_dimensions(text)
    sentences = re.split(r"(?<=[.;:!])\s|\n", text)
    about = [s for s in sentences if any(re.search(rf"(?<!\w){re.escape(word)}", s) for word in stage_words)]
    if after == before:
        return any(re.search(_SAME, sentence) for sentence in about)
    longer = len(after[1].names) > len(before[1].names)
    patterns = [_LONGER if longer else _SHORTER] if after[1] != before[1] else []
    patterns += ["hidden" if after[2].names else _ONE] if after[2] != before[2] else []
    fitting = [s for s in about if all(re.search(pattern, s) for pattern in patterns)]
    shifted = len(after[1].names) > 1
    if any(re.search(r"\d\s?\*?\s?shift", sentence) for sentence in fitting):
        return False
    return any(re.search(rf"{_LONGER}|shift", s) or not (shifted and re.search("length|länge|seq", s)) for s in fitting)


def _names_dimensions(text: str) -> bool:
    """Return whether a sentence about the input names its three dimensions in words."""
    time = r"time|seq|length|länge|zeit"
    sentences = [s for s in re.split(r"[.;]\s|\n", text) if re.search(r"input|eingabe", s) and "(" not in s]
    return any("batch" in s and re.search(time, s) and re.search(_ONE, s) for s in sentences)

"""Read the configurations of a training from a team's words, and write them for findings."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.model.message import Message, say

Configuration = dict[str, float]

# How teams write each parameter, before or after its number.
PARAMETERS = {
    "hidden_size": r"hidden[\s_-]*(?:size|units|dim(?:ension)?|layers?)?|h(?=\s*=)|versteckte\s+(?:größe|einheiten)",
    "shift": r"shift|verschiebung",
    "epochs": r"(?:num[\s_-]*)?(?:epochs?|epochen)",
    "batch_size": r"batch[\s_-]*(?:size|größe)?|bs",
    "learning_rate": r"learning[\s_-]*rate|lr|lernrate",
}
_BULLET = re.compile(r"^\s*[-*•–]\s+")
NUMBER = r"\d{1,7}(?:[.,]\d{1,12})?(?:e-?\d{1,2})?"
_NAMES = {
    "hidden_size": say("hidden size"),
    "shift": say("shift"),
    "epochs": say("epochs"),
    "batch_size": say("batch size"),
    "learning_rate": say("learning rate"),
}


def changes_in(configuration: Configuration) -> Message:
    """Return the changes of a configuration in words: hidden size 20, epochs 200."""
    if not configuration:
        return say("initial")
    changes = [say("{name} {value}", name=_NAMES[name], value=f"{value:g}") for name, value in configuration.items()]
    return say("{changes}", changes=tuple(changes))


def is_configuration(words: str, initial: Mapping[str, float]) -> bool:
    """Return whether words name one configuration."""
    return read_phrase(words, initial) is not None


def read_phrase(words: str, initial: Mapping[str, float]) -> Configuration | None:
    """Read "Hidden size 80 and shift 5", "Train for 300 epochs", "+100 epochs" or "Initial configuration".

    A row that continues the row before ("then 100 more") is not read.
    """
    if re.match(r"(?i)\W*(?:then|additionally|again|dann|zusätzlich|außerdem)\b", words):
        return None
    words = _BULLET.sub("", words)  # the dash of a list is no minus
    found: Configuration = {}
    for name, pattern in PARAMETERS.items():
        link = rf"\s*(?:[:=(]|of|to|from|von|auf|nur|only|->|→)?\s*(?:{NUMBER}\s*(?:->|→|=>|to|auf|bis)\s*)?"
        match = re.search(rf"(?i)\b(?:{pattern}){link}([+−-]?)\s?({NUMBER})", words) or re.search(
            rf"(?i)([+−-]?)\s?({NUMBER})\s*(?:more\s+|additional\s+)?(?:{pattern})\b", words
        )
        if match:
            value = float(match[2].replace(",", "."))
            found[name] = {"+": initial[name] + value, "": value}.get(match[1], initial[name] - value)
        elif change := re.search(rf"(?i)\b(?:{pattern})\s+(?:is\s+)?(double|verdoppelt|halve|halbiert)", words):
            found[name] = initial[name] * (2 if change[1].lower().startswith(("double", "verdopp")) else 0.5)
    if any(value < 0 or (value == 0 and name != "shift") for name, value in found.items()):
        return None
    if found:
        return {k: v for k, v in found.items() if initial.get(k) != v}
    return (
        {}
        if re.search(
            r"(?i)^\W*(?:none|no change|unchanged|keine)\W*$|initial|default|base|start|given|standard|original"
            r"|ausgang|anfang",
            words,
        )
        else None
    )

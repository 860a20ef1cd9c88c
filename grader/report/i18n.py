"""The words of pages and findings in another language: gettext catalogues, one for each part of the program.

Checks say what they found in English, and that is what is kept. It is put into the reader's language where a page is
made: a sentence that stands in the code with values in it is a pattern with `{}`, and what stands in the place of a
value is looked up in turn. What no catalogue knows stays as it is.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from grader.model.message import Message, Text

FOLDER = Path(__file__).parents[1] / "locale"


MESSAGES = "messages"  # the catalogue of `say` and `say_number`
FINDINGS = "findings"  # the catalogue of what checks say; every other one has the words of pages


MAX_CHARACTERS = 2000  # a longer message has a submission's own words in it and stays as it is


_SENTENCE_ENDS = re.compile(r"(?<=[.!?:;]) ")


_DEEPEST = 3  # of sentences in the place of a value


@cache
def catalogue(domain: str, language: str) -> gettext.NullTranslations:
    """Return a catalogue; one that is not there gives every text as it stands in the code."""
    return gettext.translation(domain, FOLDER, [language], fallback=True)


def translated(text: Text, language: str) -> str:
    """Return a text in words: a message in `language`, somebody's own words as they are."""
    if isinstance(text, Message):
        words = catalogue(MESSAGES, language)

        def put(template: str, plural: str, number: int) -> str:
            return words.ngettext(template, plural, number) if plural else words.gettext(template)

        return text.put(put)
    return _said(text, language, _DEEPEST) if language != "en" and text else text


@lru_cache(maxsize=4096)
def _said(message: str, language: str, depth: int) -> str:
    if len(message) > MAX_CHARACTERS:
        return message
    known = catalogue(FINDINGS, language).gettext(message)
    if known != message:
        return known
    parts = _SENTENCE_ENDS.split(message)
    shown: list[str] = []
    at = 0
    while at < len(parts):
        for end in range(len(parts), at, -1):  # the longest run of sentences that is one message
            found = _filled(" ".join(parts[at:end]), language, depth)
            if found is not None:
                break
        shown.append(parts[at] if found is None else found)
        at = at + 1 if found is None else end
    return " ".join(shown)


def _filled(text: str, language: str, depth: int) -> str | None:
    """The translation of the first pattern that fits, with its values; None where none does."""
    known = catalogue(FINDINGS, language).gettext(text)
    if known != text:
        return known
    for pattern, translation in _patterns(language):
        if found := pattern.fullmatch(text):
            values = [_said(value, language, depth - 1) if depth else value for value in found.groups()]
            return translation.format(*values)
    return None


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every message with values in it, those with the most words of their own first."""
    messages = [(message, translation) for message, translation in _entries(language) if "{}" in message]
    messages.sort(key=lambda entry: -len(entry[0].replace("{}", "")))
    return tuple((re.compile(_expression(message), re.S), translation) for message, translation in messages)


def _expression(message: str) -> str:
    return "(.+?)".join(re.escape(part) for part in message.split("{}"))


def _entries(language: str) -> Iterator[tuple[str, str]]:
    catalog: dict[object, str] = getattr(catalogue(FINDINGS, language), "_catalog", {})
    yield from ((key, value) for key, value in catalog.items() if isinstance(key, str) and key)

"""Translate the words of pages and findings with gettext catalogues, one for each part of the program.

A message is a template with values, which is translated when a page is made, with the plural form that its number
needs. Other texts are those of users and stay unchanged.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from grader.model.message import Message, Text

FOLDER = Path(__file__).parents[1] / "locale"
MESSAGES = "messages"  # the catalogue of `say` and `say_number`; the others have the words of pages


@cache
def catalogue(domain: str, language: str) -> gettext.NullTranslations:
    """Return a catalogue; one that does not exist gives every text unchanged."""
    return gettext.translation(domain, FOLDER, [language], fallback=True)


def translated(text: Text, language: str) -> str:
    """Return a text as a string: a message in `language`, and any other text unchanged."""
    if isinstance(text, Message):
        words = catalogue(MESSAGES, language)

        def put(template: str, plural: str, number: int) -> str:
            return words.ngettext(template, plural, number) if plural else words.gettext(template)

        return text.put(put)
    return text

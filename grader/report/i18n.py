"""The words of pages and findings in another language: gettext catalogues, one for each part of the program.

A message is kept as a template with values and put into the reader's language where a page is made, with the plural
form that its number needs. Other texts are somebody's own words and stay as they are.
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
    """Return a catalogue; one that does not exist gives every text as it is in the code."""
    return gettext.translation(domain, FOLDER, [language], fallback=True)


def translated(text: Text, language: str) -> str:
    """Return a text in words: a message in `language`, and any other text as it is."""
    if isinstance(text, Message):
        words = catalogue(MESSAGES, language)

        def put(template: str, plural: str, number: int) -> str:
            return words.ngettext(template, plural, number) if plural else words.gettext(template)

        return text.put(put)
    return text

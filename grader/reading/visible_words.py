"""The words of an answer that its author wrote: without pictures, comments, and the addresses of links."""

from __future__ import annotations

import re
import unicodedata

# A picture has a name that a program gave and a text in its place that no reader sees; neither is part of the answer.
_PICTURE = re.compile(
    r"!\[(?P<text>[^\[\]]*)\](?:\((?P<target>[^()\s]*(?:\([^()]*\)[^()\s]*)*)(?:\s+[^()]*)?\)|\[[^\[\]]*\])"
    r"|<img\b(?P<tag>[^<>]*)/?>"
    r"|\\includegraphics\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}",
    re.I,
)
_BLANK_LINES = re.compile(r"\n\s*\n")
_INLINE_DATA = re.compile(
    r"^[ \t]*\[[^\[\]\n]+\]:[ \t]*<?data:\S*$|\bdata:[a-z]+/[\w.+-]+[;,]\S*|\battachment:\S+", re.I | re.M
)
_COMMENT = re.compile(r"<!--.{0,1000}?-->", re.S)
_PICTURE_FILE = re.compile(r"(?i)\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?|heic|avif|ico)(?:[?#]\S*)?$")
_WEB = re.compile(r"(?i)^<?(?:https?://|www\.|doi\.org/|arxiv\.org/)")
_PLACE = re.compile(r"(?i)^<?(?:[a-z][\w+.-]*://|www\.|mailto:|doi:|#|[^\s()]+\.[a-z]\w{1,4}(?:[/#?]\S*)?$)")
LINK = re.compile(r"\[([^\[\]]*)\]\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
ADDRESS = re.compile(r"(?:https?://|www\.|doi\.org/|arxiv\.org/)[^\s)>\]]+", re.I)


def without_pictures(text: str) -> str:
    """Return the text without pictures (name, address, and the text in their place) and without comments.

    Several blank lines become one: patterns that cross lines would take much time for a hundred thousand of them.
    """
    return _INLINE_DATA.sub(" ", _PICTURE.sub(" ", _COMMENT.sub(" ", _BLANK_LINES.sub("\n\n", text))))


def visible_words(text: str) -> str:
    """Return the text without pictures, comments, web addresses and the addresses behind links.

    Brackets before brackets that hold no address stay as they are: `[h](t)` is not a link in a formula.
    """
    text = LINK.sub(lambda link: link[1] if is_address(link[2]) else link[0], without_pictures(with_plain_spaces(text)))
    return ADDRESS.sub(" ", text)


def with_plain_spaces(text: str) -> str:
    """Return the text with ordinary spaces for those of other widths, and without characters that no one sees."""
    if text.isascii():
        return text
    kinds = ((character, unicodedata.category(character)) for character in text)
    return "".join(" " if kind == "Zs" else character for character, kind in kinds if kind != "Cf")


def with_single_spaces(text: str) -> str:
    """Return the text with one space for several in a row; a line keeps its indentation."""
    return re.sub(r"(?<=\S) {2,}", " ", text)


def is_address(target: str) -> bool:
    """Return whether the target of a link is an address, a file or a place in the document."""
    return bool(_PLACE.match(target.strip()))


def names_source(target: str) -> bool:
    """Return whether the target of a link can be a source: an address or a file, but not a picture or a heading."""
    target = target.strip().strip("<>")
    return is_address(target) and not target.startswith("#") and not _PICTURE_FILE.search(target)


def is_picture(text: str) -> bool:
    """Return whether a text is one or several pictures and nothing else, so that nothing of it was read."""
    return bool(_PICTURE.search(text)) and not any(letter.isalnum() for letter in without_pictures(text))


def hints_in_pictures(text: str) -> str:
    """Return what pictures say that may name a source: the text in their place, and their web addresses."""
    found = [text for picture in _PICTURE.finditer(text) for text in _said(picture)]
    return " ".join(found)


def _said(picture: re.Match[str]) -> list[str]:
    tag = picture["tag"] or ""
    quoted = re.findall(r"""(?i)\b(alt|title|src)\s*=\s*["']([^"']*)["']""", tag)
    targets = [picture["target"] or "", *(value for name, value in quoted if name.lower() == "src")]
    said = [picture["text"] or "", *(value for name, value in quoted if name.lower() != "src")]
    words = [words for words in said if not _PICTURE_FILE.search(words)]
    return [*words, *(target for target in targets if _WEB.match(target))]

"""Count words, sentences and sources, for the limits and the documentation."""

from __future__ import annotations

import re

from grader.reading.visible_words import ADDRESS, LINK, hints_in_pictures, names_source, without_pictures

_FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$|\\\[.+?\\\]|\\\(.+?\\\)", re.S)
_DOI = re.compile(r"\b10\.\d{4,9}/\S+")
_SOURCE_WORD = (
    r"(?:sources?|references?(?:\s+material)?|reference material|quellen?|literatur(?:verzeichnis)?|bibliography|refs?)"
)
_SOURCE_LINE = re.compile(rf"^\W*{_SOURCE_WORD}\W*(?::[ \t]*(.*))?$", re.I | re.M)
_INLINE_SOURCE = re.compile(rf"(?<![\w]){_SOURCE_WORD}\s*:\s*(?P<what>[^\n]*)$", re.I | re.M)
# A source line that names none: nothing was used, or the authors themselves.
_NONE = re.compile(
    r"(?i)^\W*(?:none|keine?\w*|nothing|n/?a|-|no (?:external|other|sources?|ones?)\b.*|.*\bused none|.*\bno(?:ne)? (?:were |was )?used)\W*$"
    r"|\b(?:own|eigene[srnm]?) (?:head|minds?|knowledge|thoughts?|ideas?|words?|understanding|notes?|work|reasoning|überlegung\w*|wissen|gedanken|worte)\b"
    r"|\b(?:ourselves|myself|selbst)\b"
)
_NUMBERED = re.compile(r"^\s*\[\d{1,2}\]\s+\S.*$", re.M)
_CITED = re.compile(
    r"[(\[](?:(?:see|vgl\.|cf\.|e\.g\.)\s+)?[A-ZÄÖÜ][^()\[\]\n]{0,80}?(?:19|20)\d\d[a-z]?(?:\s*[,;:.][^()\[\]\n]{0,60})?[)\]]"
    r"|[A-ZÄÖÜ][\w'-]+(?:\s+(?:et al\.?|and|und|&)\s*[\w'-]*)*\s+\((?:19|20)\d\d[a-z]?\)"
)
_LIKE_A_SOURCE = re.compile(
    r"(?i)\b(?:19|20)\d\d\b|\[[^\[\]]{1,200}\]|\brefs?\b|lecture|slides|vorlesung|skript|\b(?:text)?books?\b|\bchapter|\bsection|tutorial|\barxiv|\bisbn|\bpaper\b|\barticle"
    r"|wikipedia|chatbot|chatgpt|\bgpt|copilot|\bgemini\b|\bllama|language model|\bllm|\bbuch\b|\bkapitel|\babschnitt|sprachmodell|\bet al\b|according to|laut\b"
    r"|(?-i:\b[A-ZÄÖÜ]\w+ (?:&|and|und) [A-ZÄÖÜ]\w+\b)"
)
_ABBREVIATIONS = re.compile(
    r"\b(?:e\.g|i\.e|etc|cf|vs|fig|abb|vgl|eq|eqs|al|z\.B|d\.h|bzw|usw|ca|u\.a|resp|approx|dr|prof|sec|chap|kap|tab|def|ex)\."
    r"|\b(?:ch|p|pp|nr|no|abs|s)\.(?=\s?\d)",
    re.I,
)
_HEADING = re.compile(r"^\s*#+(?:[ \t]+\S+){0,14}[ \t]*$|<h([1-6])\b[^<>]*>[^<>]{0,200}</h\1>", re.M | re.I)
_TAG = re.compile(
    r"</?(?:a|b|br|blockquote|center|code|div|em|figure|figcaption|font|hr|i|li|ol|p|pre|small|span|strong|table|tbody"
    r"|td|th|thead|tr|u|ul|details|summary)\b[^<>]*>",
    re.I,
)
MAX_REMOVED = 25  # words of references that may be left out without a review


def without_sources(text: str) -> str:
    """Return the text without references and pictures: source lines, links' addresses, citations, and HTML tags."""
    text = LINK.sub(r"\1", without_pictures(text))
    text = _INLINE_SOURCE.sub("", text)
    text = _SOURCE_LINE.sub("", text)
    text = _NUMBERED.sub("", text)
    return _CITED.sub("", _DOI.sub("", ADDRESS.sub("", text)))


def _counted(text: str) -> str:
    """Return the part of a text whose words and sentences count: no references, pictures, headings and HTML tags."""
    return _TAG.sub(" ", _HEADING.sub("", without_sources(text)))


def words(text: str) -> list[str]:
    """Return the words that count: a formula is one; references, pictures and headings are none."""
    text = _FORMULA.sub(_one_word, _counted(text))
    return [word for word in text.split() if any(character.isalnum() for character in word)]


def _one_word(formula: re.Match[str]) -> str:
    """Return the text that counts for a formula: one word, or its words if it is prose between dollar signs."""
    prose = re.findall(r"(?<![\\\w])[A-Za-zäöüß]{3,}", formula[0])
    return formula[0].replace("$", " ") if len(prose) > 8 else " formula "


def removed(text: str) -> int:
    """Return the number of words that were left out as references and headings; a picture has no words."""
    return len(_TAG.sub(" ", without_pictures(text)).split()) - len(_counted(text).split())


def looks_cited(text: str) -> bool:
    """Return whether a part looks like a source and was not recognised: a year, a bracket, 'ref'."""
    text = f"{without_pictures(text)} {hints_in_pictures(text)}"
    if ADDRESS.search(text):
        return True
    return _LIKE_A_SOURCE.search(text) is not None


def sentences(text: str) -> list[str]:
    """Return the sentences, without references, pictures and headings; a list entry or paragraph ends one."""
    text = _FORMULA.sub("formula", _counted(text))
    text = _ABBREVIATIONS.sub(lambda found: found[0].replace(".", "\u2024"), text)
    text = re.sub(r"(\d)\.(\d)", "\\1\u2024\\2", text)
    text = re.sub(r"[ \t]*\n(?!\s*\n|\s*[-*•\d])[ \t]*", " ", text)
    parts = re.split(r"(?<=[.!?])[\"')\]]*\s+|\n+", text)
    return [
        part.strip() for part in parts if len(re.findall(r"\w\w", part)) > 0 and re.search(r"[.!?]|\w+\s+\w+", part)
    ]


def sources(text: str) -> list[str]:
    """Return the sources that the text names: addresses, DOIs, links, source lines, references, (Name 2017).

    A picture is no source, whatever its file, its address or the text in its place is called.
    """
    text = without_pictures(text)
    found = [match.group(2) for match in LINK.finditer(text) if names_source(match.group(2))]
    for pattern in (ADDRESS, _DOI, _CITED, _NUMBERED):
        found += [match.group().strip() for match in pattern.finditer(text)]
    for pattern in (_SOURCE_LINE, _INLINE_SOURCE):
        for match in pattern.finditer(text):
            what = match.group(1) or text[match.end() :].strip().partition("\n")[0]
            if sum(c.isalpha() for c in what) > 2 and not _NONE.search(what):
                found.append(what.strip())
    return list(dict.fromkeys(found))

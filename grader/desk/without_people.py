"""Texts without people: names, numbers and addresses are taken out before anything is sent to an assistant.

A word that is also the name of a student may be a word of the subject: `max` in code, the optimizer Adam, Xavier's
initialisation. Within code and formulas, and for words of the field, only whole names are taken out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise, permutations

from grader.model.people import KnownPerson, name_keys
from grader.text import plain

MIN_KEY = 4  # characters of a login, a number or a team's name; shorter ones stand for other things, too
# Names that are words of the field or of every answer as well, as names are compared.
WORDS_OF_THE_FIELD = frozenset(
    {
        "adam",
        "adagrad",
        "adams",
        "bayes",
        "bernoulli",
        "bert",
        "dense",
        "dirichlet",
        "elmo",
        "euler",
        "fourier",
        "frank",
        "gauss",
        "glorot",
        "grace",
        "gru",
        "he",
        "hesse",
        "hopfield",
        "jacobi",
        "kaiming",
        "king",
        "klein",
        "kurz",
        "lang",
        "laplace",
        "lin",
        "long",
        "mark",
        "markov",
        "max",
        "may",
        "mean",
        "min",
        "newton",
        "norm",
        "penrose",
        "poisson",
        "rose",
        "stein",
        "sun",
        "will",
        "wolf",
        "xavier",
        "young",
    }
)

_EMAIL = re.compile(r"[\w.+-]+(?:@|\s?[(\[]\s?(?:at|ät)\s?[)\]]\s?)[\w-]+(?:\.[\w-]+)+", re.I)
_EMAIL_IN_CODE = re.compile(  # `w@x.T` is a product
    r"[\w.+-]+@(?:[\w-]+\.)+(?:com|org|net|edu|gov|info|[a-z]{2})(?![\w(.])"
)
_NUMBER = re.compile(r"(?<![^\W_])(?<!\d[.,])[a-z]{0,3}\d{6,}+(?![.,]\d)", re.I)  # matriculation numbers and the like
_WORD = re.compile(r"[^\W\d_]+")
_WITH_APOSTROPHE = re.compile(r"[^\W\d_]+['’`´][^\W\d_]+")
_BETWEEN = re.compile(r"[\s,_.-]{1,3}")  # what is between the words of a whole name
_NAMES = re.compile(r"\[name\](?:[\s,_-]*\[name\])+")
_CODE_OR_MATHS = re.compile(
    r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|``.+?``|`[^`\n]+`|\$\$.+?\$\$|(?<!\\)\$[^$\n]+\$|\\\[.+?\\\]|\\\(.+?\\\)"
    r"|[^\W\d]\w*(?:\.\w+)*\([^()\n]*\)",
    re.S,
)


def without_people(text: str, people: Iterable[KnownPerson], teams: Iterable[str] = ()) -> str:
    """Return a text without names, numbers and addresses of people, whole names of teams, and what looks like these.

    Names are found in any case and transcription, and within names of files and variables. Within code and formulas,
    and where a name is a word of the field, only whole names are.
    """
    known = list(people)
    text = unicodedata.normalize("NFC", plain(text))
    keys = {key for person in known for key in _keys(person)} | {team for team in teams if len(team) >= MIN_KEY}
    names = {word for person in known for word in _words(person.name)}
    joined = {word for person in known for word in _joined(person.name)}
    whole = [_words(person.name) for person in known]
    parts, end = [], 0
    for found in _CODE_OR_MATHS.finditer(text):
        parts += [_prose(text[end : found.start()], keys, names | joined, whole), _code(found[0], keys, joined, whole)]
        end = found.end()
    parts.append(_prose(text[end:], keys, names | joined, whole))
    return _NAMES.sub("[name]", "".join(parts).replace("[[name]]", "[name]"))


def _prose(text: str, keys: set[str], names: set[str], whole: list[set[str]]) -> str:
    text = _NUMBER.sub("[number]", _without_keys(_EMAIL.sub("[email]", text), keys - WORDS_OF_THE_FIELD))
    return _without_words(_without_whole_names(text, whole), names - WORDS_OF_THE_FIELD)


def _code(text: str, keys: set[str], joined: set[str], whole: list[set[str]]) -> str:
    """Return code or a formula without keys that are no words, and without names written as one word."""
    text = _without_keys(_EMAIL_IN_CODE.sub("[email]", text), {key for key in keys if not key.isalpha()})
    return _without_words(_without_whole_names(_NUMBER.sub("[number]", text), whole), joined)


def _without_keys(text: str, keys: set[str]) -> str:
    every = [r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", key))) for key in sorted(keys, key=len, reverse=True)]
    if not any(every):
        return text
    return re.sub(rf"(?i)(?<![^\W_])(?:{'|'.join(filter(None, every))})(?![^\W_])", "[name]", text)


def _without_words(text: str, names: set[str]) -> str:
    for pattern in (_WITH_APOSTROPHE, _WORD):
        text = pattern.sub(lambda one: one[0] if names.isdisjoint(name_keys(one[0])) else "[name]", text)
    return text


def _without_whole_names(text: str, people: list[set[str]]) -> str:
    """Return a text without words of one person's name that follow each other."""
    words = list(_WORD.finditer(text))
    persons = [{n for n, name in enumerate(people) if not name.isdisjoint(name_keys(word[0]))} for word in words]
    marked = set()
    for at, (one, other) in enumerate(pairwise(words)):
        is_next = _BETWEEN.fullmatch(text, one.end(), other.start()) is not None
        if is_next and persons[at] & persons[at + 1] and one[0].casefold() != other[0].casefold():
            marked |= {at, at + 1}
    for at in sorted(marked, reverse=True):
        text = f"{text[: words[at].start()]}[name]{text[words[at].end() :]}"
    return text


def _keys(person: KnownPerson) -> list[str]:
    """Return what stands for a person besides the name: numbers and logins, as they are and without the platform."""
    login, address = person.platform_id.partition(":")[2], person.email.partition("@")[0]
    return [key for key in (person.student_id, person.platform_id, login, address) if len(key) >= MIN_KEY]


def _words(name: str) -> set[str]:
    """Return the words of a name in the form in which names are compared."""
    return {word for key in name_keys(name) for word in key.split() if len(word) > 1}


def _joined(name: str) -> Iterator[str]:
    """Yield each two words of a name as one word."""
    for key in name_keys(name):
        for one, other in permutations([word for word in key.split() if len(word) > 1], 2):
            yield one + other

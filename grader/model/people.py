"""Who is who: members of a submission from all sources put together, and names compared as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from grader.model.submission import PLATFORM, Member

# Letters whose transcription is not the letter without its signs.
_WRITTEN = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ñ": "n"}
_WITHOUT_SIGN = {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}


def platform_key(platform: str, number: str) -> str:
    """Return what a platform calls a person, in a form that no other platform's number or login has."""
    return f"{platform}:{number}" if number else ""


def is_other_person(one: str, other: str) -> bool:
    """Return whether two keys of one platform are those of different people; keys of two platforms say nothing."""
    return one != other and bool(one and other) and one.partition(":")[0] == other.partition(":")[0]


class KnownPerson(NamedTuple):
    """One member as far as she is known; `platform_id` is her number or login on the platform of the download."""

    name: str
    student_id: str
    email: str
    platform_id: str = ""


@lru_cache(maxsize=4096)
def name_keys(name: str) -> frozenset[str]:
    """Return the forms of a name that are compared: in any case, order of words and transcription of umlauts."""
    text = unicodedata.normalize("NFC", name).casefold()
    text = re.sub(r"['’`´.]", "", text)
    forms = (text, "".join(_WRITTEN.get(letter, letter) for letter in text))
    return frozenset(filter(None, (_plain(form) for form in forms)))


def _plain(text: str) -> str:
    letters = "".join(_WITHOUT_SIGN.get(letter, letter) for letter in text)
    bare = "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
    return " ".join(sorted(re.split(r"[\s,_-]+", bare.strip(" ,_-"))))


def same_name(one: str, other: str) -> bool:
    """Return whether two texts are the same name; two people may have it."""
    return not name_keys(one).isdisjoint(name_keys(other))


def compatible(one: str, other: str) -> bool:
    """Return whether two names may be one person's: all words of one are in the other, as with a last name alone."""
    pairs = [(set(a.split()), set(b.split())) for a in name_keys(one) for b in name_keys(other)]
    return any(a <= b or b <= a for a, b in pairs)


def known_people(members: Sequence[Member]) -> Iterator[KnownPerson]:
    """Yield each member once: those of the file name and the platform if these have student IDs, otherwise all.

    A document only adds what it knows about them. A person of the platform without a student ID is the member of her
    name, or the only one.
    """
    sure = {one.student_id for one in members if one.source in ("file name", PLATFORM) and one.student_id}
    merged: dict[str, KnownPerson] = {}
    for member in members:
        number = member.student_id
        if number and (not sure or number in sure):
            known = merged.get(number, KnownPerson("", number, ""))
            merged[number] = KnownPerson(
                known.name or member.name, number, known.email or member.email, known.platform_id or member.platform_id
            )
    platform = [one for one in members if one.source == PLATFORM and not one.student_id]
    for one in platform:
        number = _id_of(one, merged, only=len(platform) == 1)
        if number:
            merged[number] = merged[number]._replace(name=merged[number].name or one.name, platform_id=one.platform_id)
        elif len(sure) < 2:  # otherwise it is the name of a group, whose members the file name has
            yield KnownPerson(one.name, "", one.email, one.platform_id)
    if not merged and not platform:
        yield from dict.fromkeys(KnownPerson(one.name, "", one.email) for one in members)
    yield from merged.values()


def _id_of(one: Member, merged: dict[str, KnownPerson], only: bool) -> str:
    """Return the student ID of a person of the platform; empty if it is not sure."""
    named = [number for number, known in merged.items() if same_name(known.name, one.name)]
    if len(named) == 1:
        return named[0]
    if only and len(merged) == 1:
        number, known = next(iter(merged.items()))
        return number if not known.name or not one.name or compatible(known.name, one.name) else ""
    return ""
